"""Finding the audit an address names, for the person who asks: 404 where existence is secret."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from audits.audit_permissions import Act, can
from audits.models import Audit, AuditFinding, AuditQuestion, Programme


def audit_or_404(request: HttpRequest, pk: int, act: Act = Act.READ) -> Audit:
    """The audit, when the person may read it. Raises PermissionDenied when the person may not do `act`."""
    found = Audit.objects.visible_to(request.user).for_list()  # type: ignore[arg-type]
    audit = get_object_or_404(found.select_related("page", "template"), pk=pk)
    if not can(request.user, act, audit):  # type: ignore[arg-type]
        raise PermissionDenied
    return audit


def question_or_404(request: HttpRequest, pk: int, question: int, act: Act) -> AuditQuestion:
    """A question of such an audit."""
    audit = audit_or_404(request, pk, act)
    found = get_object_or_404(audit.questions.for_list(), pk=question)
    found.audit = audit
    return found


def finding_or_404(request: HttpRequest, pk: int, finding: int, act: Act) -> AuditFinding:
    """A finding of such an audit."""
    audit = audit_or_404(request, pk, act)
    found = get_object_or_404(audit.findings.select_related("requirement__standard", "page", "question"), pk=finding)
    found.audit = audit
    return found


def programme_or_404(request: HttpRequest, year: int) -> Programme:
    """The programme of the year, when the person may read it."""
    return get_object_or_404(Programme.objects.visible_to(request.user), year=year)  # type: ignore[arg-type]
