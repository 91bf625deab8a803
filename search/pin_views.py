"""Choosing what comes first for a search, from the search page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from search.facets import address
from search.models import Pin
from search.terms import clean


@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Let a hit come first for this search. 403 for those who do not write the handbook."""
    text = clean(request.POST.get("q", ""))
    try:
        chosen = Pin.put(request.user, text, request.POST.get("key", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("“%(title)s” now comes first for this search.") % {"title": chosen.title})
    return redirect(reverse("search:search") + address(text, {}))


@require_POST
def unpin(request: HttpRequest) -> HttpResponse:
    """Let it come where its words put it. 403 for those who do not write the handbook."""
    text = clean(request.POST.get("q", ""))
    found = Pin.objects.of(text).filter(key=request.POST.get("key", "")).first()
    if found is not None:
        found.take_away(request.user)
        messages.success(request, _("“%(title)s” is no longer pinned.") % {"title": found.title})
    return redirect(reverse("search:search") + address(text, {}))
