"""Pages are sent compressed to those who can read it so; what is small already is not."""

import gzip
from types import SimpleNamespace
from typing import Any

from django.test import Client

READS_IT = {"Accept-Encoding": "gzip, deflate, br"}


def test_a_page_is_a_third_or_less_on_the_way(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    plain = client.get(pages.access.url)
    sent = client.get(pages.access.url, headers=READS_IT)
    assert sent.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert len(sent.content) < len(plain.content) / 3
    assert str(pages.access.title) in gzip.decompress(sent.content).decode()


def test_who_cannot_read_it_gets_it_as_it_is(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get(pages.access.url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers


def test_a_drawing_that_is_known_is_known_compressed_too(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    address = f"/d/{pages.access.document.document_id}/plakat/kode.svg"
    first = client.get(address, headers=READS_IT)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(address, headers={**READS_IT, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_compressed_already_is_left_alone(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get(f"/d/{pages.access.document.document_id}/pdf/", headers=READS_IT)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Content-Encoding" not in answer.headers


def test_the_length_tells_nothing_twice(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    client.get(pages.access.url)
    lengths = {len(client.get(pages.access.url, headers=READS_IT).content) for _n in range(12)}
    assert len(lengths) > 1


def test_login_is_compressed_for_strangers_too(db: None) -> None:
    assert Client().get("/logg-inn/", headers=READS_IT).headers["Content-Encoding"] == "gzip"
