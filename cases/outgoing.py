"""Calls to other systems' addresses, given by people: to the outside only, and nowhere inside our own network."""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT = 10  # seconds


def why_not(url: str) -> str:
    """Why the address may not be called, in words for the person who gave it; "" when it may."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not settings.WEBHOOKS_INSIDE:
        return _("The address must begin with https://.")
    if not parts.hostname or parts.username or parts.password:
        return _("Write a whole address, without user name and password.")
    try:
        _address(parts.hostname, parts.port or 443)
    except OSError:
        return _("This address can't be called: it is unknown, or inside our own network.")
    return ""


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of a POST. Raises OSError when there is no answer in time, or the address is not outside. The name
    is looked up once, and that very address is called, so that it can't change in between."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = http.client.HTTPConnection(parts.hostname or "", port, timeout=TIMEOUT)
    channel = socket.create_connection((_address(parts.hostname or "", port), port), timeout=TIMEOUT)
    connection.sock = (
        ssl.create_default_context().wrap_socket(channel, server_hostname=parts.hostname) if secure else channel
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def _address(host: str, port: int) -> str:
    """The number of the host. Raises OSError when it is unknown, or not out on the internet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(host) from error
    for *_rest, place in found:
        if settings.WEBHOOKS_INSIDE or ipaddress.ip_address(place[0]).is_global:
            return str(place[0])
    raise OSError(f"{host} is not outside")
