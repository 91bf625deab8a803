"""The draft on its way into force: to hearing, to approval, approved, sent back, withdrawn (G6, G7).

Each screen asks `approvals`, which refuses; what it refuses comes back beside the fields with what was typed.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from handbook import approvals, navigation
from handbook.drafts import Draft
from handbook.models import Document
from handbook.participation_forms import ChangeNoteForm
from handbook.permissions import Act, can
from organisation import clock
from organisation.history import StaleVersion
from organisation.refusals import resent, take_refusal


class OnwardForm(ChangeNoteForm):
    """What the draft doesn't tell the approver yet: what changed, and why there was no hearing."""

    no_hearing_because = forms.CharField(
        label=_lazy("Why is no hearing needed?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_lazy("For example: the change is editorial. It is kept with the approval."),
        error_messages={"required": _lazy("Write why no hearing is needed, or hold one.")},
    )
    mark_optional = False

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["no_hearing_because"]


class ApproveForm(forms.Form):
    """When it comes into force, and what the approver wants to say."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    valid_from = forms.DateField(
        label=_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _lazy("Write the day as day.month.year.")},
    )
    comment = forms.CharField(
        label=_lazy("Comment"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """A reason, for what must be explained."""

    reason = forms.CharField(
        label=_lazy("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _lazy("Write the reason. It is kept.")},
    )


def _draft(request: HttpRequest, document_id: str, act: Act) -> Draft:
    """The draft, for those who may do this with it. 404 without a page, 403 without the right."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    if document.page is None:
        raise Http404
    draft = Draft(document, request.user)
    if not can(request.user, act, draft.content):
        raise PermissionDenied(_("This is for those who write or approve for the unit that owns the page."))
    return draft


def _show(request: HttpRequest, template: str, draft: Draft, status: int = 200, **more: Any) -> HttpResponse:
    page = draft.page
    context = {"document": draft.document, "draft": draft, "page": page, "menu": navigation.menu(page.path), **more}
    context["base_address"] = draft.document.get_absolute_url()
    return render(request, f"handbook/approval/{template}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/utkast/`: the draft, and where it can go from here."""
    found = _draft(request, document_id, Act.READ_DRAFT)
    asks = request.POST.get("act") != "take_back"
    needs = {"needs_note": asks and found.needs_note, "needs_reason": asks and not found.hearing}
    form = OnwardForm(request.POST if request.method == "POST" else None, **needs)
    if request.method == "POST" and form.is_valid():
        try:
            done = _move_on(request, found, form)
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, done)
            return redirect("handbook:draft", document_id)
    return _show(request, "draft", found, form=form)


def _move_on(request: HttpRequest, found: Draft, form: OnwardForm) -> str:
    """Do what the button says; returns what was done, in words."""
    match request.POST.get("act"):
        case "approval":
            approvals.send_to_approval(found.page, request.user, **form.cleaned_data)
            return _("The draft is sent to approval. The process owner is told.")
        case "take_back":
            approvals.take_back(found.page, request.user)
            return _("The draft is yours again.")
    raise ValidationError(_("Choose what to do with the draft."))


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/godkjenn/`: read what differs, and approve exactly that or send it back."""
    found = _draft(request, document_id, Act.APPROVE)
    if not found.may_approve:
        raise PermissionDenied(_("The unit that owns what is in force must approve that the page changes owner."))
    if found.place != "approval":
        messages.info(request, _("Nothing waits for approval here."))
        return redirect("handbook:draft", document_id)
    if request.method == "POST" and "send_back" in request.POST:
        return _send_back(request, found)
    form = ApproveForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": found.fingerprint, "valid_from": clock.today()},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            approval = approvals.approve(found.page, request.user, **form.cleaned_data)
        except ValidationError as refused:
            take_refusal(form, refused)
        except StaleVersion:
            form.data = resent(request, seen=found.fingerprint)
            form.add_error(None, _("The draft has changed since you opened it. Read what differs below, then decide."))
            status = 409
        else:
            messages.success(request, _approved_in_words(approval))
            return redirect(approval.document)
    return _show(request, "approve", found, status, form=form, back_form=ReasonForm(auto_id="back-%s"))


def _send_back(request: HttpRequest, found: Draft) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="back-%s")
    if form.is_valid():
        approvals.send_back(found.page, request.user, form.cleaned_data["reason"])
        messages.success(request, _("Sent back. The editor sees your reason."))
        return redirect("handbook:draft", found.document.document_id)
    approve_form = ApproveForm(initial={"seen": found.fingerprint, "valid_from": clock.today()})
    return _show(request, "approve", found, form=approve_form, back_form=form)


def _approved_in_words(approval: Any) -> str:
    if approval.valid_from <= clock.today():
        return _("Approved. The new version is in force.")
    return _("Approved. The new version comes into force on %(day)s.") % {
        "day": approval.valid_from.strftime("%d.%m.%Y")
    }


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/trekk-tilbake/`: take the page out of force, with a reason."""
    found = _draft(request, document_id, Act.WITHDRAW)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            approvals.withdraw(found.page, request.user, form.cleaned_data["reason"])
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("The page is withdrawn. Its versions can still be read."))
            return redirect(found.document)
    return _show(request, "withdraw", found, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_approved(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/stans/`: stop what is approved and not in force yet, with a reason."""
    found = _draft(request, document_id, Act.APPROVE)
    approved = found.waiting or found.stuck
    if approved is None:
        messages.info(request, _("Nothing is approved for a later day here."))
        return redirect("handbook:draft", document_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            approvals.cancel_approved(approved, request.user, form.cleaned_data["reason"])
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("Stopped. The draft can be changed and sent to approval again."))
            return redirect("handbook:draft", document_id)
    return _show(request, "cancel", found, form=form)
