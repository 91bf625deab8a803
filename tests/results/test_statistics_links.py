"""Every figure of the statistics leads to exactly its cases in the register, whoever follows the link (S59)."""

import html
import re

import pytest
from django.http import QueryDict

from cases.models import Action, Cause
from cases.register import Selection
from organisation import clock
from results.charts import Bars
from results.forms.statistics import StatisticsFilters
from results.statistics import board, effect, headline
from tests import factories
from tests.results import generated

URL = "/resultater/statistikk/"
PER_CASE = {
    "meldt", "restanser", "arsaker", "kategorier", "enheter", "kanaler", "kapitler", "sider", "forfalt", "ros",
    "gjentakelser",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now():
    with clock.set_to(generated.NOW):
        yield


@pytest.fixture
def pages(cast, units, handbook):
    chapters = list(handbook.get_children())
    return {
        "FL-9001": factories.make_procedure(chapters[3], cast.editor, title="Legemidler"),
        "FL-9002": factories.make_procedure(chapters[4], cast.editor, title="Tilgang"),
    }


@pytest.fixture
def cases(pages):
    generated.create(generated.cases(7, 150), pages)


def listed(user, address):
    """How many cases the register shows this person at the address; every filter in it must count."""
    path, _mark, query = address.partition("?")
    assert path == "/saker/"
    selection = Selection(user, QueryDict(query))
    assert selection.form.is_valid(), selection.form.errors
    asked = {selection.form.add_prefix(name) for name in selection.asked}
    assert set(QueryDict(query)) == asked
    return selection.cases().count()


def walked(view):
    """Every address on the page, with how many cases it must show."""
    figures = headline.of(view.scope, view.against)
    expected = [(figure.address, figure.cases) for figure in figures if figure.address]
    for code, kind in board.CHARTS.items():
        chart = kind.of(view)
        rows = [*chart.rows, *([chart.rest] if isinstance(chart, Bars) and chart.rest else [])]
        for row in rows:
            if code in PER_CASE:
                expected += [(cell.link, cell.value) for cell in row.cells if cell.link]
            if code in ("meldt", "ros") and row.link:
                expected.append((row.link, sum(cell.value for cell in row.cells)))
    return expected


QUERIES = [
    "periode=2026",
    "periode=2026-T2&mot=forrige",
    "periode=2026-10&mot=2025-10&type=deviation",
    "periode=2026&enhet={home_care}",
    "periode=2025&kanal=ansatte&type=funnet",
    "periode=2026&arsak={cause}&lovbrudd=on",
    "periode=2026&kapittel={chapter}&per=tertial",
    "periode=2026&side={page}",
    "fra=2026-05-01&til=2026-05-31&kategori={category}",
]


@pytest.mark.parametrize("query", QUERIES)
def test_figures_lead_to_exactly_their_cases(login, cast, units, cases, pages, query):
    query = query.format(
        home_care=units.home_care.pk,
        cause=Cause.objects.get(code="rutine").pk,
        chapter=pages["FL-9001"].get_parent().pk,
        page=pages["FL-9002"].document.document_id,
        category=factories.make_category("hms").pk,
    )
    form = StatisticsFilters(QueryDict(query))
    view = form.view()
    assert form.is_valid(), form.errors
    expected = walked(view)
    for address, number in expected:
        assert listed(cast.outsider, address) == number, address
    text = login(cast.outsider).get(f"{URL}?{query}").content.decode()
    on_page = {html.unescape(address) for address in re.findall(r'href="(/saker/\?[^"]+)"', text)}
    known = {address for address, _number in expected} | {address for address, _number in others(view)}
    assert on_page
    assert on_page <= known


def test_those_who_read_sealed_cases_get_the_same_figures(cast, cases):
    view = StatisticsFilters(QueryDict("periode=2026")).view()
    figures = headline.of(view.scope, view.against)
    for user in (cast.quality_manager, cast.director, cast.service_desk):
        assert [listed(user, figure.address) for figure in figures] == [figure.cases for figure in figures]


def others(view):
    """Addresses of figures that are not a number of cases, with how many cases they must show."""
    found = []
    for scope in (view.scope, view.before):
        for one in Action.Effect.values:
            evaluated = scope.evaluated_actions().filter(effect=one).values_list("case", flat=True)
            found.append((scope.address_of_evaluated(one), len(set(evaluated))))
    for code, durations in (
        ("svartid", board.trend.days_to_first_answer),
        ("behandlingstid", board.trend.days_to_close),
    ):
        rows = board.CHARTS[code].of(view).rows
        found += [(row.link, took.number) for row, took in zip(rows, durations(view.scope, view.length), strict=True)]
    for line in board.culture.reporting_by_unit(view.scope):
        found.append((line.address, line.number))
    for line in effect.before_after(view.scope):
        found += [(window.address, window.number) for window in (line.before, line.after) if window]
    chart = board.CHARTS["meldt"].of(view)
    flow = board.CHARTS["restanser"].of(view)
    return found + [(row.link, None) for row in (*chart.rows, *flow.rows) if row.link]


@pytest.mark.parametrize("query", ["periode=2026", "periode=2026&arsak={cause}", "periode=2026&side={page}"])
def test_what_is_counted_in_something_else_leads_to_its_cases_too(cast, cases, pages, query):
    cause, page = Cause.objects.get(code="rutine").pk, pages["FL-9002"].document.document_id
    view = StatisticsFilters(QueryDict(query.format(cause=cause, page=page))).view()
    tried = [(address, number) for address, number in others(view) if number is not None]
    assert any(number for _address, number in tried)
    for address, number in tried:
        assert listed(cast.outsider, address) == number, address


def test_a_chart_narrows_the_statistics(login, cast, cases):
    view = StatisticsFilters(QueryDict("periode=2026&enhet=")).view()
    links = [row.link for row in board.CHARTS["arsaker"].of(view).rows]
    assert len(links) == 3
    for link in links:
        answer = login(cast.outsider).get(link)
        assert answer.context["view"].scope.cause is not None
        assert answer.context["view"].scope.period == view.scope.period


@pytest.mark.parametrize(
    "query",
    [
        "lukket_fra=0001-01-01",
        "lukket_til=9999-12-31",
        "apen_per=i-gar",
        "kapittel=9999999",
        "kapittel=abc",
        "arsak=-1",
        "kanal=due",
        "effekt=kanskje",
        "besvart_fra=2026-13-01",
        "forfalt_per=9999-12-31",
    ],
)
def test_the_register_leaves_out_what_an_address_says_wrongly(login, cast, cases, query):
    client = login(cast.outsider)
    every = client.get("/saker/?alle=1").context["page"].paginator.count
    assert client.get(f"/saker/?{query}").context["page"].paginator.count == every


def test_filters_that_only_figures_lead_to_are_chips_and_are_kept_by_the_form(login, cast, cases):
    answer = login(cast.outsider).get("/saker/?vanlige=on&apen_per=2026-05-31&uten_arsak=on")
    assert {chip.query for chip in answer.context["selection"].chips()} == {
        "apen_per=2026-05-31&uten_arsak=on",
        "vanlige=on&uten_arsak=on",
        "vanlige=on&apen_per=2026-05-31",
    }
    assert b'<input type="hidden" name="apen_per" value="2026-05-31"' in answer.content
