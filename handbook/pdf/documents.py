"""What the template sets: documents with their control data (ISO 9001 clauses 7.5.2 and 7.5.3), one or many."""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from handbook.models import Edition
from handbook.pdf.contents import Reading
from handbook.pdf.images import Pictures
from organisation import clock
from organisation.pdf import typesetting
from organisation.pdf.frame import Print, day, frame


@dataclass(frozen=True)
class Standing:
    """How an edition stands today: in force, or what took its place."""

    withdrawn: bool = False
    newest: Edition | None = None

    @property
    def in_force(self) -> bool:
        return not self.withdrawn and self.newest is None

    @property
    def word(self) -> str:
        if self.withdrawn:
            return _("Withdrawn")
        return _("In force") if self.in_force else _("Expired")

    @property
    def warning(self) -> str:
        """The band on every page of what must not be worked by; empty for what is in force."""
        if self.withdrawn:
            return _("Withdrawn – no longer in force. Don't work by it.")
        if self.newest is not None:
            return _("Expired – no longer in force. Version %(label)s has taken its place.") % {
                "label": self.newest.label
            }
        return ""


def standing_of(edition: Edition) -> Standing:
    """Where the edition stands, seen from its document. One query."""
    newest = edition.document.latest_edition()
    withdrawn = edition.document.withdrawn and newest == edition
    return Standing(withdrawn=withdrawn, newest=None if newest == edition else newest)


def single(edition: Edition, standing: Standing, printed_by: str) -> Print:
    """One edition as a PDF of its own, with the list of changes that led to it. One query, and one when it has pictures."""
    pictures = Pictures([edition.document_id])
    earlier = edition.document.editions.filter(pk__lte=edition.pk).defer("html", "text", "content").newest_first()
    document = {
        **_document(edition, standing, pictures, {}, level=1),
        "changes": [_change(row) for row in earlier],
    }
    return Print(_data(f"{document['name']} – v{edition.label}", [document], None, printed_by), pictures.files)


def collection(title: str, address: str, editions: list[Edition], printed_by: str) -> Print:
    """Many editions in force as one PDF with contents; links between them are jumps. One query when it has pictures."""
    pictures = Pictures(edition.document_id for edition in editions)
    jumps = {edition.document_code: _label(edition) for edition in editions}
    documents = []
    for edition, level in zip(editions, levels([edition.document.page for edition in editions]), strict=True):
        documents.append({**_document(edition, Standing(), pictures, jumps, level), "changes": []})
    count = _("%(count)s documents in force on %(day)s.") % {"count": len(editions), "day": day(clock.today())}
    front = {
        "title": title,
        "kicker": _("Management system"),
        "summary": count,
        "signed": title,
        "address": address,
    }
    return Print(_data(title, documents, front, printed_by), pictures.files)


def levels(pages: list[Page]) -> list[int]:
    """The heading level of each page in tree order: one below the nearest page above that is there too, so
    that no level is skipped (PDF/UA) when something in between is withdrawn."""
    above: list[str] = []
    found = []
    for page in pages:
        while above and not page.path.startswith(above[-1]):
            above.pop()
        above.append(page.path)
        found.append(len(above))
    return found


def filename(edition: Edition, number: str) -> str:
    """A name to find the file by: "5.3.2 Tapt utstyr – v4.pdf"."""
    return f"{_safe(f'{number} {edition.title}')} – v{edition.label}.pdf"


def _safe(name: str) -> str:
    """Without what file systems refuse."""
    return " ".join("".join(" " if sign in '\\/:*?"<>|' else sign for sign in name).split())[:150]


@cache
def look() -> str:
    """A checksum of the template: what was made with another look is made anew."""
    return hashlib.sha256(typesetting.TEMPLATE.read_bytes()).hexdigest()[:16]


def _label(edition: Edition) -> str:
    return f"doc-{edition.document_code}"


def _document(
    edition: Edition, standing: Standing, pictures: Pictures, jumps: dict[str, str], level: int
) -> dict[str, Any]:
    number = edition.document.number if standing.in_force else edition.number
    reading = Reading(
        prefix=edition.document_code,
        base_url=settings.BASE_URL,
        picture=pictures.name_of,
        drawing=pictures.drawing,
        jumps={**jumps, edition.document_code: _label(edition)},
        top=level,
    )
    return {
        "level": level,
        "label": _label(edition),
        "name": f"{number} {edition.title}".strip(),
        "kicker": edition.get_kind_display(),
        "summary": edition.summary,
        "identity": " · ".join(
            [edition.document_code, _("Version %(label)s") % {"label": edition.label}, standing.word]
        ),
        "warning": standing.warning,
        "signed": _signed(edition),
        "address": settings.BASE_URL + edition.document.get_absolute_url(),
        "facts": [list(row) for row in _facts(edition, standing)],
        "body": reading.tree(edition.html),
    }


def _signed(edition: Edition) -> str:
    valid = _("Valid from %(day)s") % {"day": day(edition.valid_from)}
    if not edition.approver_name:
        return valid
    return _("Approved by %(name)s") % {"name": edition.approver_name} + f" · {valid}"


def _facts(edition: Edition, standing: Standing) -> list[tuple[str, str]]:
    """The control table, as on the page."""
    applies = edition.applies_to_name or _("The whole municipality")
    rows = [
        (_("Document id"), edition.document_code),
        (_("Version"), f"{edition.label} · {standing.word}"),
        (_("Valid from"), day(edition.valid_from)),
        (_("Process owner"), edition.owner_unit_name),
        (_("Approved by"), edition.approver_name or "–"),
        (_("Approved"), day(timezone.localtime(edition.approved_at))),
        (_("Applies to"), applies),
    ]
    if standing.in_force and edition.review_date:
        rows.append((_("Next review"), day(edition.review_date)))
    return [(str(what), str(value)) for what, value in rows]


def _change(edition: Edition) -> list[str]:
    return [
        f"{edition.label} · {edition.change_kind}",
        day(edition.valid_from),
        edition.change_note or "–",
        edition.approver_name or "–",
    ]


def _data(title: str, documents: list[dict[str, Any]], front: dict[str, Any] | None, printed_by: str) -> dict[str, Any]:
    words = {
        "contents": _("Contents"),
        "changes": _("Changes"),
        "change_columns": [_("Version"), _("Valid from"), _("What changed and why"), _("Approved by")],
    }
    return frame(title, documents, printed_by, controlled=_("The controlled version:"), front=front, words=words)
