"""Whistleblowing: the public form, the whistleblower's own page, and the room of the recipients (G18)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms import whistleblowing as forms
from cases.models import Disclosure, DisclosureLine, DisclosureLookUp
from cases.models.whistleblowing import recipients
from cases.views.attachments import served
from cases.views.dialog import FORMS_PER_WINDOW, LETTERS_PER_WINDOW, no_such_link, private
from organisation.record_step import RecordStep
from organisation.refusals import take_refusal
from organisation.throttle import slowed


@private
@require_http_methods(["GET", "HEAD", "POST"])
@slowed("disclosures", FORMS_PER_WINDOW)
def tell(request: HttpRequest) -> HttpResponse:
    """`/varsling/`: what whistleblowing is, whom else one can tell, and the form. The receipt comes at once, for a
    redirect would have to keep the secret address with a session."""
    user = request.user if request.user.is_authenticated else None
    form = forms.DisclosureForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            disclosure, token = Disclosure.receive(**form.facts())
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            address = request.build_absolute_uri(reverse("cases:disclosure_status", args=[token]))
            return render(request, "cases/whistleblowing/receipt.html", {"address": address})
    receivers = list(recipients().select_related("unit"))
    context = {"form": form, "recipients": receivers, "choose_files_again": bool(request.FILES)}
    return render(request, "cases/whistleblowing/tell.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@slowed("letters", LETTERS_PER_WINDOW)
def status(request: HttpRequest, token: str) -> HttpResponse:
    """`/varsling/status/<token>/`: how far it has come, and the conversation, for who has the secret address."""
    disclosure = Disclosure.objects.holding(token).first()
    if disclosure is None:
        return no_such_link(request, "cases/whistleblowing/no_link.html")
    form = forms.LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        disclosure.hear(form.cleaned_data["text"], key=form.sent_key())
        return redirect("cases:disclosure_status", token)
    lines = disclosure.lines.filter(kind__in=DisclosureLine.SHARED)
    context = {"disclosure": disclosure, "lines": lines, "form": form}
    return render(request, "cases/whistleblowing/status.html", context)


@never_cache
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """`/varsling/rom/`: the disclosures the person was let in to. Not there for anybody but recipients."""
    if not recipients().filter(pk=request.user.pk).exists():
        raise Http404
    found = Disclosure.objects.visible_to(request.user).select_related("responsible")
    return render(request, "cases/whistleblowing/room.html", {"disclosures": found})


def _opened(request: HttpRequest, reference: str, what: str | None = None) -> Disclosure:
    """The disclosure, for who is let in; that it was opened is written down. Raises `Http404`."""
    disclosure = get_object_or_404(Disclosure.objects.visible_to(request.user), reference=reference)
    if what:
        disclosure.look(request.user, what)
    return disclosure


@never_cache
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """`/varsling/rom/<reference>/`."""
    disclosure = _opened(request, reference, DisclosureLookUp.What.PAGE)
    context = {
        "disclosure": disclosure,
        "lines": disclosure.lines.all(),
        "files": disclosure.files.all(),
        "readers": disclosure.readers(),
        "to_let_in": disclosure.to_let_in(),
        "look_ups": disclosure.look_ups.all()[:20],
    }
    return render(request, "cases/whistleblowing/disclosure.html", context)


@never_cache
@require_safe
def file(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """A file that came with it: downloaded, never run."""
    found = get_object_or_404(_opened(request, reference).files, pk=pk)
    found.disclosure.look(request.user, DisclosureLookUp.What.FILE)
    return served(found, shown=False)


class Step(RecordStep):
    """A step of a disclosure."""

    form_class: type[forms.StepForm] = forms.TextForm
    disclosure: Disclosure

    def load(self) -> None:
        self.record = self.disclosure = _opened(self.request, self.kwargs["reference"])

    def back(self) -> tuple[str, str]:
        return self.disclosure.get_absolute_url(), self.disclosure.reference

    def form(self, *data: Any) -> forms.StepForm:
        return self.form_class(*data, initial=self.shown(), disclosure=self.disclosure)


class Write(Step):
    title = _("Write to the whistleblower")
    lead = _("It is read at the whistleblower's secret address.")
    button = _("Send message")
    success = _("The message is sent.")

    def perform(self, form: Any, version: int | None) -> None:
        self.disclosure.write(self.user, form.cleaned_data["text"])


class Note(Step):
    title = _("Write an internal note")
    lead = _("Only the recipients read it.")
    button = _("Save")
    success = _("The note is saved.")

    def perform(self, form: Any, version: int | None) -> None:
        self.disclosure.note(self.user, form.cleaned_data["text"])


class Take(Step):
    form_class = forms.TakeForm
    title = _("How far it has come")
    lead = _("The whistleblower sees how far it has come, not who is responsible.")
    button = _("Save")
    success = _("It is saved.")

    def initial(self) -> dict[str, Any]:
        return {"status": self.disclosure.status, "responsible": self.disclosure.responsible}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.disclosure.take(self.user, status=data["status"], responsible=data["responsible"], version=version)


class End(Step):
    form_class = forms.EndForm
    title = _("End it with a conclusion")
    lead = _("Some months after, you are asked to look for retaliation.")
    button = _("End")
    success = _("It is ended, and the whistleblower can read the answer.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.disclosure.end(self.user, conclusion=data["conclusion"], answer=data["answer"], version=version)


class CheckRetaliation(Step):
    title = _("Check for retaliation")
    lead = _(
        "How has the whistleblower been treated since? Retaliation is forbidden (the Working Environment Act § 2 A-4)."
    )
    button = _("Save")
    success = _("It is saved.")

    def perform(self, form: Any, version: int | None) -> None:
        self.disclosure.check_retaliation(self.user, form.cleaned_data["text"], version=version)


class LetIn(Step):
    form_class = forms.LetInForm
    title = _("Let a recipient in")
    lead = _("For recipients who came after it was received. Those the whistleblower left out can't be let in.")
    button = _("Let in")
    success = _("The recipient is let in and told that there is something new.")

    def perform(self, form: Any, version: int | None) -> None:
        self.disclosure.let_in(self.user, form.cleaned_data["person"])
