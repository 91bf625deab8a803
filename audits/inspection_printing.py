"""An inspection on paper (S40–S42): facts, findings in the words of who inspects with how their cases stand, the answer,
and the days. In the frame of every printed sheet."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audits import follow_up
from audits.follow_up import Followed
from audits.inspection_days import days_of
from audits.models import Inspection, InspectionFinding
from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, cell, heading, paragraph, paragraphs, table

TONES = dict.fromkeys(InspectionFinding.LAW_BREACHES, "red") | dict.fromkeys(
    (InspectionFinding.Grade.REMARK, InspectionFinding.Grade.RECOMMENDATION), "yellow"
)


def filename_of(inspection: Inspection) -> str:
    """The name of the file, from the kind, the title and the year of the notice."""
    title = slugify(inspection.title)[:60].strip("-") or inspection.pk
    kind = "egenkontroll" if inspection.is_municipal else "tilsyn"
    return f"{kind}-{title}-{inspection.notice_date.year}.pdf"


def pdf(inspection: Inspection, *, reader: User) -> bytes:
    """The inspection as PDF/UA-1, in the language of the municipality. A case the reader may not read is not named."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(inspection, reader=reader))


def printout(inspection: Inspection, *, reader: User) -> dict[str, Any]:
    """The sheets, as `reader` may read them."""
    units = ", ".join(map(str, inspection.units()))
    rows = follow_up.of(inspection.findings.select_related("unit"), reader)
    document = {
        "level": 1,
        "flipped": False,
        "label": f"tilsyn-{inspection.pk}",
        "name": inspection.title,
        "kicker": " · ".join([str(inspection.get_kind_display()), str(inspection.by_whom)]),
        "summary": "",
        "identity": units,
        "warning": _("Restricted. Keep it away from those who may not read it.") if inspection.restricted else "",
        "signed": f"{inspection.unit} · {inspection.get_status_display()}",
        "address": settings.BASE_URL + inspection.get_absolute_url(),
        "facts": [[label, text] for label, text in _facts(inspection, units) if text],
        "body": [
            *_text(_("What is inspected"), inspection.scope),
            *_findings(rows, has_report=inspection.has_report),
            *_text(_("Our answer"), inspection.answer),
            *_text(_("What they said when it was closed"), inspection.closing_note),
            *_text(_("What the council decided"), inspection.council_resolution),
            *_days(inspection),
        ],
        "changes": [],
    }
    now = _("The control as it is now:") if inspection.is_municipal else _("The inspection as it is now:")
    return frame(inspection.title, [document], str(reader), controlled=now)


def _facts(inspection: Inspection, units: str) -> list[tuple[str, str]]:
    by_whom = _("Ordered by") if inspection.is_municipal else _("Who inspects")
    due, back = inspection.answer_deadline, inspection.council_report_back
    return [
        (by_whom, str(inspection.by_whom)),
        (_("Type of control"), str(inspection.get_control_type_display())),
        (_("Law"), inspection.law),
        (_("Units") if "," in units else _("Unit"), units),
        (_("Responsible with us"), str(inspection.responsible)),
        (_("Contact there"), inspection.contact),
        (_("Case number there"), inspection.their_reference),
        (_("Our archive number"), inspection.archive_reference),
        (_("Status"), str(inspection.get_status_display())),
        (_("Answer by"), day(due) if due and inspection.awaits_answer else ""),
        (_("To be reported back by"), day(back) if back else ""),
    ]


def _text(title: str, text: str) -> list[Node]:
    return [heading(title), *paragraphs(text)] if text else []


def _findings(rows: Sequence[Followed], *, has_report: bool) -> list[Node]:
    """A table of how the cases stand, then each finding word for word."""
    if not rows:
        said = _("The report has no findings.") if has_report else _("The report is not here yet.")
        return [heading(_("Findings")), paragraph(said)]
    lines = [
        [cell(row.thing.name, tone=TONES.get(row.thing.grade, "")), str(row.thing.unit), _case(row)] for row in rows
    ]
    return [
        heading(_("Findings")),
        table([_("Finding"), _("Unit"), _("Follow-up")], lines, (26, 30, 44)),
        *(node for row in rows for node in _finding(row.thing)),
    ]


def _finding(finding: InspectionFinding) -> list[Node]:
    said = [
        (_("Measured against: %(text)s"), finding.basis),
        (_("Page: %(text)s"), finding.page_label),
        (_("Its own deadline: %(text)s"), day(finding.deadline) if finding.deadline else ""),
    ]
    return [
        {"t": "h", "level": 3, "c": [finding.name]},
        *paragraphs(finding.words),
        *(paragraph(words % {"text": text}) for words, text in said if text),
    ]


def _case(row: Followed) -> str:
    """How it goes with the case, as far as the reader may know of it."""
    if row.has_hidden_case:
        return _("Followed up in a sealed case.")
    if row.case is None:
        return _("Becomes a case when the report is registered.")
    lines = [f"{row.case.reference}: {row.case.get_status_display()}"]
    if row.case.is_open and row.case.deadline:
        lines.append(_("Deadline %(day)s") % {"day": day(row.case.deadline)})
    if row.case.is_overdue:
        lines.append(_("Late"))
    return "\n".join(lines)


def _days(inspection: Inspection) -> list[Node]:
    lines = [[day(row.on), "\n".join(filter(None, (row.what, row.note)))] for row in days_of(inspection)]
    return [heading(_("The days")), table([_("Day"), _("What happened")], lines, (20, 80))]
