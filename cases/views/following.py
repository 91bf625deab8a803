"""Begin and stop following a case, a page or a unit."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from cases.models import Case, Following
from organisation.models import Unit


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow the thing that the button named: `case`, `page` or `unit` with its key."""
    try:
        Following.begin(request.user, **_named(request))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("You get a notice when there is news."))
    return _back(request)


@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop following. Only my own; somebody else's is not there."""
    get_object_or_404(request.user.followings, pk=pk).delete()
    messages.success(request, _("You no longer follow it."))
    return _back(request)


def _named(request: HttpRequest) -> dict[str, Any]:
    """The thing to follow, of those the person may read. Raises `Http404`."""
    offered = {
        "case": Case.objects.visible_to(request.user).select_related("unit"),
        "page": Page.objects.live().filter(document__isnull=False),
        "unit": Unit.objects.all(),
    }
    for name, things in offered.items():
        pk = request.POST.get(name, "")
        if pk.isascii() and pk.isdigit() and len(pk) < 10:
            return {name: get_object_or_404(things, pk=int(pk))}
    raise Http404


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "my_page")
