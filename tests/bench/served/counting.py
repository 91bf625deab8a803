"""What a request asks of the database, told in its answer: only in a pass of its own, since counting costs."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


def count_queries(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Adds `Server-Timing: db;desc="QUERIES";dur=MILLISECONDS`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        times: list[float] = []

        def timed(execute: Callable[..., Any], *asked: Any) -> Any:
            begun = time.perf_counter()
            try:
                return execute(*asked)
            finally:
                times.append(time.perf_counter() - begun)

        with connection.execute_wrapper(timed):
            response = get_response(request)
        response["Server-Timing"] = f'db;desc="{len(times)}";dur={sum(times) * 1000:.2f}'
        return response

    return middleware
