"""An audit as text and numbers: what the report freezes, and what is printed. In the language of the municipality,
whoever issues it."""

from typing import Any

from django.conf import settings
from django.utils import translation

from audits.models import Audit, AuditFinding, AuditQuestion, Evidence


def of(audit: Audit) -> dict[str, Any]:
    """Head, team with impartiality, answers, evidence and findings as they stand. A constant number of queries."""
    with translation.override(settings.LANGUAGE_CODE):
        return _content(audit)


def _content(audit: Audit) -> dict[str, Any]:
    lead = audit.lead
    questions = list(audit.questions.for_list())
    findings = list(audit.findings.select_related("requirement__standard", "question").prefetch_related("evidence"))
    evidence = list(audit.evidence.all())
    return {
        "title": audit.title,
        "kind": str(audit.get_kind_display()),
        "body": audit.body,
        "unit": audit.unit.name,
        "process": audit.page_label,
        "standard": str(audit.standard or ""),
        "when": audit.when,
        "lead": lead.name if lead else "",
        "team": [_member(member) for member in audit.team.all()],
        "objective": audit.objective,
        "scope": audit.scope,
        "criteria": audit.criteria,
        "template": str(audit.template or ""),
        "summary": audit.summary,
        "closing_meeting": audit.closing_meeting.isoformat() if audit.closing_meeting else "",
        "closing_note": audit.closing_note,
        "questions": [_question(question, evidence) for question in questions],
        "findings": [_finding(finding, evidence) for finding in findings],
    }


def _member(member: Any) -> dict[str, Any]:
    return {
        "name": member.name,
        "function": member.function,
        "leads": member.is_lead,
        "warnings": member.warnings,
        "reason": member.reason,
    }


def _question(question: AuditQuestion, evidence: list[Evidence]) -> dict[str, Any]:
    return {
        "text": question.text,
        "source": question.source_label,
        "result": str(question.get_result_display()) if question.result else "",
        "note": question.note,
        "evidence": [_evidence(row) for row in evidence if row.question_id == question.pk],
    }


def _finding(finding: AuditFinding, evidence: list[Evidence]) -> dict[str, Any]:
    rests_on = [
        row
        for row in evidence
        if row.finding_id == finding.pk or (finding.question_id and row.question_id == finding.question_id)
    ]
    return {
        "grade": finding.grade,
        "grade_name": str(finding.get_grade_display()),
        "words": finding.words,
        "measured_against": finding.measured_against,
        "page": finding.page_label,
        "evidence": [_evidence(row) for row in rests_on],
    }


def _evidence(row: Evidence) -> dict[str, Any]:
    return {"kind": str(row.get_kind_display()), "source": row.source, "seen": row.seen, "share": row.share}
