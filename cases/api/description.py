"""The OpenAPI descriptions, for employees who make another system talk with this one."""

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from . import api, open311

DESCRIBED = {"felles": api, "open311": open311}


@require_safe
def description(request: HttpRequest, name: str) -> JsonResponse:
    """`/integrasjoner/<name>.json`"""
    if name not in DESCRIBED:
        raise Http404
    made = DESCRIBED[name]
    first = {"felles": "api:units", "open311": "open311:services"}[name]
    return JsonResponse(made.get_openapi_schema(path_prefix=reverse(first).rsplit("/", 1)[0] + "/"))
