"""A line of a comparison as HTML: what was added and removed, for eyes and ears (G5)."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from handbook.comparison import Change, Line, Part


def changed_line(line: Line) -> SafeString:
    """A line of a comparison: `ins` and `del`, with words for those who hear the page."""
    return format_html_join("", "{}", ((_marked(part),) for part in line.parts))


def _marked(part: Part) -> SafeString | str:
    if part.change == Change.ADDED:
        return format_html('<ins><span class="ds-sr-only">{} </span>{}</ins>', _("added:"), part.text)
    if part.change == Change.REMOVED:
        return format_html('<del><span class="ds-sr-only">{} </span>{}</del> ', _("removed:"), part.text)
    return part.text
