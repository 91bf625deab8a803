"""A person is told once, by mail with a link, and never about the past."""

import datetime

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from organisation import clock, reminders
from organisation.reminders import AT_A_TIME, Reminder, remind, remind_all

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


def lot(cast, number: int) -> list[Reminder]:
    return [Reminder(user=cast.colleague, about=f"prove:{n}", subject="Prøve", url="/") for n in range(number)]


def test_many_are_told_some_at_a_time_each_lot_for_itself(cast):
    def stopped():
        yield from lot(cast, AT_A_TIME + 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        remind_all(stopped())
    assert Reminder.objects.count() == AT_A_TIME
    assert remind_all(lot(cast, AT_A_TIME + 5)) == 5
    assert remind_all(lot(cast, AT_A_TIME + 5)) == 0


def test_a_lot_costs_the_same_however_many_are_told(cast, django_assert_num_queries):
    for number in (2, 60):
        with django_assert_num_queries(5):  # the savepoint, who is told already, the new ones, their letters, release
            remind_all(lot(cast, number))


def test_the_same_twice_in_a_lot_is_told_once(cast):
    assert remind_all([*lot(cast, 1), *lot(cast, 1)]) == 1


def test_who_was_told_by_another_at_the_same_moment_is_not_told_again(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    tell, beaten = reminders._tell, []

    def told(rows):
        if not beaten:
            beaten.append(
                Reminder.objects.create(user=cast.colleague, about="prove:0", subject="Fra en annen", url="/")
            )
            raise IntegrityError
        return tell(rows)

    monkeypatch.setattr(reminders, "_tell", told)
    with django_capture_on_commit_callbacks(execute=True):
        assert remind_all(lot(cast, 2)) == 1
    assert len(mail.outbox) == 1


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
