"""What the component templates need and Django's own tags lack."""

import re
from collections.abc import Iterable

from django import template
from django.core.paginator import Paginator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

WORDS_AROUND = 90


@register.filter
def elided(paginator: Paginator, number: int) -> Iterable[int | str]:
    """The page numbers to show around `number`: the ends, the neighbours and an ellipsis between."""
    return paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)


@register.filter
def highlight(text: str, words: str) -> SafeString:
    """The text escaped, with every word searched for in <mark>."""
    pattern = _pattern(words)
    if pattern is None:
        return format_html_join("", "{}", [(text,)])
    parts = pattern.split(text)
    return format_html_join(
        "", "{}{}", ((parts[i], _mark(parts[i + 1] if i + 1 < len(parts) else "")) for i in range(0, len(parts), 2))
    )


@register.filter
def snippet(text: str, words: str) -> str:
    """The stretch of the text around the first word searched for, cut at spaces."""
    text = " ".join(text.split())
    pattern = _pattern(words)
    found = pattern.search(text) if pattern else None
    start = 0
    if found and found.start() > WORDS_AROUND:
        start = text.rfind(" ", 0, found.start() - WORDS_AROUND) + 1
    end = start + 3 * WORDS_AROUND
    shown = text[start:end] if end >= len(text) else f"{text[start:end].rsplit(' ', 1)[0]} …"
    return f"… {shown}" if start else shown


def _pattern(words: str) -> re.Pattern[str] | None:
    alternatives = "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True))
    return re.compile(f"({alternatives})", re.IGNORECASE) if alternatives else None


def _mark(text: str) -> str:
    return format_html_join("", "<mark>{}</mark>", [(text,)]) if text else ""
