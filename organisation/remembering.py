"""Lists that are opened as the person left them: the last filters and sorting, kept in the session."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

KEPT = "filters"
FORGET, PAGE_NUMBER = "alle", "s"
LONGEST = 1_000  # characters


def remembers_filters(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a list with filters in its address. Without any, the last ones are used again; `?alle=1` forgets them."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = request.session.get(KEPT, {})
        last = kept.get(request.path, "")
        if last and not request.GET:
            return redirect(f"{request.path}?{last}")
        response = view(request, *args, **kwargs)
        query = filters_of(request)
        if query != last and len(query) <= LONGEST:
            request.session[KEPT] = {**kept, request.path: query}
        return response

    return shown


def filters_of(request: HttpRequest) -> str:
    """The filters and sorting in the address as a query string; empty when there are none."""
    asked = ((name, value) for name, values in request.GET.lists() for value in values)
    return urlencode([(name, value) for name, value in asked if value and name not in (FORGET, PAGE_NUMBER)])
