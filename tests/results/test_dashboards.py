"""Live figures in handbook pages: what is frozen says where they are, and only the edition in force shows them (S59)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handbook import blocks, editions
from handbook.models import Edition, ProcedurePage
from organisation.models import User
from results import dashboards
from results.statistics.board import CHARTS
from tests import factories


@pytest.fixture
def page(cast, units, handbook):
    body = [("purpose", "<p>Slik går det.</p>"), ("dashboard", {"chart": "arsaker", "unit": "it"})]
    return factories.make_procedure(handbook.get_children().first(), cast.editor, title="Tall", body=body)


@pytest.fixture
def case(cast, page):
    return factories.make_case_with_cause(cast.it_leader, cast.it_leader)


def shown(client, address):
    return client.get(address, follow=True).content.decode()


def test_every_chart_a_page_can_show_is_one_of_the_statistics_and_called_the_same():
    offered = {code: str(title) for code, title in blocks.CHARTS}
    assert offered == {code: str(CHARTS[code].title) for code in offered}


def test_the_edition_keeps_where_the_figures_are_and_none_of_them(page, case, units):
    edition = Edition.objects.get(document=page.document)
    assert f"/resultater/statistikk/?enhet={units.it.pk}" in edition.html
    assert "<table" not in edition.html and case.cause.name not in edition.html
    assert units.it.name in edition.text


def test_the_edition_in_force_shows_them_live(login, cast, page, case):
    text = shown(login(cast.outsider), page.url)
    assert case.cause.name in text and 'class="bars' in text
    factories.make_cause(case.cause.code)
    case.cause.__class__.objects.filter(pk=case.cause.pk).update(name="Ny årsak")
    assert "Ny årsak" in shown(login(cast.outsider), page.url)


def test_an_earlier_edition_shows_only_where_they_are(login, cast, page, case):
    draft = ProcedurePage.objects.get(pk=page.pk)
    draft.summary = "Ny ingress."
    draft.save_revision()
    editions.publish(draft, User.objects.get(username="approver"), note="Ny", major=True, author=cast.editor)
    labels = [edition.label for edition in page.document.editions.newest_first()]
    assert len(labels) == 2
    old = shown(login(cast.outsider), f"{page.url}versjoner/{labels[1]}/")
    assert "/resultater/statistikk/" in old and 'class="bars' not in old


def test_a_unit_or_chart_that_is_gone_stays_an_address(cast, units):
    for code, unit in (("finnes-ikke", ""), ("arsaker", "borte")):
        html = f'<div class="dashboard" data-chart="{code}" data-unit="{unit}"><p>Tall</p></div>'
        assert dashboards.live(html) == html


def test_a_page_without_figures_is_left_as_it_is_and_asks_for_nothing(db):
    with CaptureQueriesContext(connection) as asked:
        assert dashboards.live("<p>Tekst</p>") == "<p>Tekst</p>"
    assert not asked.captured_queries


def test_a_unit_that_is_not_there_is_refused_at_the_field(db):
    block = blocks.DashboardBlock()
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python({"chart": "arsaker", "unit": "borte"}))
    assert "unit" in refused.value.block_errors
    assert block.clean(block.to_python({"chart": "arsaker", "unit": ""}))["chart"] == "arsaker"
