"""Report what happened (G16): the form on its own, and what the form on a handbook page posts to."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from cases.forms.report import ReportForm
from cases.models import Answer, Case
from cases.similar import similar_to_text


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """`/meld/`: ask, or receive a report. `side`, `seksjon` and `type` preset the form."""
    document_id = request.POST.get("document") or request.GET.get("side", "")
    page = _page_of(document_id)
    context = {
        "user": request.user,
        "document": page and page.document,
        "edition": page and page.document.edition_in_force(),
    }
    if request.method != "POST":
        form = ReportForm(initial=_presets(request), **context)
        return render(request, "cases/report.html", {"form": form})
    form = ReportForm(request.POST, request.FILES, **context)
    if not form.is_valid():
        again = bool(request.FILES)
        return render(request, "cases/report.html", {"form": form, "choose_files_again": again})
    case = _receive(form, page)
    messages.success(request, _("Thank you! Your report is received as %(reference)s.") % {"reference": case.reference})
    return redirect("cases:receipt", case.reference)


def _page_of(document_id: str) -> Page | None:
    """The page with this document id, when it is published. Not found is no reason to lose a report."""
    if not document_id:
        return None
    return Page.objects.live().filter(document__document_id=document_id).select_related("document").first()


def _presets(request: HttpRequest) -> dict[str, Any]:
    presets = {"section": request.GET.get("seksjon", "")}
    if request.GET.get("type") in Case.REPORTABLE:
        presets["kind"] = request.GET["type"]
    return presets


def _receive(form: ReportForm, page: Page | None) -> Case:
    """The case of this form. Sent twice, it is made once: the key is unique in the database, also
    when two posts arrive at the same time."""
    mine = Case.objects.filter(reporter=form.user, key=form.cleaned_data["key"])
    if existing := mine.first():
        return existing
    try:
        with transaction.atomic():
            case = Case.report(form.user, page=page, **form.facts())
            case.attach(form.user, form.cleaned_data["files"])
            Answer.give(form.user, case, form.replies())
            return case
    except IntegrityError:
        return get_object_or_404(mine)


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Cases like the text being typed, as a fragment for <similar-cases>."""
    found = similar_to_text(request.GET.get("q", "")[:2000], request.user)
    return render(request, "cases/similar_fragment.html", {"rows": found})
