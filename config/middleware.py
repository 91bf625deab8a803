"""What every request passes."""

import re
import time
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

WORTH_COMPRESSING = frozenset({"text/html", "image/svg+xml"})
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
RENEWED = "renewed"
SECONDS_BETWEEN_RENEWALS = 5 * 60


class CompressText(GZipMiddleware):
    """Pages and drawings are sent compressed, a quarter of their size; what is compressed already, such as PDF
    and pictures, is left as it is.

    The length of what is compressed could give away a secret beside something a stranger chose (BREACH): Django
    varies the length, the token of a form differs in every answer, and the cookie comes with no other site's requests.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        content_type = response.headers.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if content_type in WORTH_COMPRESSING else response


def refuse_control_characters(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to NUL and other control characters in the address or a form, before any view
    or database sees them (PostgreSQL refuses NUL with an error that would be a 500)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if CONTROL_CHARACTERS.search(request.path) or any(
            CONTROL_CHARACTERS.search(value) for values in request.GET.lists() for value in [values[0], *values[1]]
        ):
            raise BadRequest("Control character in the address")
        if request.method == "POST" and request.content_type != "application/json":
            for key, values in request.POST.lists():
                if CONTROL_CHARACTERS.search(key) or any(map(CONTROL_CHARACTERS.search, values)):
                    raise BadRequest("Control character in the form")
        return get_response(request)

    return middleware


def renew_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the session of somebody who works here alive, without a write to the database for every page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if SESSION_KEY in request.session and time.time() - request.session.get(RENEWED, 0) > SECONDS_BETWEEN_RENEWALS:
            request.session[RENEWED] = int(time.time())
        return answer

    return middleware


def keep_private(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What is shown to somebody who is logged in is kept by no cache that people share, and asked for anew each time;
    a view that knows better says so itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if SESSION_KEY in request.session and "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    return middleware


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Login everywhere; a public view says so itself with `login_not_required`. Wagtail's own login
    page is not used: there is one way in."""

    def get_login_url(self, view_func: Callable[..., HttpResponse]) -> str:
        return reverse("login")
