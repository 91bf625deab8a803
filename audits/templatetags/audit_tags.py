"""What templates show of an audit: the colour of a tag, whose text says the same."""

from django import template

from audits.models import Audit, AuditQuestion, Grade

register = template.Library()

STATUS_TONES = {
    Audit.Status.PLANNED: "",
    Audit.Status.NOTIFIED: "info",
    Audit.Status.IN_FIELD: "info",
    Audit.Status.REPORTED: "warn",
    Audit.Status.CLOSED: "ok",
}
GRADE_TONES = {Grade.MAJOR: "bad", Grade.MINOR: "warn", Grade.OBSERVATION: "info", Grade.GOOD: "ok"}
RESULT_TONES = {
    AuditQuestion.Result.CONFORMS: "ok",
    AuditQuestion.Result.PARTLY: "warn",
    AuditQuestion.Result.NOT: "bad",
}


@register.filter
def audit_tone(status: str) -> str:
    """The tone of the tag with the status of an audit."""
    return STATUS_TONES.get(Audit.Status(status), "")


@register.filter
def grade_tone(grade: str) -> str:
    """The tone of the tag with the grade of a finding."""
    return GRADE_TONES.get(Grade(grade), "")


@register.filter
def result_tone(result: str) -> str:
    """The tone of the tag with an answer."""
    return RESULT_TONES.get(AuditQuestion.Result(result), "") if result else ""
