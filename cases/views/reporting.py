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
from cases.forms.sending import sent_key
from cases.models import Answer, Case, SecretLink
from cases.similar import similar_to_text

MOST_SEARCHED = 200  # letters


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """`/meld/`: ask, or receive a report. `side`, `seksjon`, `type` and `sokt` (searched for in vain) preset the form."""
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
    if form.cleaned_data["anonymity"] == Case.Anonymity.ALL:
        return _receive_anonymously(request, form, page)
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
    if searched := " ".join(request.GET.get("sokt", "")[:MOST_SEARCHED].split()):
        presets["description"] = _("I searched for “%(words)s” and found nothing.") % {"words": searched}
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


def _receive_anonymously(request: HttpRequest, form: ReportForm, page: Page | None) -> HttpResponse:
    """The receipt at once: a redirect would have to keep the secret link with the person's session."""
    facts = {name: value for name, value in form.facts().items() if name != "anonymity"}
    facts["key"] = sent_key(form.cleaned_data)
    with transaction.atomic():
        case, token = Case.report_anonymously(page=page, files=form.cleaned_data["files"], **facts)
        if not case.answers.exists():
            Answer.give(None, case, form.replies())
    address = request.build_absolute_uri(SecretLink.address(token))
    response = render(request, "cases/receipt_anonymous.html", {"case": case, "address": address})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Cases like the text being typed, as a fragment for <similar-cases>; `side` is the page reported from."""
    page = _page_of(request.GET.get("side", ""))
    found = similar_to_text(request.GET.get("q", "")[:2000], request.user, page and page.pk)
    return render(request, "cases/similar_fragment.html", {"rows": found})
