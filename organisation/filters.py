"""The filters of a list: a form in the address, and the list opened as the person left it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from organisation.fields import UnitField
from organisation.models import Unit, UnitQuerySet

KEPT = "filters"
FORGET, PAGE_NUMBER = "alle", "s"
LONGEST = 1_000  # characters


class FilterForm(forms.Form):
    """The filters of a list. What the address says wrongly is left out.

    `parameters` are the Norwegian names of the fields in the address. A field called `unit` offers `units()`.
    """

    parameters: ClassVar[dict[str, str]] = {}
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields.get("unit")
        if isinstance(units, UnitField):
            units.offer(self.units(), nothing=_("All"))

    def units(self) -> UnitQuerySet:
        """Every unit: what was is found again under a unit that is no longer in use."""
        return Unit.objects.all()

    def add_prefix(self, field_name: str) -> str:
        return self.parameters.get(field_name, field_name)

    def asked(self) -> dict[str, Any]:
        """The filters in use."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def remembers_filters(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a list with filters in its address. Without any, the last ones are used again; `?alle=1` forgets them."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = request.session.get(KEPT, {})
        last = kept.get(request.path, "")
        if last and not request.GET:
            return redirect(f"{request.path}?{last}")
        response = view(request, *args, **kwargs)
        query = filters_in(request.GET)
        if query != last and len(query) <= LONGEST:
            request.session[KEPT] = {**kept, request.path: query}
        return response

    return shown


def filters_in(query: QueryDict, *without: str) -> str:
    """The filters and sorting in the address as a query string, but those named; empty when there are none."""
    left_out = {FORGET, PAGE_NUMBER, *without}
    asked = ((name, value) for name, values in query.lists() for value in values)
    return urlencode([(name, value) for name, value in asked if value and name not in left_out])
