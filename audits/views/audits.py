"""An audit: the register, its page, its report, its history, and the library of findings."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import audit_follow_up, audit_printing, changes, finding_export, report_content
from audits.audit_permissions import Act, can, may_keep_programme, may_plan
from audits.finding_register import AuditSelection, FindingSelection
from audits.views.audit_access import audit_or_404
from cases.models import Case
from organisation import clock
from organisation.filters import remembers_filters
from organisation.pdf import answer
from organisation.spreadsheets import download

ROWS = 25
CLAUSES_SHOWN = 10
REVISIONS = 100


@require_safe
@remembers_filters
def register(request: HttpRequest) -> HttpResponse:
    """`/revisjoner/revisjon/`: the audits the person may read."""
    user: Any = request.user
    selection = AuditSelection(user, request.GET)
    page = Paginator(selection.audits().for_list(), ROWS).get_page(request.GET.get("s"))
    context = {"selection": selection, "form": selection.form, "page": page, "may_plan": may_plan(user)}
    return render(request, "audits/audits/register.html", context)


@require_safe
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/revisjoner/revisjon/<pk>/`: the plan, the questions, the findings with their cases, and what can be done."""
    found = audit_or_404(request, pk)
    user: Any = request.user
    may = {act.value: can(user, act, found) for act in Act}
    context = {"audit": found, "may": may, "keeps_programme": may_keep_programme(user)}
    if may["see_work"]:
        findings = audit_follow_up.of(found.findings.for_list(), user)
        context |= {
            "questions": list(found.questions.for_list()),
            "findings": findings,
            "stops": found.stops() if found.in_field and may["write"] else [],
            "still_open": [row for row in findings if row.finding.is_nonconformity and row.finding.is_open],
        }
    return render(request, "audits/audits/audit.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """`/revisjoner/revisjon/<pk>/rapport/`: word for word as it was issued, with its checksum."""
    found = audit_or_404(request, pk)
    if not found.is_issued:
        raise Http404
    context = {"audit": found, "report": found.report, "content": found.report.content}
    return render(request, "audits/audits/report.html", context)


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/revisjoner/revisjon/<pk>/pdf/`: the report on paper; the plan and the work so far while there is none."""
    found = audit_or_404(request, pk)
    user: Any = request.user
    content = found.report.content if found.is_issued else report_content.of(found)
    if not can(user, Act.SEE_WORK, found):
        content = {**content, "questions": [], "findings": [], "summary": "", "closing_note": ""}
    return answer.shown(audit_printing.pdf(found, content, reader=user), audit_printing.filename_of(found))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`/revisjoner/revisjon/<pk>/historikk/`: who changed what, when and why."""
    found = audit_or_404(request, pk, Act.SEE_WORK)
    page = Paginator(changes.of_audit(found), REVISIONS).get_page(request.GET.get("s"))
    return render(request, "audits/audits/history.html", {"audit": found, "page": page, "revisions": page})


@require_safe
@remembers_filters
def findings(request: HttpRequest) -> HttpResponse:
    """`/revisjoner/funn/`: every finding of audits and inspections that the person may read, and how often each clause
    fails."""
    user: Any = request.user
    selection = FindingSelection(user, request.GET)
    page = Paginator(selection.keys(), ROWS).get_page(request.GET.get("s"))
    found = selection.findings(page)
    keys = [finding.case_id for finding in found if finding.case_id]
    context = {
        "selection": selection,
        "form": selection.form,
        "page": page,
        "findings": found,
        "cases": set(Case.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)),
        "clauses": selection.clauses()[:CLAUSES_SHOWN],
    }
    return render(request, "audits/findings.html", context)


@require_safe
def export_findings(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    name = _("audit-findings-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(finding_export.workbook(FindingSelection(request.user, request.GET)), name)  # type: ignore[arg-type]
