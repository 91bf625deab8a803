"""One self-check as those who send it, and those who may read it, see it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import changes, register_export, self_check_result
from audits.models import SheetAnswer
from audits.self_check_permissions import answers, keeps
from audits.views.access import self_check_or_404
from organisation import clock
from organisation.spreadsheets import download

REVISIONS = 100


@require_safe
def self_check(request: HttpRequest, pk: int) -> HttpResponse:
    """`/revisjoner/internkontroll/<pk>/`: the questions, who has answered, and the result."""
    check = self_check_or_404(request, pk)
    user: Any = request.user
    sheets = self_check_result.sheets_of(check, user)
    questions = list(check.questions.select_related("control"))
    for sheet in sheets:
        sheet.tally = self_check_result.tally(sheet)  # type: ignore[attr-defined]
        sheet.mine = answers(user, sheet)  # type: ignore[attr-defined]
    signed = [sheet for sheet in sheets if sheet.is_signed]
    context = {
        "check": check,
        "questions": questions,
        "sheets": sheets,
        "signed": len(signed),
        "results": self_check_result.by_question(questions, sheets) if signed else [],
        "values": SheetAnswer.Value,
        "keeps": keeps(user, check),
    }
    return render(request, "audits/self_check.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The answers as a spreadsheet, of those the person may read."""
    check = self_check_or_404(request, pk)
    sheets = self_check_result.sheets_of(check, request.user)  # type: ignore[arg-type]
    name = _("self-check-%(pk)s-%(day)s.xlsx") % {"pk": check.pk, "day": clock.today().isoformat()}
    return download(register_export.answers(check, sheets), name)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/historikk/`: who changed what, when and why."""
    check = self_check_or_404(request, pk, to_keep=True)
    page = Paginator(changes.of_self_check(check), REVISIONS).get_page(request.GET.get("s"))
    return render(request, "audits/history.html", {"thing": check, "page": page, "revisions": page})
