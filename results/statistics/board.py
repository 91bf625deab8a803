"""The charts of the statistics, each by its code: on the page, as a file, in the spreadsheet and in handbook pages.

A new chart: a function that makes it from a `View`, and a line in `CHARTS`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.forms.filters import FOUND
from cases.models import Action, Case
from results.charts import Bars, Cell, Row, Series, Shape, Timeline
from results.periods import Length, Period
from results.statistics import breakdown, culture, effect, trend
from results.statistics.breakdown import Breakdown, Portion
from results.statistics.scope import Scope

KIND_NAMES = {
    Case.Kind.DEVIATION.value: _lazy("Deviations"),
    Case.Kind.IMPROVEMENT.value: _lazy("Improvements"),
    Case.Kind.POSITIVE.value: _lazy("Praise"),
    FOUND: _lazy("Findings, risks and decisions"),
}


@dataclass(frozen=True)
class View:
    """What is looked at: the cases asked for, the period they are compared with, and the length of each part. `asked` is
    what the address of the statistics says of it."""

    scope: Scope
    against: Period
    length: Length
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def before(self) -> Scope:
        return self.scope.during(self.against)

    @property
    def parts(self) -> trend.Parts:
        return trend.parts(self.scope.so_far, self.length)

    def narrowed(self, filter_name: str, key: Any) -> str:
        """The address of the statistics of one of the things that they are divided by."""
        asked = {name: value for name, value in self.asked.items() if value} | {filter_name: key}
        return f"{reverse('results:statistics')}?{urlencode(asked)}"


class Section(StrEnum):
    """A heading of the page; the value names it in the address."""

    DEVELOPMENT = "utvikling"
    CAUSES = "arsaker"
    UNITS = "enheter"
    PAGES = "kapitler-og-sider"
    TIMES = "frister-og-svartid"
    CULTURE = "meldekultur"
    EFFECT = "tiltak-og-effekt"
    AGAIN = "gjentakelser"

    @property
    def heading(self) -> str:
        return str(HEADINGS[self])


HEADINGS: dict[Section, Promise] = {
    Section.DEVELOPMENT: _lazy("Development"),
    Section.CAUSES: _lazy("Causes"),
    Section.UNITS: _lazy("Units"),
    Section.PAGES: _lazy("Chapters and pages"),
    Section.TIMES: _lazy("Deadlines and time to answer"),
    Section.CULTURE: _lazy("Reporting culture"),
    Section.EFFECT: _lazy("Measures and effect"),
    Section.AGAIN: _lazy("What happens again"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of chart: its code in addresses, where it stands, what it is called, what it counts, how it is made."""

    code: str
    section: Section
    title: Promise
    about: Promise
    make: Callable[[View, str], Timeline | Bars]

    def of(self, view: View) -> Timeline | Bars:
        return self.make(view, str(self.title))


def _received(view: View, title: str) -> Timeline:
    parts = trend.development(view.scope, view.length)
    scopes = [view.scope.during(part.period) for part in parts]
    shown = [kind for kind in trend.KINDS if any(part.received[kind] for part in parts)]
    return Timeline(
        title,
        [part.label for part in parts],
        [
            Series(
                str(KIND_NAMES[kind]),
                [part.received[kind] for part in parts],
                links=[scope.address_of_kind(kind) for scope in scopes],
            )
            for kind in shown
        ],
        links=[scope.address_of_received() for scope in scopes],
    )


def _flow(view: View, title: str) -> Timeline:
    parts = trend.development(view.scope, view.length)
    scopes = [view.scope.during(part.period) for part in parts]
    return Timeline(
        title,
        [part.label for part in parts],
        [
            Series(
                _("Received"),
                [part.all_received for part in parts],
                links=[scope.address_of_received() for scope in scopes],
            ),
            Series(
                _("Closed"),
                [part.closed for part in parts],
                Shape.LINE,
                [scope.address_of_closed() for scope in scopes],
            ),
            Series(
                _("Open at the end"),
                [part.open for part in parts],
                Shape.LINE,
                [scope.address(open_on=part.period.last) for scope, part in zip(scopes, parts, strict=True)],
            ),
        ],
    )


def _days_to_close(view: View, title: str) -> Timeline:
    return _days(view, title, trend.days_to_close(view.scope, view.length), Scope.address_of_closed)


def _days_to_answer(view: View, title: str) -> Timeline:
    return _days(view, title, trend.days_to_first_answer(view.scope, view.length), Scope.address_of_answered)


def _days(view: View, title: str, took: Sequence[Any], address: Callable[[Scope], str]) -> Timeline:
    parts = view.parts
    return Timeline(
        title,
        [label for _period, label in parts],
        [
            Series(_("Half within"), [one.median for one in took], Shape.LINE),
            Series(_("Nine of ten within"), [one.p90 for one in took], Shape.LINE),
        ],
        unit=_("days"),
        links=[address(view.scope.during(period)) for period, _label in parts],
    )


def _causes(view: View, title: str) -> Bars:
    """Pareto: the most first, with the share of each and of all down to it."""
    now = breakdown.by_cause(view.scope)
    notes: list[str] = []
    seen = 0
    for portion in now.portions:
        seen += portion.number
        shares = {"share": round(portion.number / now.total * 100), "sum": round(seen / now.total * 100)}
        notes.append(_("%(share)s %%, together %(sum)s %%") % shares)
    return _compared(view, title, "arsak", now, breakdown.by_cause(view.before), notes)


def _by(divide: Callable[[Scope], Breakdown], filter_name: str) -> Callable[[View, str], Bars]:
    """A chart of what was received, divided by what the filter of that name in the address takes."""

    def make(view: View, title: str) -> Bars:
        return _compared(view, title, filter_name, divide(view.scope), divide(view.before))

    return make


def _compared(
    view: View, title: str, filter_name: str, now: Breakdown, before: Breakdown, notes: Sequence[str] = ()
) -> Bars:
    """The things that have some now, the most first, and how many they had before."""
    portions, earlier = now.portions, before.by_key
    then = [earlier.get(portion.key) for portion in portions]
    return Bars(
        title,
        [portion.label for portion in portions],
        [
            Series(
                str(view.scope.period),
                [portion.number for portion in portions],
                links=[portion.address for portion in portions],
            ),
            Series(
                str(view.against),
                [portion.number if portion else 0 for portion in then],
                links=[portion.address if portion else "" for portion in then],
            ),
        ],
        links=[view.narrowed(filter_name, portion.key) for portion in portions],
        notes=notes,
        rest=_rest(now.rest, before.rest),
    )


def _rest(now: Portion | None, before: Portion | None) -> Row | None:
    known = now or before
    cells = [Cell(one.number, one.address) if one else Cell(0) for one in (now, before)]
    return Row(known.label, "", cells) if known else None


def _late(view: View, title: str) -> Timeline:
    parts = view.parts
    scopes = [view.scope.during(period) for period, _label in parts]
    return Timeline(
        title,
        [label for _period, label in parts],
        [
            Series(
                _("Past deadline at the end"),
                trend.late(view.scope, view.length),
                links=[scope.address(overdue_on=scope.day) for scope in scopes],
            )
        ],
    )


def _reporting(view: View, title: str) -> Bars:
    lines = culture.reporting_by_unit(view.scope)
    notes = [
        _("%(number)s reports, %(people)s employees") % {"number": line.number, "people": line.employees}
        for line in lines
    ]
    return Bars(
        title,
        [line.label for line in lines],
        [
            Series(
                _("Reports for each employee in a year"),
                [line.per_year for line in lines],
                links=[line.address for line in lines],
            )
        ],
        notes=notes,
    )


def _years(view: View, title: str) -> Timeline:
    parts = culture.years(view.scope)
    scopes = [view.scope.during(part.period) for part in parts]
    return Timeline(
        title,
        [part.label for part in parts],
        [
            Series(
                str(KIND_NAMES[kind]),
                [part.received[kind] for part in parts],
                links=[scope.address_of_kind(kind) for scope in scopes],
            )
            for kind in (Case.Kind.IMPROVEMENT.value, Case.Kind.POSITIVE.value)
        ],
    )


def _effects(view: View, title: str) -> Bars:
    found = list(Action.Effect)
    evaluated = [(scope, effect.effects(scope).numbers) for scope in (view.scope, view.before)]
    return Bars(
        title,
        [str(one.label) for one in found],
        [
            Series(
                str(scope.period),
                [numbers.get(one, 0) for one in found],
                links=[scope.address_of_evaluated(one) for one in found],
            )
            for scope, numbers in evaluated
        ],
        unit=_("measures"),
    )


def _before_after(view: View, title: str) -> Bars:
    found = effect.before_after(view.scope)
    return Bars(
        title,
        [str(one) for one in found],
        [
            Series(_("Before"), [one.before.per_month for one in found], links=[one.before.address for one in found]),
            Series(
                _("After"),
                [one.after.per_month if one.after else None for one in found],
                links=[one.after.address if one.after else "" for one in found],
            ),
        ],
        unit=_("cases a month"),
        links=[one.action.case.get_absolute_url() for one in found],
    )


def _repeated(view: View, title: str) -> Bars:
    found = effect.repeated(view.scope)
    return Bars(
        title,
        [portion.label for portion in found],
        [Series(_("Cases"), [portion.number for portion in found], links=[portion.address for portion in found])],
    )


_ALL: Iterable[Kind] = (
    Kind(
        "meldt",
        Section.DEVELOPMENT,
        _lazy("Received, by kind"),
        _lazy("Cases received in each part of the period."),
        _received,
    ),
    Kind(
        "restanser",
        Section.DEVELOPMENT,
        _lazy("Received, closed and open"),
        _lazy("A case that was taken up again counts as open all the time."),
        _flow,
    ),
    Kind(
        "arsaker",
        Section.CAUSES,
        _lazy("Causes"),
        _lazy(
            "Cases received in the period, by the cause that was set; the most common first, with the sum downwards."
        ),
        _causes,
    ),
    Kind(
        "kategorier",
        Section.CAUSES,
        _lazy("Categories"),
        _lazy("Cases received in the period, by what they are about."),
        _by(breakdown.by_category, "kategori"),
    ),
    Kind(
        "enheter",
        Section.UNITS,
        _lazy("Units"),
        _lazy("Cases received in the period, by the unit that handles them. A unit counts those below it."),
        _by(breakdown.by_unit, "enhet"),
    ),
    Kind(
        "kanaler",
        Section.UNITS,
        _lazy("How it was reported"),
        _lazy("Cases received in the period, by the way they came in."),
        _by(breakdown.by_channel, "kanal"),
    ),
    Kind(
        "kapitler",
        Section.PAGES,
        _lazy("Chapters"),
        _lazy("Cases received in the period, by the chapter of the page they were reported from."),
        _by(breakdown.by_chapter, "kapittel"),
    ),
    Kind(
        "sider",
        Section.PAGES,
        _lazy("Pages with most cases"),
        _lazy("The twenty pages that most cases of the period were reported from."),
        _by(breakdown.by_page, "side"),
    ),
    Kind(
        "svartid",
        Section.TIMES,
        _lazy("Days to the first answer"),
        _lazy(
            "Of cases first answered in each part of the period. A case from an employee is answered when it is"
            " assessed, if nobody wrote before."
        ),
        _days_to_answer,
    ),
    Kind(
        "behandlingstid",
        Section.TIMES,
        _lazy("Days to closed"),
        _lazy("Of cases closed in each part of the period, from the day they were received."),
        _days_to_close,
    ),
    Kind(
        "forfalt",
        Section.TIMES,
        _lazy("Past deadline"),
        _lazy("Open cases that were past their deadline when each part of the period was over."),
        _late,
    ),
    Kind(
        "meldekultur",
        Section.CULTURE,
        _lazy("Reports for each employee"),
        _lazy("What employees reported themselves, for each who works in the unit today, counted for a whole year."),
        _reporting,
    ),
    Kind(
        "ros",
        Section.CULTURE,
        _lazy("Improvements and praise, year by year"),
        _lazy("Proposals for improvement and praise received in the last five years; this year so far."),
        _years,
    ),
    Kind(
        "effekt",
        Section.EFFECT,
        _lazy("Effect of measures"),
        _lazy("Measures whose effect was evaluated in the period, by what was found."),
        _effects,
    ),
    Kind(
        "for-og-etter",
        Section.EFFECT,
        _lazy("Before and after a measure"),
        _lazy(
            "Cases a month in the half year before each measure was done, and in up to half a year after. Choose a"
            " cause, or a page in the list above, to see it."
        ),
        _before_after,
    ),
    Kind(
        "gjentakelser",
        Section.AGAIN,
        _lazy("The same cause on the same page"),
        _lazy(
            "Cases received in the period, after a measure of a case with the same cause and page was called effective."
        ),
        _repeated,
    ),
)
CHARTS: dict[str, Kind] = {kind.code: kind for kind in _ALL}


@dataclass(frozen=True)
class Shown:
    """A chart with what it is of."""

    kind: Kind
    chart: Timeline | Bars


def shown(view: View) -> list[Shown]:
    """Every chart. The same number of queries however many cases."""
    return [Shown(kind, kind.of(view)) for kind in CHARTS.values()]
