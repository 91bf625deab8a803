"""Charts in templates: `{% timeline chart %}` and `{% bars chart %}`."""

from typing import Any

from django import template

from results.charts import Bars, Timeline

register = template.Library()


@register.inclusion_tag("results/parts/timeline.html")
def timeline(chart: Timeline) -> dict[str, Any]:
    """Columns and lines over time, with the numbers in a table that opens below."""
    return {"chart": chart}


@register.inclusion_tag("results/parts/bars.html")
def bars(chart: Bars) -> dict[str, Any]:
    """A table where each number has its bar."""
    return {"chart": chart}


@register.filter
def number(value: float | None) -> str:
    """A figure as it is read in Norwegian: at most one decimal, with a comma; a dash when it is not known."""
    if value is None:
        return "–"
    text = f"{value:,.1f}".replace(",", "\u00a0").replace(".", ",")
    return text.removesuffix(",0")


@register.filter
def review_tone(review: Any) -> str:
    """The tone of how a management review stands."""
    return {"preparing": "info", "meeting": "warn", "closed": "ok"}.get(review.status, "")
