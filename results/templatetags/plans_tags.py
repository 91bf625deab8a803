"""Maturity and profiles in templates: `{% dots chart %}` and `|maturity_colour`."""

from typing import Any

from django import template

from results import maturity
from results.dots import Dots

register = template.Library()

KEY_WIDTH = 110.0


@register.inclusion_tag("results/parts/dots.html")
def dots(chart: Dots) -> dict[str, Any]:
    """A table where each line has dots on a scale."""
    return {"chart": chart}


@register.filter
def maturity_colour(level: float | None) -> str:
    """Green, yellow or red for a level from 1 to 5."""
    return maturity.colour(level)


@register.filter
def key_place(place: int) -> float:
    """Where the series stands in the line that says what the shapes mean."""
    return place * KEY_WIDTH


@register.filter
def at(values: dict[Any, Any], key: Any) -> Any:
    """What stands at the key; None when nothing does."""
    return values.get(key)


@register.filter
def at_place(values: list[Any], place: int) -> Any:
    """The value at the place, from 0."""
    return values[place]


@register.filter
def level_text(area: Any, level: int) -> str:
    """What the level means in the area."""
    return str(area.level_text(level))
