"""Read and understood (G8): confirm, ask, set duties, see who has."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import Case
from handbook import confirmation_reports, confirmations, navigation, reading
from handbook.confirmation_forms import DutyForm, OverviewFilter, ReportFilter, SwitchOffForm, UnclearForm
from handbook.models import Confirmation, Document, Edition, ReadingDuty
from handbook.permissions import may_require_reading, sets_reading_duties
from organisation import clock
from organisation.history import StaleVersion
from organisation.refusals import take_refusal
from organisation.spreadsheets import download

PEOPLE_SHOWN = 100


def _in_force(document_id: str) -> tuple[Document, Edition]:
    """The document and the edition people work by; 404 when there is none."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    edition = document.edition_in_force()
    if edition is None:
        raise Http404
    edition.document = document
    return document, edition


def _page(
    request: HttpRequest, name: str, document: Document, edition: Edition, status: int = 200, **more: Any
) -> HttpResponse:
    """A page in the handbook's frame."""
    context = {
        "document": document,
        "edition": edition,
        "menu": navigation.menu(document.page.path),
        "base_address": reading.base_address(document),
        **more,
    }
    return render(request, f"handbook/confirmation/{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/bekreft/`: "I have read and understood this". Who is not asked comes to the page, and can't confirm."""
    document, edition = _in_force(document_id)
    if request.method == "POST":
        return _confirm(request, document, edition)
    standing = confirmations.standing(request.user, document, edition)
    if standing is None:
        return redirect(document)
    return _page(request, "confirm", document, edition, standing=standing)


def _confirm(request: HttpRequest, document: Document, edition: Edition) -> HttpResponse:
    label = request.POST.get("edition", "")
    try:
        given = Confirmation.give(request.user, document, label)
    except StaleVersion:
        return _stale(request, document, edition, label)
    except ValidationError as gone:
        raise Http404 from gone
    text = _("Thank you. You have confirmed version %(label)s of %(document)s.")
    messages.success(request, text % {"label": given.edition.label, "document": document})
    return redirect(document)


def _stale(request: HttpRequest, document: Document, edition: Edition, label: str) -> HttpResponse:
    """409: a substantial version came while the person read; what is new, and the button again."""
    read = document.editions.labelled(label).first()
    stretches = confirmations.difference(read.pk, edition) if read else []
    standing = confirmations.standing(request.user, document, edition)
    return _page(
        request, "confirm", document, edition, 409, standing=standing, stale=True, read=read, stretches=stretches
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unclear(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/forstar-ikke/`: what is unclear becomes an improvement case for the process owner."""
    document, edition = _in_force(document_id)
    form = UnclearForm(request.POST or None, edition=edition)
    if not form.is_valid():
        return _page(request, "unclear", document, edition, form=form)
    case = Case.report(
        request.user,
        kind=Case.Kind.IMPROVEMENT,
        place=request.user.unit or edition.owner_unit,
        page=document.page,
        **form.cleaned_data,
    )
    text = _("Thank you for saying so. It is case %(reference)s. You can confirm when it is clear to you.")
    messages.success(request, text % {"reference": case.reference})
    return redirect("cases:receipt", case.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/leseplikt/`: who is asked to confirm, and a form to ask more."""
    document, edition = _in_force(document_id)
    if not sets_reading_duties(request.user, edition):
        raise PermissionDenied
    form = DutyForm(request.POST or None, user=request.user, edition=edition)
    if form.is_valid():
        try:
            duty = ReadingDuty.require(request.user, document, **form.cleaned_data)
        except ValidationError as error:
            take_refusal(form, error)
        else:
            messages.success(request, _("Asked to confirm from today: %(target)s.") % {"target": duty.target})
            return redirect("handbook:duties", document_id)
    return _page(request, "duties", document, edition, form=form, **_listed(request.user, document, edition))


def _listed(user: Any, document: Document, edition: Edition) -> dict[str, Any]:
    everywhere = may_require_reading(user, edition.owner_unit, None)
    rows = list(document.reading_duties.with_last_change())
    for duty in rows:
        duty.may_change = everywhere or bool(duty.unit and may_require_reading(user, edition.owner_unit, duty.unit))
    return {"active": [duty for duty in rows if duty.active], "ended": [duty for duty in rows if not duty.active]}


@require_http_methods(["GET", "HEAD", "POST"])
def switch_off(request: HttpRequest, document_id: str, pk: int) -> HttpResponse:
    """`/d/<id>/leseplikt/<pk>/av/`: with a reason, by those who could have asked."""
    document, edition = _in_force(document_id)
    duty = get_object_or_404(document.reading_duties.select_related("unit"), pk=pk)
    if not may_require_reading(request.user, edition.owner_unit, duty.unit):
        raise PermissionDenied
    form = SwitchOffForm(request.POST or None, initial={"version": duty.version})
    if form.is_valid():
        try:
            duty.switch_off(request.user, **form.cleaned_data)
        except StaleVersion:
            form = SwitchOffForm({**request.POST.dict(), "version": duty.version})
            return _page(request, "switch_off", document, edition, 409, form=form, duty=duty, stale=True)
        except ValidationError as error:
            take_refusal(form, error)
        else:
            messages.success(request, _("Nobody is asked any more: %(target)s.") % {"target": duty.target})
            return redirect("handbook:duties", document_id)
    return _page(request, "switch_off", document, edition, form=form, duty=duty)


@require_safe
def report(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/lest/`: shares for each unit, and names for those who lead them."""
    document, edition = _in_force(document_id)
    form = ReportFilter(request.GET, reader=request.user)
    found = confirmation_reports.of_document(document, request.user, form.unit)
    people = confirmation_reports.shown(found.people, form.which)
    return _page(
        request,
        "report",
        document,
        edition,
        form=form,
        report=found,
        people=Paginator(people, PEOPLE_SHOWN).get_page(request.GET.get("s")),
        sets_duties=sets_reading_duties(request.user, edition),
    )


@require_safe
def export(request: HttpRequest, document_id: str) -> HttpResponse:
    """The same report as a spreadsheet."""
    document, _edition = _in_force(document_id)
    form = ReportFilter(request.GET, reader=request.user)
    found = confirmation_reports.of_document(document, request.user, form.unit)
    name = _("read-%(document)s-%(day)s.xlsx") % {"document": document.document_id, "day": clock.today().isoformat()}
    return download(confirmation_reports.workbook(found), name)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/lest/`: every document the unit must confirm, for those who lead it."""
    form = OverviewFilter(request.GET, reader=request.user)
    if form.unit is None:
        raise PermissionDenied
    context = {"form": form, "unit": form.unit, "rows": confirmation_reports.overview(form.unit)}
    return render(request, "handbook/confirmation/overview.html", context)
