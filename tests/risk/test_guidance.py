"""The guidance to the form is for everybody, and every part has the address the form leads to (S55, S77)."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from cases import risk
from risk import guidance
from risk.uses import Use

pytestmark = pytest.mark.django_db
ADDRESS = "/risiko/veiledning/"
LED_TO = {
    "bruk",
    "aspekt",
    "trussel",
    "sannsynlighet",
    "konsekvens",
    "lovbrudd",
    "tiltak",
    "restrisiko",
    "aksept",
    "tastatur",
}


@pytest.fixture
def page(cast, login):
    return login(cast.reporter).get(ADDRESS).content.decode()


def test_everybody_may_read_it(cast, login, client):
    assert login(cast.outsider).get(ADDRESS).status_code == 200
    assert client.get(ADDRESS).status_code == 302


def test_it_is_only_read(cast, login):
    assert login(cast.quality_manager).post(ADDRESS).status_code == 405


def test_every_part_the_form_leads_to_is_there_once(page):
    anchors = re.findall(r'<h2[^>]* id="([^"]+)"', page)
    assert len(set(anchors)) == len(anchors)
    assert set(anchors) >= LED_TO
    assert set(re.findall(r'href="#([\w-]+)"', page)) - {"innhold"} <= set(anchors)


def test_every_use_is_told_of(page):
    assert [guide.use for guide in guidance.USES] == list(Use)
    assert page.count("guidance__sub") == 3, "the uses with sub-kinds"


def test_each_scale_has_a_text_for_every_level():
    tables = guidance.tables()
    for scale in (tables["probability"], tables["consequence"]):
        assert [level for level, _texts in scale] == list(risk.LEVELS)
        assert len({str(text) for _level, texts in scale for text in texts}) == sum(
            len(texts) for _level, texts in scale
        )


def test_the_levels_are_those_of_the_rule():
    """Each product of two numbers from 1 to 5 is in one level, which demands a measure or doesn't as a whole."""
    products = {probability * consequence for probability in risk.LEVELS for consequence in risk.LEVELS}
    for level in guidance.SCORES:
        within = {product for product in products if level.low <= product <= level.high}
        assert len({(risk.colour(product), risk.demands_measure(product, False)) for product in within}) == 1
        products -= within
    assert not products


def test_the_way_to_a_part_of_it():
    link = render_to_string("risk/parts/guidance_link.html", {"anchor": "konsekvens"})
    assert f'href="{reverse("risk:guidance")}#konsekvens"' in link
    assert f'href="{ADDRESS}"' in render_to_string("risk/parts/guidance_link.html", {})


def test_it_asks_the_database_for_nothing_of_its_own(cast, login, django_assert_max_num_queries):
    client = login(cast.reporter)
    client.get(ADDRESS)
    with django_assert_max_num_queries(12):
        client.get(ADDRESS)
