"""What every printed sheet says beside its content: who printed it, when, and that it is not controlled
(ISO 9001 clause 7.5.3)."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation import clock

DATE = "d.m.Y"


@dataclass(frozen=True)
class Print:
    """Ready to typeset: the data, and the pictures it names."""

    data: dict[str, Any]
    pictures: dict[str, bytes]


def day(value: Any) -> str:
    """A date as it is printed."""
    return date_format(value, DATE)


def frame(
    title: str,
    documents: list[dict[str, Any]],
    printed_by: str,
    *,
    controlled: str,
    front: dict[str, Any] | None = None,
    words: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The data of `template.typ`: `documents` in their frame. `controlled` leads to the address of what is printed;
    `words` are more words that the template asks for."""
    printed = _("Printed on %(day)s by %(name)s.") if printed_by else _("Printed on %(day)s.")
    return {
        "lang": settings.LANGUAGE_CODE,
        "title": title,
        "author": settings.WAGTAIL_SITE_NAME,
        "keywords": [document["label"].removeprefix("doc-") for document in documents] if not front else [],
        "front": front,
        "printed": printed % {"day": day(clock.today()), "name": printed_by},
        "words": {
            "page": _("Page {n} of {count}"),
            "uncontrolled": _("Uncontrolled when printed."),
            "controlled": controlled,
            "picture": _("Picture:"),
            **(words or {}),
        },
        "documents": documents,
    }
