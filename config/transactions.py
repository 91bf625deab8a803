"""Whole or not at all: what a POST in the admin changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse


def whole_posts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST to the view is one transaction: a page is never published without its edition (G4).

    Not `ATOMIC_REQUESTS`, which on SQLite would take the write lock for reading too.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return wrapper
