"""Colours of tags, where the text beside says the same; and what self-checks say of the controls of a risk."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import RequestContext

from audits.control_answers import LastAnswer, last_answers
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


@register.simple_tag(takes_context=True)
def answers_about_controls(context: RequestContext, links: Iterable[Any]) -> dict[int, LastAnswer]:
    """What self-checks last said of the controls that a risk is tied to, by control, for the reader. One query."""
    return last_answers((link.control_id for link in links if link.control_id), context["request"].user)


@register.inclusion_tag("audits/parts/control_answer.html")
def control_answer(control: int, answers: dict[int, LastAnswer]) -> dict[str, Any]:
    """The last answer about one control, from those that `answers_about_controls` found."""
    return {"last": answers.get(control)}
