"""`/resultater/`: the way in to results, and the leader's page of each unit."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from home import overviews
from home.leading import red
from home.leading.changes import Since
from home.leading.comparison import compare
from home.leading.last_look import LastLook
from home.leading.whose import Whose
from home.wheel.duties import Duty, Scope, gather
from organisation import clock
from organisation.models import Unit, User
from results.forms.statistics import this_year
from results.permissions import may_follow, units_to_follow
from results.statistics import headline

DAYS_AHEAD = 30
DUTIES_SHOWN = 8
SPANS = (7, 30, 90)  # days, to choose among


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """A leader comes to the page of the topmost unit the person follows; everybody else to what there is to see."""
    unit = units_to_follow(request.user).order_by("depth", "path").first()
    if unit and "alt" not in request.GET:
        return redirect("leaders_page", code=unit.code)
    return render(request, "home/leading/results.html", {"groups": overviews.about_results(request.user), "unit": unit})


@require_safe
def leaders_page(request: HttpRequest, code: str) -> HttpResponse:
    """`/resultater/enhet/<code>/`: what is red, what is due, what has changed since last time."""
    unit = get_object_or_404(Unit, code=code)
    if not may_follow(request.user, unit):
        raise PermissionDenied
    return render(request, "home/leading/page.html", context(request.user, unit, request.GET.get("dager", "")))


def context(user: User, unit: Unit, days: str) -> dict[str, Any]:
    """Everything for the template. A fixed number of queries."""
    whose = Whose(user, unit)
    last = LastLook.note(user, unit)
    span = next((span for span in SPANS if str(span) == days), None)
    since = Since(user, unit, clock.today() - datetime.timedelta(span) if span else last)
    followed = list(units_to_follow(user))
    return {
        "unit": unit,
        "above": [one for one in followed if unit.path.startswith(one.path) and one != unit],
        "others": topmost(followed),
        "figures": headline_figures(unit),
        "reds": red.groups(whose),
        "duties": duties(user, unit),
        "since": since,
        "last": last,
        "span": span,
        "spans": SPANS,
        "tallies": since.tallies(),
        "changes": since.told(),
        "comparison": compare(whose),
        "groups": overviews.about_results(user),
    }


def headline_figures(unit: Unit) -> list[headline.Figure]:
    """Four of this year so far, against the same days last year: how much is reported, how fast it is closed, whether measures
    work, and how much people report."""
    period = this_year()
    found = headline.figures(unit, period, period.a_year_before())
    return [found.received, found.close_median, found.confirmed_effect, found.reports_per_employee]


def topmost(units: list[Unit]) -> list[Unit]:
    """Those that are not below another of them: what the person chooses among. `units` are in tree order."""
    found: list[Unit] = []
    for unit in units:
        if not found or not unit.path.startswith(found[-1].path):
            found.append(unit)
    return found


def duties(user: User, unit: Unit) -> list[Duty]:
    """What is to be done in the unit and below it the next days, the soonest first."""
    today = clock.today()
    found = gather(Scope(user, today, today + datetime.timedelta(DAYS_AHEAD), unit))
    return [duty for duty in found if not duty.done][:DUTIES_SHOWN]
