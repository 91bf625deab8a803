"""Min side, search and health."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView


@require_safe
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers; for operators and load balancers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


class MyPage(TemplateView):
    """What waits for the person (G2)."""

    template_name = "home/my_page.html"


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    return render(request, "home/search.html")
