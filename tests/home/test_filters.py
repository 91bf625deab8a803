"""Lists are opened as the person left them, until the filters are cleared."""

import pytest

LISTS = [
    ("/saker/", "type=improvement"),
    ("/krav/", "status=gap"),
    ("/gjennomgang/", "lys=red"),
    ("/fullmakter/", "status=alle"),
    ("/sjekklister/", "q=nattevakt"),
]


@pytest.mark.parametrize(("address", "query"), LISTS)
def test_the_last_filters_are_used_again_until_they_are_cleared(cast, login, address, query):
    client = login(cast.leader)
    assert client.get(address).status_code == 200
    client.get(f"{address}?{query}&s=2")
    assert client.get(address).headers["Location"] == f"{address}?{query}"
    assert login(cast.colleague).get(address).status_code == 200
    assert "?alle=1" in client.get(address, follow=True).content.decode()
    client.get(f"{address}?alle=1")
    assert client.get(address).status_code == 200


def test_each_list_has_filters_of_its_own(cast, login):
    client = login(cast.leader)
    client.get("/saker/?type=improvement")
    client.get("/krav/?status=gap")
    assert client.get("/saker/").headers["Location"] == "/saker/?type=improvement"


def test_what_is_too_long_is_used_and_not_kept(cast, login):
    client = login(cast.leader)
    assert client.get(f"/saker/?q={'a' * 1_001}").status_code == 200
    assert client.get("/saker/").status_code == 200


def test_a_form_that_is_sent_is_not_led_away(cast, login):
    client = login(cast.leader)
    client.get("/saker/?type=improvement")
    assert client.post("/saker/").status_code == 405
