"""The days of an inspection, from notice to closed, as they were registered: for the PDF (S40, S42)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audits.models import Inspection
from organisation.pdf.frame import day

Status = Inspection.Status


@dataclass(frozen=True)
class Day:
    """What happened on one day; `note` is the reason, where one was asked for."""

    on: datetime.date
    what: str
    note: str = ""


def days_of(inspection: Inspection) -> list[Day]:
    """The oldest first. What was done more than once, such as answering, is there each time. One query."""
    found = [Day(inspection.notice_date, _("Notice received"))]
    if inspection.visit_from:
        found.append(Day(inspection.visit_from, _visit(inspection)))
    for before, after in pairwise(inspection.history.order_by("history_date", "history_id")):
        found += _between(before, after)
    if inspection.council_date:
        found.append(Day(inspection.council_date, _("Treated by the council")))
    return sorted(found, key=lambda row: row.on)


def _visit(inspection: Inspection) -> str:
    if inspection.visit_to and inspection.visit_to != inspection.visit_from:
        return _("Visit, until %(day)s") % {"day": day(inspection.visit_to)}
    return _("Visit")


def _between(before: Any, after: Any) -> Iterator[Day]:
    """What happened from one row of the history to the next."""
    registered = timezone.localtime(after.history_date).date()
    reason, due = after.history_change_reason or "", after.answer_deadline
    if before.status == after.status:
        if after.status == Status.REPORTED and due and due != before.answer_deadline:
            yield Day(registered, _("Another deadline for the answer: %(day)s") % {"day": day(due)}, reason)
    elif after.status == Status.REPORTED and before.status in (Status.ANSWERED, Status.CLOSED):
        words = _("Another answer is asked for, by %(day)s") % {"day": day(due)} if due else ""
        yield Day(registered, words or _("Another answer is asked for"), reason)
    elif after.status == Status.REPORTED:
        words = _("Report dated, to be answered by %(day)s") % {"day": day(due)} if due else ""
        yield Day(after.report_date, words or _("Report dated"))
    elif after.status == Status.ANSWERED:
        yield Day(after.answer_date, _("Answer sent"))
    elif after.status == Status.CLOSED:
        yield Day(after.closed_date, _("Closed by who inspects"))
