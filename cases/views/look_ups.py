"""Who has opened sealed cases (G26)."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.models import LookUp
from organisation.fields import date_field
from organisation.filters import FilterForm, filters_in, remembers_filters
from organisation.roles import Right

ROWS = 50


class LookUpFilters(FilterForm):
    reference = forms.CharField(label=_("Reference"), required=False, max_length=20)
    name = forms.CharField(label=_("Who"), required=False, max_length=100)
    since = date_field(_("From"), required=False)
    until = date_field(_("To"), required=False)
    by_right = forms.BooleanField(label=_("By a role only"), required=False)
    parameters = {"reference": "sak", "name": "hvem", "since": "fra", "until": "til", "by_right": "rolle"}

    def conditions(self) -> dict[str, Any]:
        lookups = {
            "reference": "case__reference",
            "name": "name__icontains",
            "since": "at__date__gte",
            "until": "at__date__lte",
            "by_right": "by_right",
        }
        return {lookups[name]: value for name, value in self.asked().items()}


@require_safe
@remembers_filters
def look_ups(request: HttpRequest) -> HttpResponse:
    """`/saker/oppslag/`: who opened which sealed case and when, without what stands in it."""
    if not request.user.has_right(Right.REVIEW_LOOK_UPS):
        raise PermissionDenied
    form = LookUpFilters(request.GET)
    found = LookUp.objects.visible_to(request.user).filter(**form.conditions()).select_related("case__unit")
    page = Paginator(found, ROWS).get_page(request.GET.get("s"))
    return render(request, "cases/look_ups.html", {"form": form, "page": page, "query": filters_in(request.GET)})
