"""Pictures between Word and Wagtail: those of a kind that browsers show, the same one kept once."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.images import ImageFile
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Collection

from .package import Unreadable
from .structure import Picture

if TYPE_CHECKING:
    from .reading import Reader

KEPT = {"PNG": "png", "JPEG": "jpg", "GIF": "gif"}
REDRAWN = {"BMP", "TIFF", "WEBP"}
MAX_PIXELS = 60_000_000
COLLECTION = "Word"


class TooLarge(ValueError):
    """More pixels than are opened."""


BROKEN = (OSError, ValueError, SyntaxError, EOFError, Pillow.DecompressionBombError)


@dataclass(frozen=True)
class Look:
    """How Word shows a picture: cut at left, top, right and bottom (in thousandths of a per cent), and turned
    (by quarters, in degrees, clockwise)."""

    cut: tuple[int, int, int, int] = (0, 0, 0, 0)
    turned: int = 0

    @property
    def changes(self) -> bool:
        return any(side > 0 for side in self.cut) or self.turned != 0

    def applied(self, content: bytes) -> bytes:
        """The picture as it is shown: what was cut away is not for the reader to see."""
        with Pillow.open(io.BytesIO(content)) as opened:
            left, top, right, bottom = (max(side, 0) / 100_000 for side in self.cut)
            width, height, kind = opened.width, opened.height, opened.format
            box = (int(width * left), int(height * top), int(width * (1 - right)), int(height * (1 - bottom)))
            if box[0] >= box[2] or box[1] >= box[3]:
                raise ValueError("nothing is left")
            shown = opened.crop(box)
            if self.turned:
                shown = shown.rotate(-self.turned, expand=True)
            target = io.BytesIO()
            shown.save(target, kind if kind in KEPT else "PNG")
            return target.getvalue()


def picture_of(reader: "Reader", relation_id: str, described: tuple[str, str], look: Look) -> Picture | None:
    """The picture a drawing refers to; None, with a remark, when it can't be taken."""
    name, alt = described
    _kind, target, outside = reader.relations.get(relation_id, ("", "", False))
    if outside:
        reader.leave_out(_("Picture that lies outside the file, not fetched: %(address)s") % {"address": target}, alt)
        return None
    try:
        content = usable(reader.package.read(target))
        content = look.applied(content) if look.changes else content
    except TooLarge:
        reader.leave_out(_("Picture with too many pixels"), alt)
        return None
    except (Unreadable, *BROKEN):
        kind = target.rpartition(".")[2].upper() or _("unknown kind")
        reader.leave_out(_("Picture of a kind that can't be shown (%(kind)s)") % {"kind": kind}, alt)
        return None
    mark = name.removeprefix("felles:") if name.startswith("felles:") else ""
    if not alt and not mark:
        reader.simplify(_("Picture without alternative text: write what it shows"))
    return Picture(content, "" if mark else name, alt, mark)


def usable(content: bytes) -> bytes:
    """The picture as browsers show it and Word takes it. Raises TooLarge, ValueError, or what Pillow raises."""
    opened = Pillow.open(io.BytesIO(content))
    if opened.width * opened.height > MAX_PIXELS:
        raise TooLarge
    if opened.format in KEPT:
        opened.verify()
        return content
    if opened.format not in REDRAWN:
        raise ValueError("not a kind that can be shown")
    target = io.BytesIO()
    opened.convert("RGBA").save(target, "PNG")
    return target.getvalue()


def mark_of(image_id: int, content: bytes) -> str:
    """What our own export writes beside a picture, so that it is known again when it comes back."""
    return f"image:{image_id}:{hashlib.sha256(content).hexdigest()[:16]}"


def image_for(picture: Picture, title: str) -> int:
    """The key of the picture among Wagtail's images: the one it came from, one with the same content,
    or a new one in a collection of its own."""
    images = get_image_model().objects
    kind, _colon, rest = picture.mark.partition(":")
    if kind == "image" and picture.mark == mark_of(int(rest.partition(":")[0] or 0), picture.content):
        known = images.filter(pk=rest.partition(":")[0]).first()
        if known:
            return known.pk
    same = images.filter(file_hash=hashlib.sha1(picture.content, usedforsecurity=False).hexdigest()).first()
    if same:
        return same.pk
    opened = Pillow.open(io.BytesIO(picture.content))
    filename = f"word.{KEPT[opened.format or 'PNG']}"
    image = get_image_model()(title=(picture.alt or title)[:255], collection=_collection())
    image.file = ImageFile(io.BytesIO(picture.content), name=filename)
    image._set_image_file_metadata()
    image.save()
    return image.pk


def _collection() -> Collection:
    found = Collection.objects.filter(name=COLLECTION).first()
    return found or Collection.get_first_root_node().add_child(name=COLLECTION)
