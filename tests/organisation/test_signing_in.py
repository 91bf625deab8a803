"""A session lives while somebody works, and costs no write for every page."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.middleware import SECONDS_BETWEEN_RENEWALS
from organisation.authentication import WithUnit

pytestmark = pytest.mark.django_db


def writes(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/oversikter/").status_code == 200
    return sum(query["sql"].startswith("UPDATE") for query in captured.captured_queries)


def test_a_session_is_renewed_now_and_then(cast, login, monkeypatch):
    client = login(cast.reporter)
    assert writes(client) == 1
    assert writes(client) == 0
    ends = Session.objects.get().expire_date
    later = time.time() + SECONDS_BETWEEN_RENEWALS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert writes(client) == 1
    assert writes(client) == 0
    assert Session.objects.get().expire_date > ends


def test_strangers_get_no_session(client):
    assert client.get("/logg-inn/").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert not Session.objects.exists()


def test_who_has_left_is_not_signed_in(cast, login):
    client = login(cast.reporter)
    cast.reporter.is_active = False
    cast.reporter.save()
    assert client.get("/").status_code == 302
    assert WithUnit().get_user(cast.reporter.pk) is None
    assert WithUnit().get_user(0) is None


def test_the_person_comes_with_the_unit(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert WithUnit().get_user(cast.reporter.pk).unit.code == "home-care"
