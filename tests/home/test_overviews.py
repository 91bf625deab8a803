"""`/oversikter/`: one way to every overview, and only to those the person may open."""

import re
from types import SimpleNamespace

import pytest

from tests.conftest import CAST

FOR_THOSE_WHO_FOLLOW_UP = {"/lest/", "/opplaring/register/"}


def leads_to(client) -> set[str]:
    html = client.get("/oversikter/").content.decode()
    return set(re.findall(r'href="(/[^"]*)"', html[html.index("<main") : html.index("</main>")]))


@pytest.mark.parametrize("who", sorted(CAST))
def test_every_link_opens_for_whom_it_is_shown_and_no_other(cast: SimpleNamespace, handbook, login, who: str) -> None:
    client = login(getattr(cast, who))
    shown = leads_to(client)
    assert {
        "/krav/",
        "/gjennomgang/",
        "/innforing/",
        "/arshjul/",
        "/fullmakter/",
        "/opplaring/",
        "/sjekklister/",
    } <= shown
    assert {client.get(address, follow=True).status_code for address in shown} == {200}
    hidden = FOR_THOSE_WHO_FOLLOW_UP - shown
    assert all(client.get(address).status_code == 403 for address in hidden)


@pytest.mark.parametrize(("address", "current"), [("/oversikter/", "page"), ("/gjennomgang/", "true")])
def test_the_menu_says_that_we_are_among_the_overviews(cast, handbook, login, address: str, current: str) -> None:
    html = login(cast.reporter).get(address).content.decode()
    assert f'href="/oversikter/" aria-current="{current}"' in html
    assert len(re.findall(r'class="navlink" href="[^"]*" aria-current', html)) == 1


def test_it_costs_nothing_beyond_the_shell(cast, handbook, login, django_assert_max_num_queries) -> None:
    client = login(cast.leader)
    client.get("/oversikter/")
    with django_assert_max_num_queries(4):  # session, person, roles, unread notices
        client.get("/oversikter/")
