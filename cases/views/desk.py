"""The service desk's queue, and sorting what waits in it (S32)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cases import desk, masking
from cases.forms.desk import QueueFilters, TriageForm
from cases.forms.handling import SendBackForm
from cases.models import Case, Claim, Intake
from cases.permissions import Act
from cases.reading import Reading
from cases.similar import Proposal, similar_to, unit_for
from cases.views.step import Step
from organisation.filters import filters_in, remembers_filters
from organisation.models import User
from organisation.roles import Right

ROWS = 50
UNANSWERED_SHOWN = 10


def demand_desk(user: User) -> None:
    """Raises `PermissionDenied` for all but those who receive what comes from outside."""
    if not user.has_right(Right.TAKE_IN):
        raise PermissionDenied


@require_safe
@remembers_filters
def queue(request: HttpRequest) -> HttpResponse:
    """`/innkommet/`: what waits to be sorted, the oldest first."""
    demand_desk(request.user)
    rows = desk.waiting(request.user)
    form = QueueFilters(request.GET)
    asked = form.asked()
    page = Paginator(desk.fitting(rows, asked), ROWS).get_page(request.GET.get("s"))
    unanswered = desk.unanswered(request.user)
    context = {
        "page": page,
        "rows": list(page),
        "form": form,
        "filtered": bool(asked),
        "all": len(rows),
        "late": sum(row.is_late for row in rows),
        "unanswered": unanswered[:UNANSWERED_SHOWN],
        "unanswered_count": len(unanswered),
        "query": filters_in(request.GET),
    }
    return render(request, "cases/desk/queue.html", context)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """“I take this”: colleagues then see who is sorting it. Without a choice: the oldest that is free."""
    demand_desk(request.user)
    about = request.POST.get("about", "")
    rows = {row.key: row for row in desk.waiting(request.user)}
    if not about:
        row = desk.take_next(request.user)
        return redirect(row.url if row else "cases:queue")
    if about not in rows:
        raise Http404
    try:
        Claim.take(request.user, rows[about].thing)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("cases:queue")
    return redirect(rows[about].url)


def around(user: User, thing: Case | Intake) -> dict[str, Any]:
    """What the page of one thing in the queue shows of the queue: its place, and who is sorting it."""
    rows = desk.waiting(user)
    holder = Claim.objects.holder_of(thing)
    return {"place": desk.place_of(thing, rows), "held_by": holder if holder != user else None}


def to_next(user: User) -> HttpResponse:
    """On to the next in the queue, which is then the person's; to the empty queue when nothing is left."""
    row = desk.take_next(user)
    return redirect(row.url if row else "cases:queue")


class Triage(Step):
    act = Act.TRIAGE
    form_class = TriageForm
    template_name = "cases/desk/triage.html"
    title = _("Sort the case")
    lead = _("What is it, and who can do something about it?")
    button = _("Send to the unit")
    success = _("The case is sorted, and the unit is told.")

    def initial(self) -> dict[str, Any]:
        case, proposal = self.case, self.proposal
        return {
            "kind": case.kind,
            "title": case.title,
            "category": case.category or self.category,
            "unit": proposal and proposal.unit.pk,
            "sealed": case.sealed or masking.is_sensitive(f"{case.title} {case.description}"),
        }

    @cached_property
    def similar(self) -> list[Reading]:
        return similar_to(self.case, self.user)

    @cached_property
    def proposal(self) -> Proposal | None:
        return unit_for(self.case, self.similar)

    @property
    def category(self) -> Any:
        """That of the most similar case the proposed unit had."""
        cases = self.proposal.cases if self.proposal else []
        return next((case.category for case in cases if case.category and case.category.active), None)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            **around(self.user, self.case),
            "similar": [(other, self._merge_url(other.case)) for other in self.similar],
            "proposal": self.proposal,
            "sensitive": masking.is_sensitive(f"{self.case.title} {self.case.description}"),
            "attachments": self.case.attachments.all(),
        }

    def _merge_url(self, other: Case) -> str:
        """Where the newer of the two becomes a duplicate of the older; "" when the older is not handled any more."""
        if not other.is_open:
            return ""
        if other.needs_triage and other.received_at > self.case.received_at:
            newer, older = other, self.case
        else:
            newer, older = self.case, other
        return f"{reverse('cases:duplicate', args=[newer.reference])}?av={older.reference}"

    def perform(self, form: Any, version: int) -> None:
        self.case.triage(self.user, **form.cleaned_data)

    def leave(self) -> HttpResponse:
        return to_next(self.user)


class SendBack(Step):
    act = Act.SEND_BACK
    form_class = SendBackForm
    title = _("Send back to the service desk")
    lead = _("For a case that does not belong with you, when you do not know who it belongs with.")
    button = _("Send back")
    success = _("The case is back with the service desk.")

    def perform(self, form: Any, version: int) -> None:
        self.case.send_back(self.user, **form.cleaned_data)
