"""A management review: its page, its history and its minutes on paper; and the overview of who has held one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.filters import remembers_filters
from organisation.pdf import answer
from organisation.spreadsheets import download
from results import meetings, minutes, review_register
from results.meetings import Meeting
from results.models import Review
from results.review_changes import history_of
from results.review_permissions import Act, can, may_begin

REVISIONS, ROWS = 100, 25


def review_or_404(request: HttpRequest, pk: int, act: Act = Act.READ) -> Review:
    """The review, when the person may read it. Raises PermissionDenied when the person may not do `act`."""
    found = Review.objects.visible_to(request.user).for_list()  # type: ignore[arg-type]
    review = get_object_or_404(found, pk=pk)
    if not can(request.user, act, review):  # type: ignore[arg-type]
        raise PermissionDenied
    return review


@require_safe
@remembers_filters
def register(request: HttpRequest) -> HttpResponse:
    """`/resultater/gjennomgang/`: who has held a review this year, who lacks one, and the reviews themselves."""
    selection = review_register.Selection(request.user, request.GET)
    page = Paginator(selection.reviews(), ROWS).get_page(request.GET.get("s"))
    context = {
        "selection": selection,
        "form": selection.form,
        "page": page,
        "may_begin": may_begin(request.user),
    }
    return render(request, "results/reviews/register.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """`/resultater/gjennomgang/eksport.xlsx`: the same units as a spreadsheet."""
    selection = review_register.Selection(request.user, request.GET)
    return download(review_register.workbook(selection), f"ledelsens-gjennomgang-{clock.today()}.xlsx")


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/gjennomgang/<pk>/`: figures first, then how they moved and why, and what is decided."""
    found = review_or_404(request, pk)
    meeting = Meeting(found)
    user: Any = request.user
    said = found.minutes if found.is_closed else None
    earlier = [] if said else meeting.earlier
    context = {
        "review": found,
        "meeting": meeting,
        "minutes": said,
        "earlier": earlier,
        "readable": meetings.readable_cases([*meeting.decisions, *earlier], user),
        "hidden": _hidden(found, earlier, user),
        "participants": found.participants.all(),
        "may": {act.value: can(user, act, found) for act in Act},
        "before": meeting.frozen.content["before"] if meeting.frozen else str(found.period.previous()),
    }
    return render(request, "results/reviews/review.html", context)


def _hidden(review: Review, earlier: list, user: Any) -> set[int]:
    """The earlier decisions whose own review the person may not read."""
    readable = set(
        Review.objects.visible_to(user).filter(pk__in={one.review_id for one in earlier}).values_list("pk", flat=True)
    )
    return {one.pk for one in earlier if one.review_id not in readable}


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/gjennomgang/<pk>/historikk/`: who changed what, when and why."""
    found = review_or_404(request, pk)
    page = Paginator(history_of(found), REVISIONS).get_page(request.GET.get("s"))
    return render(request, "results/reviews/history.html", {"review": found, "page": page, "revisions": page})


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/gjennomgang/<pk>/pdf/`: the minutes, or the papers for the meeting while there are none."""
    found = review_or_404(request, pk)
    return answer.shown(minutes.pdf(found, reader=request.user), minutes.filename_of(found))
