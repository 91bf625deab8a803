"""The minutes of a management review on paper: who took part, the figures, what was said, the sign-offs and the decisions
with owners and deadlines (ISO 9001 clause 9.3.3). Before the meeting is closed, the same as papers for it."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, heading, paragraph, paragraphs, table
from results import meetings
from results.meetings import Meeting
from results.models import FrozenReview, Review
from results.section_printing import nodes

MOMENT = "d.m.Y H:i"


def filename_of(review: Review) -> str:
    """The name of the file, from the unit and the period."""
    return f"ledelsens-gjennomgang-{review.unit.code}-{slugify(review.period.code)}.pdf"


def pdf(review: Review, *, reader: User) -> bytes:
    """The review as PDF/UA-1, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(review, reader=reader))


def printout(review: Review, *, reader: User) -> dict[str, Any]:
    """The sheets of the review. A constant number of queries."""
    meeting = Meeting(review)
    said = review.minutes.content if review.minutes else meetings.minutes_of(review)
    document = {
        "level": 1,
        "flipped": False,
        "label": f"gjennomgang-{review.pk}",
        "name": said["title"],
        "kicker": _("Management review"),
        "summary": "",
        "identity": f"{said['unit']} · {said['period']}",
        "warning": " · ".join(_warnings(review)),
        "signed": f"{said['unit']} · {said['period']} · {review.get_status_display()}",
        "address": settings.BASE_URL + review.get_absolute_url(),
        "facts": [[str(label), str(value)] for label, value in _facts(review, said) if value],
        "body": [
            *_decisions(said),
            *_sign_offs(said),
            *_conclusion(said),
            *_inputs(meeting, said),
            *_checksums(review),
        ],
        "changes": [],
    }
    return frame(said["title"], [document], str(reader), controlled=_("The review as it is now:"))


def _warnings(review: Review) -> list[str]:
    said = [] if review.is_closed else [str(review.get_status_display()).upper()]
    if review.restricted:
        said.append(_("Restricted. Keep it away from those who may not read it."))
    return said


def _facts(review: Review, said: dict[str, Any]) -> list[tuple[str, str]]:
    people = [", ".join(filter(None, person)) for person in said["participants"]]
    return [
        (_("Unit"), said["unit"]),
        (_("Period"), said["period"]),
        (_("Date of the meeting"), _date(said["meeting_date"])),
        (_("Who chairs the meeting"), said["chair"]),
        (_("Participants"), "; ".join(people)),
        (_("Status"), str(review.get_status_display())),
    ]


def _date(text: str | None) -> str:
    found = parse_date(text) if text else None
    return day(found) if found else ""


def _decisions(said: dict[str, Any]) -> list[Node]:
    if not said["decisions"]:
        return [heading(_("Decisions")), paragraph(_("The meeting has decided nothing."))]
    rows = [
        [
            one["text"],
            one["category"],
            one["owner"],
            _date(one["deadline"]),
            "\n".join(filter(None, [one["case"], _("Lifted to the level above") if one["raised"] else ""])) or "–",
        ]
        for one in said["decisions"]
    ]
    head = [_("Decision"), _("Kind"), _("Responsible"), _("Deadline"), _("Case")]
    return [heading(_("Decisions")), table(head, rows, (40, 18, 17, 11, 14))]


def _sign_offs(said: dict[str, Any]) -> list[Node]:
    if not said["sign_offs"]:
        return []
    rows = [[one["decision"], one["from"], one["outcome"], one["note"] or "–", one["by"]] for one in said["sign_offs"]]
    head = [_("Earlier decision"), _("From"), _("What becomes of it"), _("Note"), _("By")]
    return [heading(_("Earlier decisions signed off")), table(head, rows, (32, 20, 12, 22, 14))]


def _conclusion(said: dict[str, Any]) -> list[Node]:
    return [heading(_("Conclusion")), *paragraphs(said["conclusion"])] if said["conclusion"] else []


def _inputs(meeting: Meeting, said: dict[str, Any]) -> list[Node]:
    frozen = meeting.frozen
    before = frozen.content["before"] if frozen else str(meeting.review.period.previous())
    comments = {one["section"]: one for one in said["comments"]}
    parts: list[Node] = []
    for section in meeting.sections:
        parts += nodes(section, before)
        comment = comments.get(section.code)
        if comment and comment["text"]:
            words = _("Comment, lifted to the level above: %(text)s") if comment["raised"] else _("Comment: %(text)s")
            parts += paragraphs(words % {"text": comment["text"]})
    return parts


def _checksums(review: Review) -> list[Node]:
    kept = list(review.frozen.all())
    if not kept:
        return []
    return [heading(_("Checksums")), *(paragraph(_frozen(one)) for one in kept)]


def _frozen(one: FrozenReview) -> str:
    words = {
        "what": one.get_what_display(),
        "moment": date_format(timezone.localtime(one.at), MOMENT),
        "name": one.by_name,
        "sha": one.sha256,
    }
    return _("%(what)s, frozen %(moment)s by %(name)s. SHA-256: %(sha)s") % words
