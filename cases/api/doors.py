"""The way in: a key in the header, what it may be used for, and errors that say what is wrong and nothing else."""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

import ninja.errors
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.security import APIKeyQuery, HttpBearer
from pydantic import AfterValidator, StringConstraints

from cases.models import ApiKey, Scope
from organisation.models import User

KEPT = {"\n", "\t", "\r"}


class Problem(Schema):
    """What is wrong; `fields` when it is about what was sent."""

    detail: str
    fields: dict[str, list[str]] = {}


REFUSALS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


def _readable(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in KEPT for char in text):
        raise ValueError("Control characters are not taken.")
    return text.strip()


def text(longest: int, shortest: int = 0) -> Any:
    """The type of a text: without control characters and unpaired surrogates, `shortest` to `longest` characters."""
    return Annotated[str, StringConstraints(min_length=shortest, max_length=longest), AfterValidator(_readable)]


Reference = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{5,8}$")]


class Door:
    """A key that may be used for `scope`."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str | None) -> ApiKey | None:
        key = ApiKey.objects.holding(token) if token else None
        if key is None:
            return None
        if self.scope not in key.scopes:
            raise PermissionDenied
        key.note_use()
        request.user = key.integration.user
        return key


class Bearer(Door, HttpBearer):
    """`Authorization: Bearer <key>`."""


class QueryKey(Door, APIKeyQuery):
    """`?api_key=<key>`, as Open311 has it."""

    param_name = "api_key"


def may(scope: Scope) -> list[Any]:
    return [Bearer(scope)]


def account(request: HttpRequest) -> User:
    """The account of the key that was used."""
    return request.auth.integration.user  # type: ignore[attr-defined]


def make_api(namespace: str, title: str, description: str) -> NinjaAPI:
    """An API without pages of its own: its description is fetched as JSON."""
    made = NinjaAPI(
        title=title,
        description=description,
        version="1.0.0",
        urls_namespace=namespace,
        docs_url=None,
        openapi_url=None,
        servers=[{"url": settings.BASE_URL}],
    )
    for kind, answer in _ANSWERS.items():
        made.add_exception_handler(kind, _handler(made, answer))
    return made


def addresses(api: NinjaAPI) -> Any:
    """Its addresses, for `path`. The key is the way in, so nobody is sent to the login page."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback.login_required = False  # type: ignore[union-attr]
    return patterns, app_name, namespace


def _handler(api: NinjaAPI, answer: "Answer") -> Callable[[HttpRequest, Any], HttpResponse]:
    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        status, detail, fields = answer(error)
        return api.create_response(request, {"detail": detail, "fields": fields}, status=status)

    return handle


def _invalid(error: ValidationError) -> tuple[int, str, dict[str, list[str]]]:
    fields = error.message_dict if hasattr(error, "error_dict") else {}
    return 422, " ".join(error.messages), fields


def _unread(error: ninja.errors.ValidationError) -> tuple[int, str, dict[str, list[str]]]:
    fields: dict[str, list[str]] = {}
    for fault in error.errors:
        fields.setdefault(str(fault["loc"][-1]), []).append(str(fault["msg"]))
    return 422, "Something that was sent is not as it should be.", fields


Answer = Callable[[Any], tuple[int, str, dict[str, list[str]]]]
_ANSWERS: dict[type[Exception], Answer] = {
    ValidationError: _invalid,
    PermissionDenied: lambda error: (403, "The key or its account may not do this.", {}),
    ninja.errors.ValidationError: _unread,
    Http404: lambda error: (404, "Not found.", {}),
}
