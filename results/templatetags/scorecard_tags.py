"""Colours, values and links of the scorecard in templates."""

from decimal import Decimal
from typing import Any

from django import template

from results import numbers
from results.colours import Colour

register = template.Library()


@register.inclusion_tag("results/scorecard/parts/colour.html")
def colour(value: Colour) -> dict[str, Any]:
    """Shape, colour and word say the same."""
    return {"colour": value}


@register.filter
def measured(value: Decimal | None, measure: str = "") -> str:
    """A value with what it is measured in."""
    return numbers.in_words(value, measure)


@register.filter
def of_pk(things: dict[int, Any], pk: int | None) -> Any:
    """The thing with this key, when it is there."""
    return things.get(pk) if pk else None
