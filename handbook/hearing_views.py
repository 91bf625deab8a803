"""Hearings on screen (G6, S6): for those asked, for those who write, and by link for outsiders."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handbook import approvals, flow, hearings, pictures
from handbook.models import Document, HearingComment, HearingLink, HearingRound
from handbook.models.hearing_comment import COMMENTS_PER_LINK
from handbook.participation_forms import (
    AnswerForm,
    CommentForm,
    LinkForm,
    OpenRoundForm,
    OutsiderCommentForm,
    VersionForm,
)
from handbook.permissions import writes
from organisation.history import StaleVersion
from organisation.refusals import resent, take_refusal

SAID_SHOWN = 20
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _document(document_id: str) -> Document:
    return get_object_or_404(Document.objects.select_related("page"), document_id=document_id)


def _round(document_id: str, pk: int) -> HearingRound:
    rounds = HearingRound.objects.select_related("document__page", "opened_by", "closed_by")
    return get_object_or_404(rounds, document__document_id=document_id, pk=pk)


def _round_to_write(request: HttpRequest, document_id: str, pk: int) -> HearingRound:
    """Raises PermissionDenied for those who don't write the page."""
    hearing = _round(document_id, pk)
    if not writes(request.user, hearing.document):  # type: ignore[arg-type]
        raise PermissionDenied
    return hearing


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """`/horing/`: what the person is asked about, has said something about, or must answer."""
    user: Any = request.user
    context = {
        "open": HearingRound.objects.open().asking(user).for_list().order_by("deadline"),
        "to_answer": hearings.to_answer(user),
        "said": HearingRound.objects.answered_by(user).for_list()[:SAID_SHOWN],
    }
    return render(request, "handbook/hearing/mine.html", context)


@get_or_post
def overview(request: HttpRequest, document_id: str) -> HttpResponse:
    """The rounds about a document; those who write it open the next."""
    document = _document(document_id)
    user: Any = request.user
    may_write = writes(user, document)
    rounds = document.hearings.all() if may_write else document.hearings.all().readable_by(user)
    if not may_write and (request.method == "POST" or not rounds.exists()):
        raise PermissionDenied
    form = OpenRoundForm(request.POST or None, needs_note=flow.needs_note(document)) if may_write else None
    if request.method == "POST" and form and (opened := _opened(request, document, form)):
        messages.success(request, _("The hearing is open."))
        return redirect(opened)
    return render(request, "handbook/hearing/overview.html", _overview(document, rounds, form))


def _overview(document: Document, rounds: Any, form: OpenRoundForm | None) -> dict[str, Any]:
    found = list(hearings.with_counts(rounds.defer("html", "text", "toc").select_related("after")))
    of_draft = set(HearingRound.objects.of_draft(document).values_list("pk", flat=True))
    current = [hearing for hearing in found if hearing.pk in of_draft]
    return {
        "document": document,
        "current": current,
        "earlier": [hearing for hearing in found if hearing.pk not in of_draft],
        "form": form,
        "has_draft": hearings.has_draft(document),
        "is_open": any(hearing.is_open for hearing in current),
        "reasons": hearings.reasons_not_to_approve(document) if form else [],
    }


def _opened(request: HttpRequest, document: Document, form: OpenRoundForm) -> HearingRound | None:
    if not form.is_valid() or document.page is None:
        return None
    try:
        return approvals.open_hearing(document.page.specific, request.user, **form.facts())  # type: ignore[arg-type]
    except ValidationError as refused:
        take_refusal(form, refused)
        return None


@get_or_post
def hearing_round(request: HttpRequest, document_id: str, pk: int) -> HttpResponse:
    """The text as heard with what people say about it; the audience comments here."""
    hearing = _round(document_id, pk)
    user: Any = request.user
    if not hearing.may_read(user):
        raise PermissionDenied(_("This hearing is for other units."))
    if request.method == "POST" and not hearing.asks(user):
        raise PermissionDenied
    form = CommentForm(request.POST or None, hearing=hearing, section=request.GET.get("avsnitt", ""))
    if request.method == "POST" and form.is_valid():
        try:
            said = HearingComment.by_employee(hearing, user, **form.said())
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("Thank you. Your comment is sent, and it will be answered."))
            return redirect(said)
    return render(request, "handbook/hearing/round.html", _round_context(hearing, user, form))


def _round_context(hearing: HearingRound, user: Any, form: CommentForm) -> dict[str, Any]:
    may_write = writes(user, hearing.document)
    groups = hearings.by_section(hearing)
    comments = [comment for _anchor, _heading, group in groups for comment in group]
    for comment in comments:
        answers = list(comment.answers.all())
        comment.current, comment.former = answers[0] if answers else None, answers[1:]  # type: ignore[attr-defined]
        if may_write and comment.current is None:  # type: ignore[attr-defined]
            comment.form = AnswerForm(initial={"after": 0}, auto_id=f"svar-{comment.pk}-%s")  # type: ignore[attr-defined]
    return {
        "hearing": hearing,
        "document": hearing.document,
        "groups": groups,
        "said": len(comments),
        "unanswered": sum(comment.current is None for comment in comments),  # type: ignore[attr-defined]
        "form": form if hearing.may_comment(user) or form.errors else None,
        "may_write": may_write,
    }


@require_POST
def close(request: HttpRequest, document_id: str, pk: int) -> HttpResponse:
    """Take no more comments."""
    hearing = _round_to_write(request, document_id, pk)
    form = VersionForm(request.POST)
    try:
        hearing.close(request.user, version=form.cleaned_data["version"] if form.is_valid() else 0)  # type: ignore[arg-type]
    except (StaleVersion, ValidationError):
        messages.error(request, _("Somebody else changed the round meanwhile. Look at it as it is now."))
    else:
        messages.success(request, _("The round is closed."))
    return redirect(hearing)


@get_or_post
def answer(request: HttpRequest, document_id: str, pk: int, comment: int) -> HttpResponse:
    """Answer a comment, or answer it anew."""
    hearing = _round_to_write(request, document_id, pk)
    found = get_object_or_404(HearingComment.objects.filter(round=hearing), pk=comment)
    newest = found.answers.first()
    shown = {"after": newest.pk, "outcome": newest.outcome, "text": newest.text} if newest else {"after": 0}
    form = AnswerForm(request.POST or None, initial=shown)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            found.answer(request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as refused:
            take_refusal(form, refused)
            form.data = resent(request, after=shown["after"])
            status = 409
        else:
            return redirect(found)
    context = {"hearing": hearing, "document": hearing.document, "comment": found, "newest": newest, "form": form}
    return render(request, "handbook/hearing/answer.html", context, status=status)


@get_or_post
def links(request: HttpRequest, document_id: str, pk: int) -> HttpResponse:
    """The ways in for outsiders. A new link's address is shown in the answer to the form, and never again."""
    hearing = _round_to_write(request, document_id, pk)
    form = LinkForm(request.POST or None)
    made, address = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, token = HearingLink.make(request.user, hearing, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            address, form = hearings.address_of(token), LinkForm()
    context = {"hearing": hearing, "document": hearing.document, "form": form, "made": made, "address": address}
    response = render(request, "handbook/hearing/links.html", {**context, "links": hearings.links_of(hearing)})
    add_never_cache_headers(response)
    return response


@require_POST
def revoke(request: HttpRequest, document_id: str, pk: int, link: int) -> HttpResponse:
    """Close an outsider's way in."""
    hearing = _round_to_write(request, document_id, pk)
    found = get_object_or_404(HearingLink.objects.filter(round=hearing), pk=link)
    try:
        found.revoke(request.user)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The link for %(recipient)s no longer works.") % {"recipient": found.recipient})
    return redirect("handbook:hearing_links", document_id, pk)


# By link. The token in the address is the right, and nobody else's browser knows it: a CSRF token would add nothing,
# and can't be checked under "no-referrer", which keeps the address from leaking through links and pictures.


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@csrf_exempt
@login_not_required
@get_or_post
def outsider(request: HttpRequest, token: str) -> HttpResponse:
    """The draft and a form for one outsider; after the round, the answers to what they said."""
    link = HearingLink.find(token)
    if link is None:
        return _private(render(request, "handbook/hearing/no_link.html", status=404))
    form = OutsiderCommentForm(request.POST or None, hearing=link.round)
    if request.method == "POST" and form.is_valid():
        try:
            HearingComment.by_link(link, **form.said())
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            return _private(redirect(f"{request.path}?sendt=ja#kommentarer"))
    return _private(render(request, "handbook/hearing/outsider.html", _outsider(link, token, form)))


def _outsider(link: HearingLink, token: str, form: OutsiderCommentForm) -> dict[str, Any]:
    hearing = link.round
    comments = list(link.comments.prefetch_related("answers"))
    headings = dict(hearing.sections)
    for comment in comments:
        comment.heading = headings.get(comment.section, "")  # type: ignore[attr-defined]
        comment.current = next(iter(comment.answers.all()), None)  # type: ignore[attr-defined]
    takes_more = hearing.is_open and len(comments) < COMMENTS_PER_LINK
    return {
        "hearing": hearing,
        "link": link,
        "html": hearings.for_outsiders(hearing, token) if hearing.is_open else "",
        "comments": comments,
        "form": form if takes_more or form.errors else None,
    }


@login_not_required
@require_safe
def outsider_picture(request: HttpRequest, token: str, name: str) -> FileResponse:
    """A picture of the draft that is heard, and no other."""
    link = HearingLink.find(token)
    if link is None or not link.round.is_open or name not in hearings.pictures_of(link.round):
        raise Http404
    response = pictures.picture(request, name)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
