"""Charts in templates: `{% timeline chart %}` and `{% bars chart %}`."""

from dataclasses import replace
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from results import dashboards
from results.charts import Bars, Timeline
from results.statistics.headline import Figure, Measure

FEW = 10  # of what hundredths say nothing

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
    """A figure as it is read in Norwegian: at most one decimal, a comma and a true minus sign; a dash when it is not
    known."""
    if value is None:
        return "–"
    text = f"{value:,.1f}".replace(",", "\u00a0").replace(".", ",").replace("-", "\u2212")
    return text.removesuffix(",0")


@register.filter
def review_tone(review: Any) -> str:
    """The tone of how a management review stands."""
    return {"preparing": "info", "meeting": "warn", "closed": "ok"}.get(review.status, "")


@register.filter
def measured(figure: Figure) -> str:
    """A headline figure with what it is counted in."""
    text = number(figure.value)
    if figure.value is None:
        return text
    if figure.measure == Measure.DAYS:
        return ngettext("%(days)s day", "%(days)s days", int(figure.value)) % {"days": text}
    return f"{round(figure.value)} %" if figure.measure == Measure.PERCENT else text


@register.filter
def changed(figure: Figure) -> str:
    """What a headline figure was in the period it is compared with, and the change in hundredths when that says anything."""
    if figure.before is None:
        return _("not known before")
    was = _("before: %(value)s") % {"value": measured(replace(figure, value=figure.before))}
    if figure.change_percent is None or abs(figure.before) < FEW or round(figure.change_percent) == 0:
        return was
    sign = "+" if figure.change_percent > 0 else "−"
    return f"{was} ({sign}{abs(figure.change_percent):.0f} %)"


@register.simple_tag
def live_figures(html: str) -> str:
    """The text of the edition in force with its charts live."""
    return dashboards.live(html)
