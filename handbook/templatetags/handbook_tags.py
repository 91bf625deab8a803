"""What the handbook's templates need and Django's tags lack."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from handbook.comparison import Change, Line, Part
from handbook.models import Delegation

register = template.Library()


@register.inclusion_tag("handbook/page_delegations.html")
def page_delegations(page: Any) -> dict[str, Any]:
    """The mandates in force that are grounded in the page (S3). One query."""
    return {"delegations": Delegation.objects.grounded_in(page)}


@register.simple_tag
def changed_line(line: Line) -> SafeString:
    """A line of a comparison: `ins` and `del`, with words for those who hear the page."""
    return format_html_join("", "{}", ((_marked(part),) for part in line.parts))


def _marked(part: Part) -> SafeString | str:
    if part.change == Change.ADDED:
        return format_html('<ins><span class="ds-sr-only">{} </span>{}</ins>', _("added:"), part.text)
    if part.change == Change.REMOVED:
        return format_html('<del><span class="ds-sr-only">{} </span>{}</del> ', _("removed:"), part.text)
    return part.text
