"""The figures that stand first: for the statistics page, management reviews and the leader's page (S59, S62).

`figures(unit, period)` is what others call.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cases.models import Action, Case
from cases.models.case_counting import overdue_condition
from organisation import clock
from organisation.models import Unit
from results.periods import Period
from results.statistics import culture
from results.statistics.breakdown import counted
from results.statistics.durations import Durations
from results.statistics.scope import Scope


class Measure(StrEnum):
    """What a figure is counted in."""

    CASES = "cases"
    MEASURES = "measures"
    DAYS = "days"
    PERCENT = "percent"
    RATE = "rate"  # reports for each employee in a year


@dataclass(frozen=True)
class Figure:
    """A figure of the period, the same of the period it is compared with, and the address of the cases it stands on.
    None is not known, as when nothing was closed. `cases` is how many cases the address shows; `about` says what is
    counted."""

    code: str
    label: str
    measure: Measure
    value: float | None
    before: float | None
    address: str
    cases: int
    about: str = ""

    @property
    def change(self) -> float | None:
        """How much more it is now, in the figure's own measure; None when one of the two is not known."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def change_percent(self) -> float | None:
        """The change in hundredths of what it was; None when it was nothing, or is a share already."""
        if self.change is None or not self.before or self.measure == Measure.PERCENT:
            return None
        return self.change / self.before * 100


@dataclass(frozen=True)
class Figures:
    """The headline figures of a scope, and the period they are compared with."""

    scope: Scope
    against: Period
    received: Figure
    closed: Figure
    open: Figure
    overdue: Figure
    answer_median: Figure
    answer_p90: Figure
    close_median: Figure
    close_p90: Figure
    late_measures: Figure
    confirmed_effect: Figure
    improvements: Figure
    praise: Figure
    recurring: Figure
    reports_per_employee: Figure

    def __iter__(self) -> Iterator[Figure]:
        return (figure for figure in vars(self).values() if isinstance(figure, Figure))


def figures(unit: Unit | None, period: Period, against: Period | None = None) -> Figures:
    """Of the unit and those below it (None: the municipality), compared with the period before when no other is given.
    The same number of queries however many cases."""
    return of(Scope(period, unit), against or period.previous())


def of(scope: Scope, against: Period) -> Figures:
    """Of the cases asked for, compared with the same in another period."""
    now, before = _Counted(scope), _Counted(scope.during(against))

    def figure(code: str, label: str, measure: Measure, address: str, cases: int, about: str = "") -> Figure:
        return Figure(code, label, measure, now.values[code], before.values[code], address, cases, about)

    def plain(code: str, label: str, address: str, about: str = "") -> Figure:
        return figure(code, label, Measure.CASES, address, int(now.values[code] or 0), about)

    answered, closed, evaluated = (scope.address_of_answered(), scope.address_of_closed(), scope.address_of_evaluated())
    answered_about = _("Of those first answered in the period. An employee is answered when the case is assessed.")
    closed_about = _("Of those closed in the period.")
    return Figures(
        scope=scope,
        against=against,
        received=plain("received", _("cases received"), scope.address_of_received()),
        closed=plain("closed", _("cases closed"), closed),
        open=plain("open", _("cases open at the end"), scope.address(open_on=scope.day)),
        overdue=plain("overdue", _("cases past deadline at the end"), scope.address(overdue_on=scope.day)),
        answer_median=figure(
            "answer_median",
            _("half got their first answer within"),
            Measure.DAYS,
            answered,
            now.answers.number,
            answered_about,
        ),
        answer_p90=figure(
            "answer_p90",
            _("nine of ten got their first answer within"),
            Measure.DAYS,
            answered,
            now.answers.number,
            answered_about,
        ),
        close_median=figure(
            "close_median", _("half were closed within"), Measure.DAYS, closed, now.closings.number, closed_about
        ),
        close_p90=figure(
            "close_p90", _("nine of ten were closed within"), Measure.DAYS, closed, now.closings.number, closed_about
        ),
        late_measures=figure(
            "late_measures",
            _("measures past deadline at the end"),
            Measure.MEASURES,
            scope.address(late_action_on=scope.day),
            now.late_cases,
        ),
        confirmed_effect=figure(
            "confirmed_effect",
            _("of evaluated measures worked"),
            Measure.PERCENT,
            evaluated,
            now.evaluated_cases,
            _("Of the measures whose effect was evaluated in the period."),
        ),
        improvements=plain("improvements", _("improvements proposed"), scope.address_of_kind(Case.Kind.IMPROVEMENT)),
        praise=plain("praise", _("praise and good examples"), scope.address_of_kind(Case.Kind.POSITIVE)),
        recurring=plain(
            "recurring",
            _("happened again after an effective measure"),
            scope.address_of_received(recurring=True),
            _("The same cause on the same page, after a measure there was called effective."),
        ),
        reports_per_employee=figure(
            "reports_per_employee",
            _("reports for each employee in a year"),
            Measure.RATE,
            now.reporting.address,
            now.reporting.number,
            _("Reported by employees from a page or the report form, for each who works there today."),
        ),
    )


class _Counted:
    """What is counted of one scope. Ten queries."""

    def __init__(self, scope: Scope) -> None:
        kinds = counted(scope.received(), "kind")
        self.closings = Durations.to_close(scope.closed())
        self.answers = Durations.to_first_answer(scope.answered())
        open_cases = scope.cases().open_on(scope.day)
        states = open_cases.aggregate(open=Count("*"), late=Count("pk", filter=overdue_condition(scope.day)))
        late = scope.late_actions().aggregate(measures=Count("*"), cases=Count("case", distinct=True))
        self.late_cases = late["cases"]
        evaluated = scope.evaluated_actions().aggregate(
            measures=Count("*"),
            effective=Count("pk", filter=Q(effect=Action.Effect.EFFECTIVE)),
            cases=Count("case", distinct=True),
        )
        self.evaluated_cases = evaluated["cases"]
        self.reporting = culture.reporting(scope)
        has_begun = scope.period.first <= clock.today()
        self.values: dict[str, float | None] = {
            "received": sum(kinds.values()),
            "closed": self.closings.number,
            "open": states["open"],
            "overdue": states["late"],
            "answer_median": self.answers.median,
            "answer_p90": self.answers.p90,
            "close_median": self.closings.median,
            "close_p90": self.closings.p90,
            "late_measures": late["measures"],
            "confirmed_effect": evaluated["effective"] / evaluated["measures"] * 100 if evaluated["measures"] else None,
            "improvements": kinds.get(Case.Kind.IMPROVEMENT, 0),
            "praise": kinds.get(Case.Kind.POSITIVE, 0),
            "recurring": scope.received().recurring().count(),
            "reports_per_employee": self.reporting.per_year if has_begun else None,
        }
