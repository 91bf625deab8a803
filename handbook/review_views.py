"""`/gjennomgang/`, its export, and extending a review date."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from handbook import review_export
from handbook import reviews as reviewing
from handbook.lights import Light
from handbook.models import Document, Edition
from handbook.permissions import may_review
from handbook.review_forms import SORTINGS, ExtendForm, ReviewFilters
from organisation import clock
from organisation.filters import filters_in, remembers_filters
from organisation.history import StaleVersion
from organisation.roles import Right
from organisation.spreadsheets import download

ROWS = 50


def _selection(request: HttpRequest) -> tuple[ReviewFilters, Any]:
    form = ReviewFilters(request.GET)
    asked = form.asked()
    _label, order = SORTINGS[asked.pop("sorting", "date")]
    return form, reviewing.narrowed(reviewing.in_force(), **asked).order_by(*order)


@require_safe
@remembers_filters
def reviews(request: HttpRequest) -> HttpResponse:
    """`/gjennomgang/`: the documents in force by review date, overdue first."""
    form, editions = _selection(request)
    page = Paginator(editions, ROWS).get_page(request.GET.get("s"))
    for edition in page:
        edition.may_review = may_review(request.user, edition.owner_unit)
        edition.may_write = request.user.has_right(Right.WRITE_HANDBOOK, edition.owner_unit)
    context = {
        "form": form,
        "page": page,
        "counts": reviewing.counts(),
        "lights": Light,
        "query": filters_in(request.GET),
    }
    return render(request, "handbook/review/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    _form, editions = _selection(request)
    name = _("reviews-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(review_export.workbook(editions), name)


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/forleng/`: the edition in force holds until a later date. 404 when nothing is in force, 403
    for those who may not."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    edition = document.edition_in_force()
    if edition is None:
        raise Http404
    if not may_review(request.user, edition.owner_unit):
        raise PermissionDenied
    if request.method != "POST":
        initial = {"until": reviewing.latest_date(edition), "shown": document.review_date}
        return _form_page(request, document, edition, ExtendForm(initial=initial))
    form = ExtendForm(request.POST)
    if not form.is_valid():
        return _form_page(request, document, edition, form)
    return _extended(request, document, edition, form)


def _extended(request: HttpRequest, document: Document, edition: Edition, form: ExtendForm) -> HttpResponse:
    """Do it; what is refused comes back beside the fields with everything typed kept."""
    try:
        extension = reviewing.extend(document, request.user, **form.cleaned_data)
    except StaleVersion as stale:
        again = ExtendForm({**request.POST.dict(), "shown": stale.current.review_date.isoformat()})
        return _form_page(request, stale.current, edition, again, status=409)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _form_page(request, document, edition, form)
    messages.success(
        request,
        _("The page is reviewed. The next review is %(day)s.") % {"day": extension.new_date.strftime("%d.%m.%Y")},
    )
    return redirect(document)


def _form_page(
    request: HttpRequest, document: Document, edition: Edition, form: ExtendForm, status: int = 200
) -> HttpResponse:
    context = {
        "document": document,
        "edition": edition,
        "form": form,
        "stale": document.extensions.first() if status == 409 else None,
        "cases": reviewing.cases_since(document, edition, request.user),
        "latest": reviewing.latest_date(edition),
        "last": document.extensions.first(),
    }
    return render(request, "handbook/review/extend.html", context, status=status)
