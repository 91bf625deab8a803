"""c 2) Whether goals are reached: what red indicators led to. The scorecard itself is joined here."""

from django.utils.translation import gettext as _

from cases.models import Case
from cases.models.case_counting import open_condition, overdue_condition
from organisation.models import Unit
from results.inputs.counting import cases_of, count, within
from results.inputs.section import Figure, Section, section
from results.periods import Period
from results.statistics.scope import Scope


def build(unit: Unit, period: Period) -> Section:
    """One query."""
    before, end = period.previous(), Scope(period).day
    cases = cases_of(unit).filter(channel=Case.Channel.INDICATOR)
    found = count(
        cases,
        now=within("received_at", period),
        then=within("received_at", before),
        open=open_condition(end),
        late=overdue_condition(end),
    )
    if not any(found.values()):
        return section("c2", _("Goals and indicators"), note=_("No case has come of an indicator or a plan."))
    figures = [
        Figure(_("cases opened from indicators and plans"), found["now"], before=found["then"]),
        Figure(_("of them open"), found["open"]),
        Figure(_("of them past deadline"), found["late"], tone="bad" if found["late"] else "ok"),
    ]
    return section("c2", _("Goals and indicators"), figures=figures)
