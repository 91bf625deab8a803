"""A person is told once, by mail with a link, and never about the past."""

import datetime

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from organisation import clock
from organisation.reminders import Reminder, remind

pytestmark = pytest.mark.django_db
TOLD = {"about": "confirm:FL-0001:2", "subject": "Les ny versjon av 1.1.2", "url": "/d/FL-0001/"}


def test_the_mail_has_subject_and_link(cast, settings, django_capture_on_commit_callbacks):
    settings.BASE_URL = "https://felles.example"
    with django_capture_on_commit_callbacks(execute=True):
        assert remind(cast.colleague, **TOLD)
    (sent,) = mail.outbox
    assert sent.to == [cast.colleague.email]
    assert sent.subject == TOLD["subject"]
    assert "https://felles.example/d/FL-0001/" in sent.body


def test_nobody_is_told_twice_of_the_same(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert remind(cast.colleague, **TOLD)
        assert not remind(cast.colleague, **TOLD)
        assert remind(cast.outsider, **TOLD)
    assert len(mail.outbox) == 2


def test_who_has_left_is_not_told(cast):
    cast.colleague.is_active = False
    assert not remind(cast.colleague, **TOLD)
    assert not Reminder.objects.exists()


def test_what_is_told_about_the_past_is_not_mailed(cast, django_capture_on_commit_callbacks):
    with clock.set_to(timezone.now() - datetime.timedelta(days=9)), django_capture_on_commit_callbacks(execute=True):
        remind(cast.colleague, **TOLD)
    assert mail.outbox == []


@pytest.mark.parametrize("statement", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_change_what_was_told(cast, statement):
    remind(cast.colleague, **TOLD)
    sql = (
        "UPDATE organisation_reminder SET about = 'x'" if statement == "UPDATE" else "DELETE FROM organisation_reminder"
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_subject_that_is_too_long_is_cut(cast):
    remind(cast.reporter, "long", "Lang tittel " * 50, "/")
    assert len(Reminder.objects.get(about="long").subject) == 200
