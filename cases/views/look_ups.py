"""The log of who has opened sealed cases, for those who look after it (G18, G26)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.forms.look_ups import LookUpFilters
from cases.models import LookUp
from cases.models.look_up import LookUpQuerySet
from organisation.filters import filters_in, remembers_filters
from organisation.folding import holds
from organisation.roles import Right

ROWS = 50


@require_safe
@remembers_filters
def look_ups(request: HttpRequest) -> HttpResponse:
    """`/saker/oppslag/`: who opened which sealed case, and when. Nothing of the cases but their references."""
    if not request.user.has_right(Right.READ_LOOKUPS):
        raise PermissionDenied
    form = LookUpFilters(request.GET)
    found = _asked(LookUp.objects.visible_to(request.user), form).select_related("case")
    page = Paginator(found, ROWS).get_page(request.GET.get("s"))
    return render(request, "cases/look_ups.html", {"form": form, "page": page, "query": filters_in(request.GET)})


def _asked(found: LookUpQuerySet, form: LookUpFilters) -> LookUpQuerySet:
    asked = form.asked()
    for word in asked.get("person", "").split():
        found = found.filter(holds("person_label", word))
    conditions = {
        "reference": "case__reference__startswith",
        "standing": "standing",
        "since": "at__date__gte",
        "until": "at__date__lte",
    }
    return found.filter(**{condition: asked[name] for name, condition in conditions.items() if name in asked})
