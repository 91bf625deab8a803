"""c 4) Deviations and corrective actions: how many, how serious, of what kind, and what is late."""

from dataclasses import replace

from django.utils.translation import gettext as _

from cases.models import Case
from cases.models.case_queryset import CaseQuerySet
from organisation.models import Unit
from results.charts import Shape
from results.inputs.section import BARS, Cell, Drawing, Figure, Section, Table, section
from results.periods import Period
from results.statistics import breakdown
from results.statistics.breakdown import Portion
from results.statistics.durations import Durations
from results.statistics.scope import Scope

SHOWN = 10


def build(unit: Unit, period: Period) -> Section:
    """As the statistics count them. Fifteen queries."""
    scope = Scope(period, unit, kind=Case.Kind.DEVIATION.value)
    before = scope.during(period.previous())
    law, law_before = replace(scope, law_breach=True), replace(before, law_breach=True)
    closed, closed_before = Durations.to_close(scope.closed()), Durations.to_close(before.closed())
    breaches, past_deadline = law.received().count(), _late(scope).count()
    figures = [
        Figure(
            _("deviations reported"),
            scope.received().count(),
            before=before.received().count(),
            url=scope.address_of_received(),
        ),
        Figure(
            _("breaches of law"),
            breaches,
            before=law_before.received().count(),
            url=law.address_of_received(),
            tone="bad" if breaches else "",
        ),
        Figure(_("closed"), closed.number, before=closed_before.number, url=scope.address_of_closed()),
        Figure(
            _("median to closed"), closed.median, _("d"), before=closed_before.median, url=scope.address_of_closed()
        ),
        Figure(_("open at the end"), _open(scope), before=_open(before), url=scope.address(open_on=scope.day)),
        Figure(
            _("past deadline"),
            past_deadline,
            before=_late(before).count(),
            url=scope.address(overdue_on=scope.day),
            tone="bad" if past_deadline else "ok",
        ),
    ]
    late = list(_late(scope).select_related("unit", "category").order_by("deadline", "pk")[:SHOWN])
    table = Table(
        _("Longest past their deadline"),
        [_("Case"), _("Unit"), _("Category"), _("Deadline")],
        [
            [
                Cell(case.reference, case.get_absolute_url()),
                Cell(str(case.unit)),
                Cell(str(case.category or "–")),
                Cell(f"{case.deadline:%d.%m.%Y}", tone="bad"),
            ]
            for case in late
        ],
        more=max(past_deadline - SHOWN, 0),
    )
    drawings = [_kinds(scope), _pages(scope)]
    title = _("Deviations and corrective actions")
    return section("c4", title, figures=figures, tables=[table], drawings=[one for one in drawings if one.labels])


def _open(scope: Scope) -> int:
    return scope.cases().open_on(scope.day).count()


def _late(scope: Scope) -> CaseQuerySet:
    return scope.cases().overdue_on(scope.day)


def _kinds(scope: Scope) -> Drawing:
    return _bars(_("Categories"), breakdown.by_category(scope).portions)


def _pages(scope: Scope) -> Drawing:
    """Where deviations come from in the handbook: the pages with two or more."""
    pages = breakdown.by_page(scope).portions
    return _bars(_("Pages with several deviations"), [page for page in pages if page.number > 1])


def _bars(title: str, portions: list[Portion]) -> Drawing:
    shown = portions[:SHOWN]
    return Drawing(
        BARS,
        title,
        [portion.label for portion in shown],
        [(_("Deviations"), [portion.number for portion in shown], Shape.COLUMNS.value)],
        links=[portion.address for portion in shown],
    )
