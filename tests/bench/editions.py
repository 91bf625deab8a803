"""A large handbook to measure on: one published procedure with every common block, cloned."""

import io
import struct
import zlib
from collections.abc import Iterator
from copy import copy
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from handbook.chapters import ensure_site
from handbook.models import Edition, KeptFile
from organisation.models import Unit, User
from organisation.roles import Role
from tests import factories

WORDS = "Den som oppdager feilen, melder fra samme dag og skriver hva som ble gjort. Lederen følger opp innen en uke. "
BODY: list[tuple[str, Any]] = [
    ("purpose", f"<p>{WORDS}</p>"),
    ("scope", "<p>Alle ansatte og vikarer.</p>"),
    ("steps", {
        "title": "Slik gjør vi det",
        "steps": [{"text": f"<p>{WORDS}</p>", "role": "leder", "deadline": "samme dag"}] * 6,
    }),
    ("callout", {"tone": "warning", "title": "Husk", "text": f"<p>{WORDS}</p>"}),
    ("heading", "Slik er det delt"),
    ("text", f"<p>{WORDS * 3}</p><ul><li>{WORDS}</li><li>{WORDS}</li></ul>"),
    ("records", [{"what": "Skjema for egenkontroll", "where": "Arkivet", "keep": "10 år"}] * 4),
    ("risks", [{"risk": WORDS, "measure": WORDS}] * 3),
    ("references", [{"title": "Forskrift om internkontroll § 5", "note": "", "url": "https://lovdata.no/"}] * 3),
]  # fmt: skip


def person(username: str, role: Role) -> User:
    """Somebody with a role in the whole municipality; the one of that name when another measurement made it."""
    root = Unit.objects.municipality() or factories.make_unit("kommune", name="Prøvekommunen")
    return User.objects.filter(username=username).first() or factories.make_user(username, root, role)


def large_handbook(count: int, pictured: int) -> list[Edition]:
    """So many editions, each with all common blocks and the first of them with a picture of their own. One is
    published as people do it; the others are it under names of their own, and are not saved."""
    editor = person("editor", Role.QUALITY_EDITOR)
    person("approver", Role.PROCESS_OWNER)
    page = factories.make_procedure(ensure_site().get_children().first(), editor, body=BODY)
    model = Edition.objects.select_related("document__page").get(document=page.document)
    pictures = photographs()
    made = []
    for number in range(count):
        edition = copy(model)
        edition.document_code, edition.title = f"FL-{number:05}", f"{model.title} {number}"
        if number < pictured:
            kept = KeptFile.keep(model.document, ContentFile(next(pictures)), f"bilde-{number}")
            edition.html += f'<figure class="figure"><img src="{kept.picture_url}" alt="Bilde {number}"></figure>'
        made.append(edition)
    return made


def photographs() -> Iterator[bytes]:
    """Pictures of 1 to 3 MB, no two the same: photographs and screenshots in turn."""
    noise = Image.effect_noise((600, 600), 90).resize((1200, 1200))
    photo = Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180)))
    jpeg, png = io.BytesIO(), io.BytesIO()
    photo.save(jpeg, "JPEG", quality=93)
    photo.quantize(64).convert("RGB").save(png, "PNG")
    start, rest = jpeg.getvalue()[:20], jpeg.getvalue()[20:]
    head, tail = png.getvalue()[:33], png.getvalue()[33:]
    number = 0
    while True:
        number += 1
        said = b"Number\0%d" % number
        yield start + b"\xff\xfe" + struct.pack(">H", len(said) + 2) + said + rest
        chunk = b"tEXt" + said
        yield head + struct.pack(">I", len(said)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + tail
