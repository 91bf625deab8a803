"""c 4) Deviations and corrective actions: how many, how serious, of what kind, and what is late."""

from django.db.models import Count
from django.utils.translation import gettext as _

from cases.models import Case
from organisation.models import Unit
from results.charts import Shape
from results.inputs.counting import address_of_cases, cases_of, count, end_of, late_at, median_days, open_at, within
from results.inputs.section import BARS, Cell, Drawing, Figure, Section, Table, section
from results.periods import Period

SHOWN = 10


def build(unit: Unit, period: Period) -> Section:
    """Five queries."""
    before, end = period.previous(), end_of(period)
    deviations = cases_of(unit).filter(kind=Case.Kind.DEVIATION)
    found = count(
        deviations,
        now=within("received_at", period),
        then=within("received_at", before),
        law=within("received_at", period, law_breach=True),
        law_then=within("received_at", before, law_breach=True),
        closed=within("closed_at", period, status=Case.Status.CLOSED),
        closed_then=within("closed_at", before, status=Case.Status.CLOSED),
        open=open_at(end),
        open_then=open_at(period_start := end_of(before)),
        late=late_at(end),
        late_then=late_at(period_start),
    )
    days, days_then = median_days(deviations.closed(), "closed_at", period)
    kind = Case.Kind.DEVIATION.value
    figures = [
        Figure(
            _("deviations reported"), found["now"], before=found["then"], url=address_of_cases(unit, period, kind=kind)
        ),
        Figure(
            _("breaches of law"),
            found["law"],
            before=found["law_then"],
            url=address_of_cases(unit, period, kind=kind, law_breach=True),
            tone="bad" if found["law"] else "",
        ),
        Figure(_("closed"), found["closed"], before=found["closed_then"]),
        Figure(_("median to closed"), days, _("d"), before=days_then),
        Figure(_("open at the end"), found["open"], before=found["open_then"]),
        Figure(
            _("past deadline"),
            found["late"],
            before=found["late_then"],
            url=address_of_cases(unit, kind=kind, overdue=True),
            tone="bad" if found["late"] else "ok",
        ),
    ]
    late = list(deviations.filter(late_at(end)).select_related("unit", "category").order_by("deadline", "pk")[:SHOWN])
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
        more=max(found["late"] - SHOWN, 0),
    )
    drawings = [_kinds(unit, period), _pages(unit, period)]
    title = _("Deviations and corrective actions")
    return section("c4", title, figures=figures, tables=[table], drawings=[one for one in drawings if one.labels])


def _kinds(unit: Unit, period: Period) -> Drawing:
    cases = cases_of(unit).filter(within("received_at", period), kind=Case.Kind.DEVIATION).exclude(category=None)
    rows = cases.values("category__name", "category").annotate(number=Count("pk"))
    found = list(rows.order_by("-number", "category__name")[:SHOWN])
    return Drawing(
        BARS,
        _("Categories"),
        [row["category__name"] for row in found],
        [(_("Deviations"), [row["number"] for row in found], Shape.COLUMNS.value)],
        links=[address_of_cases(unit, period, category=row["category"]) for row in found],
    )


def _pages(unit: Unit, period: Period) -> Drawing:
    """Where deviations come from in the handbook: the pages with two or more."""
    cases = cases_of(unit).filter(within("received_at", period), kind=Case.Kind.DEVIATION).exclude(page_document_id="")
    rows = cases.values("page_document_id", "page_label").annotate(number=Count("pk")).filter(number__gt=1)
    found = list(rows.order_by("-number", "page_label")[:SHOWN])
    return Drawing(
        BARS,
        _("Pages with several deviations"),
        [row["page_label"] for row in found],
        [(_("Deviations"), [row["number"] for row in found], Shape.COLUMNS.value)],
        links=[address_of_cases(unit, period, page=row["page_document_id"]) for row in found],
    )
