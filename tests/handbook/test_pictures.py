"""Pictures of the handbook: for those who are logged in, and nothing but pictures."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client


@pytest.fixture
def picture() -> str:
    return "/media/" + default_storage.save("images/trapp.png", BytesIO(b"png"))


def test_an_employee_sees_it(cast, login, picture):
    answer = login(cast.reporter).get(picture)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")


def test_a_stranger_does_not(db, picture):
    assert Client().get(picture).status_code == 302


@pytest.mark.parametrize("name", ["finnes-ikke.png", "side.html", "../documents/hemmelig.png", "tegning.svg", ""])
def test_nothing_else_is_served(cast, login, name):
    default_storage.save("images/side.html", BytesIO(b"<script>"))
    default_storage.save("images/tegning.svg", BytesIO(b"<svg>"))
    default_storage.save("documents/hemmelig.png", BytesIO(b"png"))
    assert login(cast.reporter).get(f"/media/images/{name}").status_code in (400, 404)
