"""What the browser has is not sent again where nothing personal stands, and nothing personal is ever kept on the way."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from handbook import poster
from handbook.models import KeptFile

SHAREABLE = ("public", "s-maxage", "max-age")


@pytest.fixture
def kept(pages: SimpleNamespace) -> KeptFile:
    return KeptFile.keep(pages.access.document, ContentFile(b"png", name="trapp.png"), "trapp.png")


@pytest.fixture
def addresses(kept: KeptFile, pages: SimpleNamespace) -> dict[str, str]:
    return {
        "picture": kept.picture_url,
        "attachment": kept.get_absolute_url(),
        "code": f"/d/{pages.access.document.document_id}/plakat/kode.svg",
    }


@pytest.mark.parametrize("what", ["picture", "attachment", "code"])
class TestWhatTheBrowserHas:
    def test_is_not_sent_again(self, what: str, addresses: dict[str, str], cast: Any, login: Any) -> None:
        client = login(cast.reporter)
        first = client.get(addresses[what])
        assert first.status_code == 200
        again = client.get(addresses[what], headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]

    def test_is_sent_when_it_is_another(self, what: str, addresses: dict[str, str], cast: Any, login: Any) -> None:
        answer = login(cast.reporter).get(addresses[what], headers={"If-None-Match": '"another"'})
        assert answer.status_code == 200

    def test_is_kept_by_no_cache_that_people_share(
        self, what: str, addresses: dict[str, str], cast: Any, login: Any
    ) -> None:
        assert "private" in login(cast.reporter).get(addresses[what]).headers["Cache-Control"]

    def test_is_nothing_to_a_stranger_who_names_its_version(
        self, what: str, addresses: dict[str, str], cast: Any, login: Any
    ) -> None:
        etag = login(cast.reporter).get(addresses[what]).headers["ETag"]
        for known in (etag, "*"):
            answer = Client().get(addresses[what], headers={"If-None-Match": known})
            assert answer.status_code == 302
            assert "/logg-inn/" in answer.headers["Location"]


def test_a_known_picture_is_not_opened(kept: KeptFile, cast: Any, login: Any) -> None:
    kept.file.storage.delete(kept.file.name)
    known = {"If-None-Match": f'"{kept.sha256}"'}
    assert login(cast.reporter).get(kept.picture_url, headers=known).status_code == 304


def test_a_known_code_is_not_drawn(addresses: dict[str, str], cast: Any, login: Any, monkeypatch: Any) -> None:
    client = login(cast.reporter)
    etag = client.get(addresses["code"]).headers["ETag"]
    monkeypatch.setattr(poster, "_drawn", lambda _address: pytest.fail("drawn again"))
    assert client.get(addresses["code"], headers={"If-None-Match": etag}).status_code == 304


def test_a_code_that_leads_elsewhere_is_another(
    addresses: dict[str, str], cast: Any, login: Any, settings: Any
) -> None:
    client = login(cast.reporter)
    etag = client.get(addresses["code"]).headers["ETag"]
    settings.BASE_URL = "https://felles.example.test"
    assert client.get(addresses["code"], headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("what", ["picture", "attachment"])
def test_a_version_that_is_not_there_is_not_found(what: str, kept: KeptFile, cast: Any, login: Any) -> None:
    other = "0" * 64
    address = {"picture": kept.picture_url, "attachment": kept.get_absolute_url()}[what].replace(kept.sha256, other)
    assert login(cast.reporter).get(address, headers={"If-None-Match": f'"{other}"'}).status_code == 404


def test_an_attachment_is_no_picture_however_well_it_is_known(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    kept = KeptFile.keep(pages.access.document, ContentFile(b"<p>", name="side.html"), "side.html")
    known = {"If-None-Match": f'"{kept.sha256}"'}
    assert login(cast.reporter).get(kept.picture_url, headers=known).status_code == 404


class TestPersonalPages:
    """Asked for anew each time, by whoever is logged in now."""

    @pytest.fixture(params=["/", "/min-side/", "/saker/", "page", "versions"])
    def address(self, request: Any, pages: SimpleNamespace) -> str:
        own = {"page": pages.access.url, "versions": f"{pages.access.url}versjoner/"}
        return own.get(request.param, request.param)

    def test_no_cache_that_people_share_keeps_it(self, address: str, cast: Any, login: Any) -> None:
        answer = login(cast.reporter).get(address)
        assert answer.status_code == 200
        assert "private" in answer.headers["Cache-Control"]
        assert not [word for word in SHAREABLE if word in answer.headers["Cache-Control"]]
        assert "Cookie" in answer.headers["Vary"]

    def test_it_has_no_version_to_ask_by(self, address: str, cast: Any, login: Any) -> None:
        client = login(cast.reporter)
        answer = client.get(address)
        assert not {"ETag", "Last-Modified"} & set(answer.headers)
        asked = {"If-None-Match": "*", "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        assert client.get(address, headers=asked).status_code == 200

    def test_after_logout_there_is_nothing_to_show(self, address: str, cast: Any, login: Any) -> None:
        client = login(cast.reporter)
        client.get(address)
        client.logout()
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 302

    def test_the_next_person_on_the_machine_sees_their_own(self, address: str, cast: Any, login: Any) -> None:
        client = login(cast.reporter)
        client.get(address)
        client.force_login(cast.leader)
        html = client.get(address, headers={"If-None-Match": "*"}).content.decode()
        assert str(cast.leader) in html
        assert str(cast.reporter) not in html.split("<main")[0]
