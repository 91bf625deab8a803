"""Own pages for errors, each with a way back; the API gets them as JSON. 500 is static: it must work when nothing
else does."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, "Something in the call can't be read.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "Not allowed.", reason=str(exception or ""))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, "Not found.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def _answer(request: HttpRequest, status: int, detail: str, **context: str) -> HttpResponse:
    if request.path.startswith(API):
        return JsonResponse({"detail": detail, "fields": {}}, status=status)
    return render(request, f"{status}.html", context, status=status)
