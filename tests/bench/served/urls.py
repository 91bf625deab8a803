"""The product's addresses, and `/hello/`: the least a page behind its middleware and login can cost."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

import config.urls

handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Hello, {request.user.get_username()}", content_type="text/plain")


urlpatterns = [path("hello/", hello), path("", include(config.urls))]
