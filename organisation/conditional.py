"""What a browser has already is not sent again: 304 without making it (RFC 9110 section 13)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

FOR_A_YEAR = "private, max-age=31536000, immutable"
ASKED_EACH_TIME = "private, no-cache"


def unless_known(
    request: HttpRequest, version: str, make: Callable[[], HttpResponseBase], keep: str = ASKED_EACH_TIME
) -> HttpResponseBase:
    """What `make` gives, or 304 when the browser has this version of it.

    The caller has made sure that the reader may have it; `private` keeps it out of caches that people share.
    `version` differs for all that differs. `keep` is the Cache-Control: `FOR_A_YEAR` is only for what has its own
    checksum in its address.
    """
    etag = quote_etag(version)
    answer = get_conditional_response(request, etag=etag) or make()
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = keep
    return answer
