"""What templates show of a risk."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from cases import risk

register = template.Library()

TONES = {risk.Colour.GREEN: "ok", risk.Colour.YELLOW: "warn", risk.Colour.RED: "bad"}


@register.inclusion_tag("risk/parts/score.html")
def score(value: int | None) -> dict[str, Any]:
    """A score with its level in words, never by colour alone."""
    if value is None:
        return {"value": None}
    colour = risk.colour(value)
    words = {risk.Colour.GREEN: _("low"), risk.Colour.YELLOW: _("medium"), risk.Colour.RED: _("high")}
    return {"value": value, "colour": colour.value, "word": words[colour]}


@register.filter
def get(cells: dict[str, Any], name: str) -> Any:
    """The cell called `name` of a row that is kept as text."""
    return cells.get(name, "")
