"""The archivist's page (S35): what is ready to hand over, what is on its way, and the archive's receipts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cases.archive.package import CannotArchive, package_of
from cases.forms.archive import FailureForm, ReceiptForm
from cases.forms.handling import StepForm
from cases.models import Case, Handover, LookUp
from cases.permissions import Act, can
from cases.reading import Reading
from cases.views.attachments import private_file
from cases.views.step import Step
from organisation.models import User
from organisation.record_step import RecordForm, RecordStep
from organisation.roles import Right

ROWS = 25
HANDED = "overlevert"


def package(case: Case) -> bytes:
    """The package, or what is wrong said as a form says it."""
    try:
        return package_of(case)
    except CannotArchive as refused:
        raise ValidationError(gettext("The package can't be made: %(why)s") % {"why": refused}) from refused


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """`/arkiv/`: ended cases that are not handed over; with `?vis=overlevert` how it went with the rest."""
    user = request.user
    if not user.has_right(Right.ARCHIVE_CASES):
        raise PermissionDenied
    if request.GET.get("vis") == HANDED:
        name, rows = "handed", Handover.objects.visible_to(user).select_related("case__unit")
    else:
        name, rows = "ready", Case.objects.visible_to(user).to_archive(user).for_list()
    page = Paginator(rows, ROWS).get_page(request.GET.get("s"))
    if name == "ready":
        page.object_list = [Reading(user, case) for case in page]
    return render(request, "cases/archive/list.html", {name: page})


@require_POST
def hand_over_several(request: HttpRequest) -> HttpResponse:
    """Hand over the chosen cases of the list, or all that it shows. Each by itself: what can't be is named, and the
    rest goes."""
    user = request.user
    if not user.has_right(Right.ARCHIVE_CASES):
        raise PermissionDenied
    chosen = request.POST.getlist("shown" if "all" in request.POST else "case")[:ROWS]
    cases = Case.objects.visible_to(user).to_archive(user).filter(reference__in=chosen).for_list()
    made = sum(_handed_over(request, case) for case in cases)
    if made:
        text = ngettext("%(count)s package is made.", "%(count)s packages are made.", made)
        messages.success(request, text % {"count": made})
    elif not chosen:
        messages.info(request, gettext("Choose the cases to hand over first."))
    return redirect("cases:archive")


def _handed_over(request: HttpRequest, case: Case) -> bool:
    LookUp.note(request.user, case, LookUp.What.STEP)
    try:
        Handover.make(request.user, case, package(case))
    except ValidationError as refused:
        messages.error(request, f"{case.reference}: {' '.join(refused.messages)}")
        return False
    return True


class HandOver(Step):
    act = Act.ARCHIVE
    form_class = StepForm
    title = _("Hand over to the archive")
    lead = _("The case, its files and the letters become a package in Noark 5. It can be done once each time it ends.")
    button = _("Make the package")
    success = _("The package is made.")

    def perform(self, form: Any, version: int) -> None:
        if self.case.is_open:
            raise ValidationError(gettext("Only an ended case is handed over."))
        Handover.make(self.user, self.case, package(self.case), version=version)

    def leave(self) -> HttpResponse:
        return redirect(f"{reverse('cases:archive')}?vis={HANDED}")


class HandoverStep(RecordStep):
    """A step of one hand-over."""

    record: Handover
    form_class: type[RecordForm] = RecordForm

    def load(self) -> None:
        self.record = handover_or_404(self.user, self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        return f"{reverse('cases:archive')}?vis={HANDED}", gettext("Archive")


class TryAgain(HandoverStep):
    title = _("Try again")
    lead = _("A new package is made of the case as it is now.")
    button = _("Make the package")
    success = _("The package is made.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.try_again(self.user, package(self.record.case), version=version)


class Receipt(HandoverStep):
    form_class = ReceiptForm
    title = _("The archive has received it")
    button = _("Save")
    success = _("The number in the archive is saved.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.receive(self.user, number=form.cleaned_data["number"], version=version)


class Failure(HandoverStep):
    form_class = FailureForm
    title = _("It did not come through")
    button = _("Save")
    success = _("It is written down. You can try again.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.fail(self.user, reason=form.cleaned_data["reason"], version=version)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The package, to carry to the archive by hand. It is delivered when it is fetched."""
    handover = handover_or_404(request.user, pk)
    LookUp.note(request.user, handover.case, LookUp.What.FILE)
    if request.method == "GET" and handover.state == Handover.State.MADE:
        handover.deliver(request.user)
    return private_file(handover.package.open("rb"), handover.name, "application/zip")


def handover_or_404(user: User, pk: int) -> Handover:
    """Raises `Http404` for a case the person may not know of, `PermissionDenied` for who does not look after the
    archive."""
    handover = get_object_or_404(Handover.objects.select_related("case__unit"), pk=pk)
    if not can(user, Act.READ, handover.case):
        raise Http404
    if not can(user, Act.ARCHIVE, handover.case):
        raise PermissionDenied
    return handover
