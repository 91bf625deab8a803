"""The register as a spreadsheet: what the person may see, as the person may see it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import LookUp
from cases.models.case_queryset import CaseQuerySet
from cases.reading import Reading
from cases.register import reading_of_visible
from organisation import spreadsheets
from organisation.models import User
from organisation.spreadsheets import Sheet

MAX_ROWS = 10_000


def workbook(cases: CaseQuerySet, user: User) -> bytes:
    """The cases in one sheet. The caller keeps to `MAX_ROWS`."""
    found = cases.for_list().select_related("cause").prefetch_related("answers").iterator(chunk_size=500)
    rows = (row(_noted(reading_of_visible(case, user))) for case in found)
    return spreadsheets.workbook(Sheet(_("Cases"), headings(), rows, (13, 16, 22, 44, 60, 26, 26, 24, 14, 14), "B2"))


def _noted(reading: Reading) -> Reading:
    """A sealed case in the spreadsheet is opened."""
    LookUp.note(reading.user, reading.case, LookUp.What.EXPORT)
    return reading


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
        _("Reference"),
        _("Kind"),
        _("Status"),
        _("Title"),
        _("What happened"),
        _("Handled by unit"),
        _("Where"),
        _("Category"),
        _("Received"),
        _("Deadline"),
        _("Closed"),
        _("Breach of law"),
        _("Probability"),
        _("Consequence"),
        _("Risk"),
        _("Risk after"),
        _("Page"),
        _("Version of the page"),
        _("Cause"),
        _("Root cause"),
        _("Lesson"),
        _("Case handler"),
        _("Reported by"),
        _("Answers to extra questions"),
    ]


def row(reading: Reading) -> list[Any]:
    """One case as this person may read it."""
    case = reading.case
    return [
        case.reference,
        case.get_kind_display(),
        case.get_status_display(),
        reading.text(case.title),
        reading.text(case.description),
        case.unit.name,
        case.place.name,
        case.category.name if case.category else "",
        _day(case.received_at),
        case.deadline,
        _day(case.closed_at),
        _("Yes") if case.law_breach else "",
        case.probability,
        case.consequence,
        case.score,
        case.residual_score,
        case.page_label,
        case.edition_label,
        case.cause.name if case.cause else "",
        reading.text(case.root_cause),
        reading.text(case.lesson),
        reading.person(case.handler) if case.handler else "",
        reading.person(case.reporter) if case.reporter else "",
        "\n".join(f"{answer.text} {reading.answer(answer)}" for answer in case.answers.all()),
    ]


def _day(moment: Any) -> Any:
    return timezone.localtime(moment).date() if moment else None
