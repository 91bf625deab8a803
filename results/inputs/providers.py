"""c 7) External providers: cases that others have taken over."""

from django.db.models import Count
from django.utils.translation import gettext as _

from cases.models import Case
from organisation.models import Unit
from results.inputs.counting import address_of_cases, cases_of, count, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period


def build(unit: Unit, period: Period) -> Section:
    """Two queries."""
    title, taken = _("External providers"), Case.Status.TAKEN_OVER
    cases = cases_of(unit).filter(status=taken)
    found = count(cases, now=within("closed_at", period), then=within("closed_at", period.previous()))
    if not any(found.values()):
        note = _(
            "The system knows nothing of providers in this period. Write what you know: deliveries, contracts, complaints."
        )
        return section("c7", title, note=note)
    by_system = cases.filter(within("closed_at", period)).values("external_system").annotate(number=Count("pk"))
    rows = by_system.order_by("-number", "external_system")
    table = Table(
        _("Taken over by"),
        [_("Who"), _("Cases")],
        [[Cell(row["external_system"] or "–"), Cell(str(row["number"]))] for row in rows],
    )
    address = address_of_cases(unit, status=taken.value)
    figures = [Figure(_("cases others have taken over"), found["now"], before=found["then"], url=address)]
    return section("c7", title, figures=figures, tables=[table])
