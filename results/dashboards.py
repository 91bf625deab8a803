"""Live figures in handbook pages (S59). An edition keeps only where the figures are found; the one in force gets the chart
of this year so far below it. Earlier editions, PDF and Word keep the address and run no query here.
"""

from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from organisation.models import Unit
from results.forms.statistics import this_year
from results.statistics.board import CHARTS, View
from results.statistics.scope import Scope
from results.statistics.trend import length_for

MARK = "data-chart="


def live(html: str) -> SafeString:
    """The text of an edition with a chart in each dashboard. One that is no longer known stays an address."""
    if MARK not in html:
        return mark_safe(html)  # noqa: S308  (the edition's own HTML, frozen by handbook.rendering)
    soup = BeautifulSoup(html, "html.parser")
    for place in soup.find_all("div", attrs={"class": "dashboard", "data-chart": True}):
        chart = _chart(str(place["data-chart"]), str(place.get("data-unit", "")))
        place.append(BeautifulSoup(chart, "html.parser"))
    return mark_safe(str(soup))  # noqa: S308  (the edition's own HTML, and our own template)


def _chart(code: str, unit_code: str) -> str:
    kind, unit = CHARTS.get(code), Unit.objects.filter(code=unit_code).first() if unit_code else None
    if kind is None or (unit_code and unit is None):
        return ""
    period = this_year()
    asked = {"enhet": unit.pk} if unit else {}
    view = View(Scope(period, unit), period.a_year_before(), length_for(period), asked)
    return render_to_string("results/statistics/dashboard.html", {"chart": kind.of(view), "kind": kind, "view": view})
