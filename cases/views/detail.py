"""The page of a case, its receipt and its full history."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import gates, relevance
from cases.changes import history_of
from cases.forms.handling import FilesForm, LetterForm, MessageForm
from cases.models import Action, Case, Inquiry, LookUp
from cases.next_step import next_step
from cases.permissions import Act, can
from cases.reading import Reading
from cases.similar import similar_to
from cases.views.access import case_or_404
from organisation.models import User
from organisation.roles import Right

LOOK_UPS_SHOWN = 10
ROAD = (
    Case.Status.RECEIVED,
    Case.Status.ASSESSED,
    Case.Status.IN_PROGRESS,
    Case.Status.AWAITING_EVALUATION,
    Case.Status.CLOSED,
)


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """`/saker/<reference>/`: all that is known, and what to do next. Reading it reads its notices."""
    case = case_or_404(request, reference, what=LookUp.What.PAGE)
    user = request.user
    if request.method == "GET":
        _read_notices(case, user)
    reading = Reading(user, case)
    allowed = {act.value: can(user, act, case) for act in Act if act != Act.REPORT}
    entries = case.entries.shown(internal=allowed[Act.READ_INTERNAL], whole=reading.whole).select_related("author")
    actions = _actions(case, user)
    context = {
        "case": case,
        "reading": reading,
        "can": allowed,
        "timeline": reading.timeline(entries),
        "steps": road(case),
        "actions": actions,
        "next_step": next_step(case, user, actions),
        "gates": gates.to_close(case) if case.is_open and allowed[Act.HANDLE] else [],
        "measures_open": gates.to_measures(case).open,
        "answers": case.answers.all(),
        "attachments": case.attachments.all(),
        "asked": relevance.asked(reading),
        "came_from": Inquiry.objects.of_stories().filter(own_case=case).select_related("case").first(),
        "similar": similar_to(case, user),
        "report_card": _report_card(case),
        "origin": _origin(case, user),
        "duplicates": case.duplicates.visible_to(user).order_by("reference"),
        "readers": case.readers.select_related("user") if case.sealed else [],
        "archive_number": case.archive_number,
        "external_url": case.external_url,
        "look_ups": case.look_ups.all()[:LOOK_UPS_SHOWN] if case.sealed and allowed[Act.HANDLE] else [],
        "edit_url": _edit_url(case, user),
        "message_form": MessageForm(case=case, user=user, auto_id="message-%s", initial={"version": case.version}),
        "letter_form": LetterForm(case=case, user=user, auto_id="letter-%s", initial={"version": case.version}),
        "files_form": FilesForm(case=case, user=user, auto_id="files-%s", initial={"version": case.version}),
    }
    return render(request, "cases/case.html", context)


def _origin(case: Case, user: User) -> Any:
    """What the case follows up, when the person may read that."""
    origin = case.origin if case.origin_id else None
    return origin if origin and origin.readable_by(user) else None


def _report_card(case: Case) -> str:
    """The number of the report card it was written on, or ""."""
    card = case.intakes.exclude(card_number=None).first() if case.has_correspondent else None
    return card.card_label if card else ""


def _read_notices(case: Case, user: User) -> None:
    unread = user.notices.filter(case=case).unread()
    if unread.exists():
        unread.mark_read()


def _actions(case: Case, user: User) -> list[Action]:
    """The measures with what this person may do with each."""
    actions = list(case.actions.select_related("responsible", "evaluator", "done_by", "evaluated_by"))
    handles = can(user, Act.HANDLE, case)
    for action in actions:
        action.case = case
        due = not action.done_at and not action.cancelled_at
        action.can_change = due and handles and case.is_open  # type: ignore[attr-defined]
        action.can_complete = due and case.is_open and (handles or action.responsible_id == user.pk)  # type: ignore[attr-defined]
        waits = action.done_at and not action.effect and not action.cancelled_at
        action.can_evaluate = bool(waits) and case.is_open and action.may_evaluate(user)  # type: ignore[attr-defined]
    return actions


def road(case: Case) -> list[dict[str, str]]:
    """Where the case stands on the road from received to closed; the end it took when it left it."""
    if case.status in ROAD:
        at = ROAD.index(Case.Status(case.status))
        labels = [_("Received"), _("Assessed"), _("Measures"), _("Effect"), _("Closed")]
        done = len(ROAD) if case.status == Case.Status.CLOSED else at
        return [
            {"label": label, "state": "done" if place < done else "current" if place == at else ""}
            for place, label in enumerate(labels)
        ]
    passed = [_("Received"), *([_("Assessed")] if case.assessed_at else [])]
    return [
        *({"label": label, "state": "done"} for label in passed),
        {"label": case.get_status_display(), "state": "current"},
    ]


def _edit_url(case: Case, user: User) -> str:
    """Where the page is edited, for those who may."""
    if case.page_id and case.page_owner and user.has_right(Right.WRITE_HANDBOOK, case.page_owner):
        return reverse("wagtailadmin_pages:edit", args=[case.page_id])
    return ""


@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What the reporter sees after sending: the reference and what happens next."""
    case = case_or_404(request, reference)
    if case.reporter_id != request.user.pk:
        raise Http404
    context: dict[str, Any] = {"case": case, "leaders": case.unit.responsible_leaders()}
    context["files_form"] = FilesForm(
        case=case, user=request.user, auto_id="files-%s", initial={"version": case.version}
    )
    return render(request, "cases/receipt.html", context)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every change of the case and its measures: who, when, from, to and why (G22)."""
    case = case_or_404(request, reference, Act.READ_HISTORY, LookUp.What.HISTORY)
    return render(request, "cases/history.html", {"case": case, "revisions": history_of(Reading(request.user, case))})
