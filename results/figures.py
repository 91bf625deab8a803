"""Figures the system knows (S65, S78): what an indicator can be computed from, and exactly what is counted.

A figure is counted for a unit with the units below it, and a period that is over. Sealed cases are never counted: a
figure of few would tell of them. A new figure is a function and a line in `FIGURES`.
"""

import datetime
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Action, Case
from cases.models.case_queryset import CaseQuerySet
from handbook import confirmations, reviews
from handbook.models import Confirmation, Document, Edition, LessonCompletion, ReadingDuty
from organisation.models import Unit, User
from results.colours import Direction
from results.periods import Period
from risk.models import Assessment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
    from wagtail.models import Page

ETHICS_NUMBER = "1.1.2"  # the page about ethics and social responsibility, in every handbook


@dataclass(frozen=True)
class Counted:
    """What came out, and in words of what. `value` None: there was nothing to count."""

    value: Decimal | None
    basis: str


@dataclass(frozen=True)
class Figure:
    """`doc` says exactly what is counted. `asks_page`: it is counted for the page of the indicator."""

    name: "StrOrPromise"
    measure: "StrOrPromise"
    direction: Direction
    doc: "StrOrPromise"
    count: Callable[[Unit, Period, "Page | None"], Counted]
    asks_page: bool = False


def measures_in_time(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Share of the measures with a deadline in the period that were done by it."""
    due = Action.objects.live().filter(case__unit__path__startswith=unit.path, case__sealed=False)
    due = due.filter(deadline__range=(period.first, period.last))
    return _share(due.filter(done_at__isnull=False, done_at__date__lte=F("deadline")).count(), due.count())


def days_to_close(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Median number of days from received to closed."""
    closed = _cases(unit).closed().filter(_within("closed_at", period))
    days = [(end - start).days for start, end in closed.values_list(TruncDate("received_at"), TruncDate("closed_at"))]
    return _median(days)


def days_to_answer(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Median number of days from received to the first answer."""
    answered = _cases(unit).filter(_within("answered_at", period))
    days = [
        (end - start).days for start, end in answered.values_list(TruncDate("received_at"), TruncDate("answered_at"))
    ]
    return _median(days)


def deviations_per_employee(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Deviations received in the period, for each employee."""
    number = _cases(unit).filter(_within("received_at", period), kind=Case.Kind.DEVIATION).count()
    return _per_employee(number, unit)


def reports_per_employee(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """What employees have reported in the period, for each employee."""
    reported = _cases(unit).filter(_within("received_at", period), kind__in=Case.REPORTABLE, reporter__isnull=False)
    return _per_employee(reported.count(), unit)


def effective_measures(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Share of the measures evaluated in the period that were effective."""
    evaluated = Action.objects.live().filter(case__unit__path__startswith=unit.path, case__sealed=False)
    evaluated = evaluated.filter(_within("evaluated_at", period))
    return _share(evaluated.filter(effect=Action.Effect.EFFECTIVE).count(), evaluated.count())


def overdue_reviews(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Documents in force that were past their review date when it was counted."""
    owned = reviews.in_force().filter(owner_unit__path__startswith=unit.path)
    late = owned.filter(document__review_date__lte=period.last).count()
    total = owned.count()
    return Counted(Decimal(late) if total else None, _("of %(total)s documents") % {"total": total})


def read_and_understood(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Share of what is asked of the employees to confirm that they have confirmed."""
    people = User.objects.active().filter(unit__path__startswith=unit.path)
    asked = list(confirmations.asked(ReadingDuty.objects.all(), people))
    return _share(sum(len(one.confirmed) for one in asked), sum(len(one.people) for one in asked))


def risks_decided(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Share of the risk assessments of the year that are decided."""
    of_year = Assessment.objects.in_unit(unit).filter(year=period.last.year, restricted=False)
    of_year = of_year.exclude(status=Assessment.Status.ENDED)
    lines, drafts = of_year.order_by().values("line").distinct(), Assessment.Status.DRAFT
    return _share(lines.exclude(status=drafts).count(), lines.count())


def page_known(unit: Unit, period: Period, page: "Page | None" = None) -> Counted:
    """Share of the employees who have confirmed the page, or completed its lesson, in the edition then in force."""
    people = User.objects.active().filter(unit__path__startswith=unit.path)
    total = people.count()
    edition = _edition_at(page, period.last) if page else None
    if edition is None:
        return _share(0, total)
    same = Q(document=edition.document_id, edition__major=edition.major) & Q(at__lt=_after(period.last))
    known = Confirmation.objects.filter(same, user__in=people).values_list("user")
    learned = LessonCompletion.objects.filter(same, user__in=people).values_list("user")
    return _share(len(set(known) | set(learned)), total)


def _edition_at(page: "Page", day: datetime.date) -> Edition | None:
    """The edition of the page that was in force on the day: the newest that had come."""
    document = Document.objects.filter(page=page).first()
    if document is None:
        return None
    editions = Edition.objects.filter(document=document, valid_from__lte=day).defer(*Edition.LARGE)
    return editions.order_by("-major", "-minor").first()


def _cases(unit: Unit) -> CaseQuerySet:
    return Case.objects.in_unit(unit).filter(sealed=False)


def _within(field: str, period: Period) -> Q:
    """In the period by the calendar of the municipality, as a condition an index can serve."""
    start = timezone.make_aware(
        datetime.datetime.combine(period.first, datetime.time()), timezone.get_default_timezone()
    )
    return Q(**{f"{field}__gte": start, f"{field}__lt": _after(period.last)})


def _after(day: datetime.date) -> datetime.datetime:
    """The moment the day is over."""
    midnight = datetime.datetime.combine(day + datetime.timedelta(1), datetime.time())
    return timezone.make_aware(midnight, timezone.get_default_timezone())


def _share(part: int, whole: int) -> Counted:
    value = round(Decimal(100 * part) / whole, 1) if whole else None
    return Counted(value, _("%(part)s of %(whole)s") % {"part": part, "whole": whole})


def _median(days: Iterable[int]) -> Counted:
    days = list(days)
    value = round(Decimal(statistics.median(days)), 1) if days else None
    return Counted(value, _("of %(number)s cases") % {"number": len(days)})


def _per_employee(number: int, unit: Unit) -> Counted:
    people = User.objects.active().filter(unit__path__startswith=unit.path).count()
    value = round(Decimal(number) / people, 2) if people else None
    return Counted(value, _("%(number)s for %(people)s employees") % {"number": number, "people": people})


FIGURES: dict[str, Figure] = {
    "measures_in_time": Figure(
        _lazy("Measures done in time"),
        "%",
        Direction.HIGHER,
        _lazy(
            "Of the measures in Dialogen with a deadline in the period, the share that was marked as done no later than the deadline. Cancelled measures are not counted."
        ),
        measures_in_time,
    ),
    "days_to_close": Figure(
        _lazy("Days to close a case"),
        _lazy("days"),
        Direction.LOWER,
        _lazy("Of the cases closed in the period, the median number of days from the day received to the day closed."),
        days_to_close,
    ),
    "days_to_answer": Figure(
        _lazy("Days to the first answer"),
        _lazy("days"),
        Direction.LOWER,
        _lazy("Of the cases first answered in the period, the median number of days from received to answered."),
        days_to_answer,
    ),
    "deviations": Figure(
        _lazy("Deviations for each employee"),
        "",
        Direction.HIGHER,
        _lazy(
            "Deviations received in the period, divided by the employees the unit has on the day it is counted. More reports mean a safer culture for reporting."
        ),
        deviations_per_employee,
    ),
    "reports": Figure(
        _lazy("Reports for each employee"),
        "",
        Direction.HIGHER,
        _lazy(
            "Deviations, improvements and praise that employees have reported in the period, divided by the employees the unit has on the day it is counted. Anonymous reports are not counted."
        ),
        reports_per_employee,
    ),
    "effective": Figure(
        _lazy("Measures that worked"),
        "%",
        Direction.HIGHER,
        _lazy("Of the measures whose effect was evaluated in the period, the share that was effective."),
        effective_measures,
    ),
    "overdue_reviews": Figure(
        _lazy("Documents past their review date"),
        _lazy("documents"),
        Direction.LOWER,
        _lazy(
            "Documents in force that the unit owns, and whose review date is no later than the last day of the period. It is counted as it stands on the day it is counted."
        ),
        overdue_reviews,
    ),
    "read": Figure(
        _lazy("Read and understood"),
        "%",
        Direction.HIGHER,
        _lazy(
            "Of all the confirmations asked of the employees of the unit, the share that is given. It is counted as it stands on the day it is counted."
        ),
        read_and_understood,
    ),
    "risks_decided": Figure(
        _lazy("Risk assessments of the year that are decided"),
        "%",
        Direction.HIGHER,
        _lazy(
            "Of the unit's risk assessments for the year the period ends in, the share that is decided. Restricted ones are not counted, and neither are those that are ended."
        ),
        risks_decided,
    ),
    "page_known": Figure(
        _lazy("Employees who know a page, such as the one on ethics"),
        "%",
        Direction.HIGHER,
        _lazy(
            "Of the employees the unit has on the day it is counted, the share that by the end of the period had confirmed the page as read and understood, or completed its lesson, in the version that was in force then. With page 1.1.2 it is the ethics indicator."
        ),
        page_known,
        asks_page=True,
    ),
}


def choices() -> list[tuple[str, Any]]:
    """The figures to choose from."""
    return [(code, figure.name) for code, figure in FIGURES.items()]
