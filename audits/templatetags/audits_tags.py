"""Colours of tags; the text beside says the same."""

from django import template

from audits.models import Audit, AuditQuestion, Grade, Inspection, InspectionFinding, SelfCheck, SheetAnswer

register = template.Library()

STATUS_TONES = {
    Inspection.Status.NOTICED: "info",
    Inspection.Status.VISITED: "info",
    Inspection.Status.REPORTED: "warn",
    Inspection.Status.ANSWERED: "info",
    Inspection.Status.CLOSED: "ok",
}
AUDIT_TONES = {
    Audit.Status.NOTIFIED: "info",
    Audit.Status.IN_FIELD: "info",
    Audit.Status.REPORTED: "warn",
    Audit.Status.CLOSED: "ok",
}
GRADE_TONES: dict[str, str] = {
    Grade.MAJOR: "bad",
    Grade.MINOR: "warn",
    Grade.OBSERVATION: "info",
    Grade.GOOD: "ok",
    InspectionFinding.Grade.LAW_BREACH: "bad",
    InspectionFinding.Grade.ORDER: "bad",
    InspectionFinding.Grade.DEVIATION: "bad",
    InspectionFinding.Grade.REMARK: "warn",
    InspectionFinding.Grade.RECOMMENDATION: "warn",
}
RESULT_TONES = {
    AuditQuestion.Result.CONFORMS: "ok",
    AuditQuestion.Result.PARTLY: "warn",
    AuditQuestion.Result.NOT: "bad",
}
CHECK_TONES = {SelfCheck.Status.DRAFT: "", SelfCheck.Status.OPEN: "warn", SelfCheck.Status.CLOSED: "ok"}
VALUE_TONES = {SheetAnswer.Value.YES: "ok", SheetAnswer.Value.PARTLY: "warn", SheetAnswer.Value.NO: "bad"}


@register.filter
def inspection_tone(inspection: Inspection) -> str:
    return "bad" if inspection.is_late else STATUS_TONES[Inspection.Status(inspection.status)]


@register.filter
def audit_tone(status: str) -> str:
    return AUDIT_TONES.get(Audit.Status(status), "")


@register.filter
def grade_tone(grade: str) -> str:
    """Of a finding of an inspection or an audit."""
    return GRADE_TONES.get(grade, "")


@register.filter
def result_tone(result: str) -> str:
    """Of the answer to a question of an audit."""
    return RESULT_TONES.get(AuditQuestion.Result(result), "") if result else ""


@register.filter
def check_tone(check: SelfCheck) -> str:
    return "bad" if check.is_late else CHECK_TONES[SelfCheck.Status(check.status)]


@register.filter
def value_tone(value: str) -> str:
    return VALUE_TONES.get(SheetAnswer.Value(value), "") if value else ""
