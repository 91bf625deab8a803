"""Proposals for change on screen (S4): anybody proposes, those who write the page settle."""

import uuid
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from handbook.models import Document, Edition, Proposal
from handbook.models.proposal import passage_of, passages_in
from handbook.participation_forms import ProposalForm, SettleForm
from handbook.permissions import writes
from handbook.reading import base_address
from organisation.history import StaleVersion
from organisation.models import User
from organisation.refusals import resent, take_refusal
from organisation.roles import Right, Role

PER_PAGE = 25
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _document(document_id: str) -> Document:
    return get_object_or_404(Document.objects.select_related("page"), document_id=document_id)


@get_or_post
def propose(request: HttpRequest, document_id: str) -> HttpResponse:
    """First which place in the text (`?avsnitt=` opens a section), then how it should read (`?sted=`)."""
    document = _document(document_id)
    edition = document.edition_in_force()
    if edition is None:
        raise Http404
    path = request.GET.get("sted", "")
    if not path:
        return render(request, "handbook/proposal/choose.html", _choices(request, document, edition))
    return _write(request, document, edition, path)


def _choices(request: HttpRequest, document: Document, edition: Edition) -> dict[str, Any]:
    grouped = groupby(passages_in(edition), lambda passage: (passage.anchor, passage.heading))
    sections = [(anchor, heading, list(passages)) for (anchor, heading), passages in grouped]
    opened = request.GET.get("avsnitt", "")
    return {"document": document, "edition": edition, "sections": sections, "opened": opened, **_place(document)}


def _place(document: Document) -> dict[str, Any]:
    return {"base_address": base_address(document)}


def _write(request: HttpRequest, document: Document, edition: Edition, path: str) -> HttpResponse:
    try:
        passage = passage_of(edition, path)
    except ValidationError:
        messages.error(request, _("That place is not in the text in force. Choose again."))
        return redirect("handbook:propose", document.document_id)
    initial = {"after": passage.text, "edition": edition.label, "key": uuid.uuid4()}
    form = ProposalForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = _made(request.user, document, form, path)
        except ValidationError as refused:
            take_refusal(form, refused)
            status = 409 if form.cleaned_data.get("edition") != edition.label else 200
            form.data = resent(request, edition=edition.label)
        else:
            messages.success(request, _("Thank you. You will be told what comes of it."))
            return redirect(made)
    context = {"document": document, "edition": edition, "passage": passage, "form": form, **_place(document)}
    return render(request, "handbook/proposal/write.html", context, status=status)


def _made(user: Any, document: Document, form: ProposalForm, path: str) -> Proposal:
    data = form.cleaned_data
    seen = get_object_or_404(document.editions.labelled(data["edition"]))
    return Proposal.make(user, document, edition=seen, path=path, after=data["after"], why=data["why"], key=data["key"])


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """`/forslag/`: what waits for those who write, and what one has proposed oneself."""
    user: Any = request.user
    found = Proposal.objects.all() if user.has_role(Role.AUDITOR) else Proposal.objects.for_writer(user)
    context = {
        "handles": user.has_right(Right.WRITE_HANDBOOK) or user.has_role(Role.AUDITOR),
        "waiting": found.new().for_list().order_by("at"),
        "settled": Paginator(found.exclude(state=Proposal.State.NEW).for_list(), PER_PAGE).get_page(
            request.GET.get("s")
        ),
        "mine": Proposal.objects.filter(by=user).for_list()[:PER_PAGE],
    }
    return render(request, "handbook/proposal/queue.html", context)


@require_safe
def of_document(request: HttpRequest, document_id: str) -> HttpResponse:
    """The proposals for one document: all for those who write it and the auditor, for others their own."""
    document = _document(document_id)
    user: Any = request.user
    found = document.proposals.for_list()
    if not (writes(user, document) or user.has_role(Role.AUDITOR)):
        found = found.filter(by=user)
    context = {"document": document, "proposals": found.order_by("answered_at", "at"), **_place(document)}
    return render(request, "handbook/proposal/of_document.html", context)


@get_or_post
def proposal(request: HttpRequest, document_id: str, pk: int) -> HttpResponse:
    """One proposal word by word; those who write the page settle it here."""
    proposals = Proposal.objects.select_related("document__page", "edition", "by", "answered_by")
    found = get_object_or_404(proposals, document__document_id=document_id, pk=pk)
    user: Any = request.user
    settles = writes(user, found.document)
    if not found.may_read(user) or (request.method == "POST" and not settles):
        raise PermissionDenied
    if request.method == "POST":
        return _settle(request, found, user)
    return _shown(request, found, _form(found) if settles and found.is_new else None)


def _form(found: Proposal, *data: Any) -> SettleForm:
    return SettleForm(*data, initial={"version": found.version}, fits=found.place_in_draft() is not None)


def _settle(request: HttpRequest, found: Proposal, user: User) -> HttpResponse:
    form = _form(found, request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    data = form.cleaned_data
    steps = {
        SettleForm.TAKE_IN: found.take_in,
        SettleForm.BY_HAND: found.taken_in_by_hand,
        SettleForm.DECLINE: found.decline,
    }
    try:
        steps[data["what"]](user, data["answer"], version=data["version"])
    except StaleVersion:
        return _shown(request, found, None, is_stale=True, sent=data["answer"], status=409)
    except ValidationError as refused:
        take_refusal(form, refused)
        found.refresh_from_db()
        return _shown(request, found, form)
    messages.success(request, _("The proposal is settled, and the one who made it is told."))
    return redirect("handbook:document_proposals", found.document.document_id)


def _shown(request: HttpRequest, found: Proposal, form: SettleForm | None, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "proposal": found,
        "document": found.document,
        "form": form,
        "fits": form is None or SettleForm.TAKE_IN in dict(form.fields["what"].choices),  # type: ignore[attr-defined]
        "newest": found.document.latest_edition(),
        **_place(found.document),
        **more,
    }
    return render(request, "handbook/proposal/proposal.html", context, status=status)
