"""Colours of tags; the text beside says the same."""

from django import template

from audits.models import Inspection, InspectionFinding, SelfCheck, SheetAnswer

register = template.Library()

STATUS_TONES = {
    Inspection.Status.NOTICED: "info",
    Inspection.Status.VISITED: "info",
    Inspection.Status.REPORTED: "warn",
    Inspection.Status.ANSWERED: "info",
    Inspection.Status.CLOSED: "ok",
}
CHECK_TONES = {SelfCheck.Status.DRAFT: "", SelfCheck.Status.OPEN: "warn", SelfCheck.Status.CLOSED: "ok"}
VALUE_TONES = {SheetAnswer.Value.YES: "ok", SheetAnswer.Value.PARTLY: "warn", SheetAnswer.Value.NO: "bad"}


@register.filter
def inspection_tone(inspection: Inspection) -> str:
    return "bad" if inspection.is_late else STATUS_TONES[Inspection.Status(inspection.status)]


@register.filter
def grade_tone(finding: InspectionFinding) -> str:
    return "bad" if finding.is_law_breach else "warn"


@register.filter
def check_tone(check: SelfCheck) -> str:
    return "bad" if check.is_late else CHECK_TONES[SelfCheck.Status(check.status)]


@register.filter
def value_tone(value: str) -> str:
    return VALUE_TONES.get(SheetAnswer.Value(value), "") if value else ""
