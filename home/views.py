"""Min side, overviews and health."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from home import my_page as mine
from home import overviews as looking


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers, else 503; for operators and load balancers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    """`/min-side/`: what waits for the person (G2)."""
    return render(request, "home/my_page.html", mine.context(request.user))


@require_safe
def overviews(request: HttpRequest) -> HttpResponse:
    """`/oversikter/`: the way to every overview the person may open."""
    return render(request, "home/overviews.html", {"groups": looking.groups(request.user)})
