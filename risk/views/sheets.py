"""The sheet (S50–S55): out as it stands or empty, and in again by way of a preview."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.uploads import clean_name
from organisation.history import StaleVersion
from organisation.models import User
from organisation.refusals import take_refusal
from organisation.spreadsheets import download
from risk.forms.sheets import SheetHeadForm, UploadSheetForm
from risk.models import Assessment, SheetImport, Template
from risk.models.sheet_import import may_import
from risk.permissions import may_begin
from risk.sheet import comparing, exporting, proposal, reading, writing
from risk.views.access import assessment_or_404

RECENT = 10
MOST_MENDED = 500  # cells to put right in one form; the next ones come when these are sent


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/regneark/`: the assessment in the sheet's own shape."""
    form = exporting.of_assessment(assessment_or_404(request, pk))
    return download(writing.workbook(form), f"{form.filename}.xlsx")


@require_safe
def empty(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/tomt-skjema/<pk>/`: the form of a template, to fill in without net."""
    _reader(request)
    form = exporting.of_template(get_object_or_404(Template.objects.active(), pk=pk))
    return download(writing.workbook(form), f"{form.filename}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """`/risiko/les-inn/`: choose a sheet. Those read before that nothing has come of."""
    user = _reader(request)
    form = UploadSheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = reading.read(file.read())
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            facts = {"name": clean_name(file.name), "content": found.as_data(), "key": form.cleaned_data["key"]}
            return redirect(SheetImport.keep(user, **facts))
    context = {
        "form": form,
        "waiting": SheetImport.objects.visible_to(user).waiting()[:RECENT],
        "templates": Template.objects.active(),
    }
    return render(request, "risk/sheets/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/les-inn/<pk>/`: what was understood, to put right and make a draft of."""
    user, sheet = _sheet(request, pk)
    if sheet.assessment:
        return redirect(sheet.assessment)
    if request.method != "POST":
        return _preview(request, sheet, _head_form(user, sheet))
    _correct(request, sheet)
    return _compare_next(request, sheet) if "sammenlign" in request.POST else _begin(request, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/les-inn/<pk>/endringer/`: the sheet beside the draft it was made from, cell by cell."""
    user, sheet = _sheet(request, pk)
    if sheet.assessment:
        return redirect(sheet.assessment)
    draft, proposed = sheet.draft_of(user), proposal.rows(sheet.content)
    if draft is None or proposal.stops(proposed):
        return redirect(sheet)
    compared = comparing.compare(draft.rows.select_related("responsible"), proposed, sheet.content["memory"])
    if request.method == "POST":
        return _update(request, sheet, draft, compared)
    context = {"sheet": sheet, "draft": draft, "compared": compared, "shown": draft.fingerprint()}
    return render(request, "risk/sheets/changes.html", context)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The person doesn't need what was read."""
    user, sheet = _sheet(request, pk)
    sheet.discard(user)
    messages.success(request, _("“%(name)s” is put away. Nothing was saved of it.") % {"name": sheet.name})
    return redirect("risk:import_sheet")


def _reader(request: HttpRequest) -> User:
    if not may_import(request.user):
        raise PermissionDenied
    return request.user


def _sheet(request: HttpRequest, pk: int) -> tuple[User, SheetImport]:
    user = _reader(request)
    return user, get_object_or_404(SheetImport.objects.visible_to(user).select_related("assessment"), pk=pk)


def _head_form(user: User, sheet: SheetImport, *data: Any) -> SheetHeadForm | None:
    """The head of a new draft; None for those who may only fill in one that is there."""
    return SheetHeadForm(*data, user=user, said=sheet.content["head"]) if may_begin(user) else None


def _correct(request: HttpRequest, sheet: SheetImport) -> None:
    left_out = [place for place in range(1, len(sheet.content["rows"]) + 1) if f"utelat-{place}" in request.POST]
    texts = {name: text.replace("\r\n", "\n") for name, text in request.POST.items() if name.startswith("celle-")}
    sheet.correct(request.user, list(proposal.corrected(sheet.content, texts, left_out)))


def _begin(request: HttpRequest, sheet: SheetImport) -> HttpResponse:
    form = _head_form(request.user, sheet, request.POST)
    if form is None:
        raise PermissionDenied
    proposed = proposal.rows(sheet.content)
    if not form.is_valid() or proposal.stops(proposed):
        return _preview(request, sheet, form, tried=True)
    kept = [row.values for row in proposed if not row.is_left_out]
    try:
        assessment = sheet.begin(request.user, kept, **form.cleaned_data)
    except ValidationError as refused:
        take_refusal(form, refused)
        return _preview(request, sheet, form, tried=True)
    messages.success(request, _("The draft is made from “%(name)s”.") % {"name": sheet.name})
    return redirect(assessment)


def _compare_next(request: HttpRequest, sheet: SheetImport) -> HttpResponse:
    if not proposal.stops(proposal.rows(sheet.content)):
        return redirect("risk:sheet_changes", pk=sheet.pk)
    form = _head_form(request.user, sheet)
    if form:
        form.initial |= {name: request.POST[name] for name in form.fields if name in request.POST}
    return _preview(request, sheet, form, tried=True)


def _update(
    request: HttpRequest, sheet: SheetImport, draft: Assessment, compared: comparing.Comparison
) -> HttpResponse:
    """Write what is ticked into the draft; or say why not, and show it afresh."""
    cells: dict[Any, dict[str, Any]] = {}
    for difference in compared.differences:
        if difference.field in request.POST:
            cells.setdefault(difference.row, {})[difference.name] = difference.value
    rows = [row.values for row in compared.new if f"ny-{row.place}" in request.POST]
    try:
        sheet.update_draft(request.user, draft, shown=request.POST.get("vist", ""), cells=cells, rows=rows)
    except StaleVersion:
        messages.error(request, _("Somebody has written in the draft meanwhile. Look at the changes again."))
        return redirect("risk:sheet_changes", pk=sheet.pk)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(sheet)
    messages.success(request, _("The draft is updated from “%(name)s”.") % {"name": sheet.name})
    return redirect(draft)


def _preview(
    request: HttpRequest, sheet: SheetImport, form: SheetHeadForm | None, *, tried: bool = False
) -> HttpResponse:
    proposed = proposal.rows(sheet.content)
    stops = proposal.stops(proposed)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": proposed,
        "mended": _to_mend(proposed),
        "stops": stops,
        "notices": sum(len(row.notices) for row in proposed if not row.is_left_out),
        "draft": sheet.draft_of(request.user),
        "tried": tried,
    }
    status = 422 if tried else 200
    return render(request, "risk/sheets/preview.html", context, status=status)


def _to_mend(proposed: list[proposal.ProposedRow]) -> set[str]:
    """The fields of the cells that may be written in: those that can't be kept first, then those to look at."""
    errors = [cell.field for row in proposed for cell in row.errors]
    notices = [cell.field for row in proposed for cell in row.notices]
    return set((errors + notices)[:MOST_MENDED])
