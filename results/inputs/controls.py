"""c 6) What inspections and audits found: the cases that follow their findings up. The audits and inspections themselves are
joined here."""

from django.utils.translation import gettext as _

from cases.models import Case
from cases.models.case_counting import open_condition, overdue_condition
from organisation.models import Unit
from results.inputs.counting import address_of_cases, cases_of, count, within
from results.inputs.section import Figure, Section, section
from results.periods import Period
from results.statistics.scope import Scope

FINDINGS = (Case.Kind.INSPECTION_FINDING, Case.Kind.AUDIT_FINDING)


def build(unit: Unit, period: Period) -> Section:
    """One query."""
    before, end = period.previous(), Scope(period).day
    inspection, audit = FINDINGS
    found = count(
        cases_of(unit).filter(kind__in=FINDINGS),
        inspection=within("received_at", period, kind=inspection),
        inspection_then=within("received_at", before, kind=inspection),
        audit=within("received_at", period, kind=audit),
        audit_then=within("received_at", before, kind=audit),
        open=open_condition(end),
        late=overdue_condition(end),
    )
    title = _("Audits and inspections")
    if not any(found.values()):
        return section("c6", title, note=_("No finding has come of an audit or an inspection."))
    figures = [
        Figure(
            _("findings in inspections"),
            found["inspection"],
            before=found["inspection_then"],
            url=address_of_cases(unit, period, type=inspection.value),
        ),
        Figure(
            _("findings in audits"),
            found["audit"],
            before=found["audit_then"],
            url=address_of_cases(unit, period, type=audit.value),
        ),
        Figure(_("findings not closed"), found["open"]),
        Figure(_("findings past deadline"), found["late"], tone="bad" if found["late"] else "ok"),
    ]
    return section("c6", title, figures=figures)
