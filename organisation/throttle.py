"""Slows down who asks too often, without knowing who it is (rule 8 of the design).

Counted for each address and quarter of an hour. The address is kept as a checksum with a key that is another each
day, so that the table tells nothing of who was here.
"""

import datetime
import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

WINDOW = 15 * 60  # seconds
KEPT = datetime.timedelta(days=1)


class Tries(models.Model):
    """How often one address did one thing in one window."""

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="one_count_per_window")]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"


def client_address(request: HttpRequest) -> str:
    """Where the call comes from: the connection, or what the outermost of our own proxies saw (`TRUSTED_PROXIES`).
    What the caller writes in the header itself lies further to the left and is never read."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def network(address: str) -> str:
    """What is counted as one: an IPv4 address, or the 64 bits that are the network's of an IPv6 address, for whoever
    has a network chooses the rest freely (RFC 4291, 2.5.4)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def too_often(request: HttpRequest, what: str, limit: int) -> bool:
    """Count one more; whether this address has now done it more than `limit` times in this window."""
    return count_one(what, network(client_address(request))) > limit


def count_one(what: str, who: str) -> int:
    """Count one more; how often `who`, an address of any kind, has now done it in this window."""
    now = timezone.now()
    window = datetime.datetime.fromtimestamp(now.timestamp() // WINDOW * WINDOW, datetime.UTC)
    secret = f"{settings.SECRET_KEY}{now.date()}".encode()
    key = hmac.new(secret, f"{what} {who}".encode(), hashlib.sha256).hexdigest()
    mine = Tries.objects.filter(key=key, window=window)
    if not mine.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                Tries.objects.create(key=key, window=window, count=1)
        except IntegrityError:
            mine.update(count=F("count") + 1)
    return mine.values_list("count", flat=True).get()


def refuse(request: HttpRequest) -> HttpResponse:
    """429, with when to try again."""
    wait = WINDOW - int(timezone.now().timestamp()) % WINDOW
    answer = render(request, "429.html", {"minutes": wait // 60 + 1}, status=429)
    answer["Retry-After"] = str(wait)
    return answer


def slowed(what: str, limit: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view whose POST answers 429 to who has posted more than `limit` times in a quarter of an hour."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST" and too_often(request, what, limit):
                return refuse(request)
            return view(request, *args, **kwargs)

        return shown

    return decorate


def forget() -> int:
    """Delete old counts (a job by the clock); how many."""
    return Tries.objects.filter(window__lt=timezone.now() - KEPT).delete()[0]
