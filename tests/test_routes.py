"""Every address has a declared rule, and every role is tried on it.

A new address without a line here fails the first test. Rules: `public` needs no login; `all` is
every employee; a set of names is who may; the rest get 403 or 404, anonymous is sent to login.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import factories
from tests.conftest import CAST

ALL = frozenset(CAST)
HANDLERS = frozenset({"leader", "deputy", "handler", "quality_manager", "director"})
ADMIN = frozenset({"process_owner", "editor", "quality_manager", "administrator"})


def our_patterns(patterns: list[Any] | None = None, namespace: str = "") -> list[str]:
    """Names of every address that is not Wagtail's own."""
    names = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            module = str(getattr(pattern.urlconf_name, "__name__", ""))
            if module.startswith("wagtail"):
                continue
            names += our_patterns(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            names.append(f"{namespace}:{pattern.name}" if namespace else str(pattern.name))
    return names
