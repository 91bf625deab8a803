"""Those asked are told in time, leaders once, nobody twice (G8)."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from handbook import editions
from handbook.confirmation_reminders import occasion, remind_due
from handbook.models import Confirmation, ReadingDuty
from organisation import clock
from organisation.absence import Absence
from organisation.reminders import Reminder
from organisation.roles import Role
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
HOME_CARE = ["colleague", "deputy", "handler", "leader", "reporter"]


@pytest.fixture
def document(pages: Any, cast: Any, units: Any) -> Any:
    ReadingDuty.require(cast.leader, pages.access.document, unit=units.home_care)
    return pages.access.document


def told(when: str) -> list[str]:
    return sorted(Reminder.objects.filter(about__endswith=f":{when}").values_list("user__username", flat=True))


def in_days(days: int) -> Any:
    return clock.set_to(timezone.now() + datetime.timedelta(days))


@pytest.mark.parametrize(
    ("left", "expected"),
    [(14, "new"), (4, "new"), (3, "soon"), (1, "soon"), (0, "today"), (-1, "late-1"), (-7, "late-1"), (-8, "late-2")]
    + [(-21, "late-3"), (-22, ""), (-400, "")],
)
def test_the_occasion_follows_the_deadline(left: int, expected: str) -> None:
    today = datetime.date(2026, 3, 1)
    assert occasion(today + datetime.timedelta(left), today) == expected


def test_each_is_told_at_each_occasion_and_never_twice(document: Any, cast: Any) -> None:
    assert remind_due() == 5
    assert remind_due() == 0
    Confirmation.give(cast.reporter, document, "1")
    for days, when in ((11, "soon"), (14, "today"), (15, "late-1"), (22, "late-2"), (29, "late-3")):
        with in_days(days):
            remind_due()
            assert remind_due() == 0
        assert told(when) == [name for name in HOME_CARE if name != "reporter"]
    count = Reminder.objects.count()
    with in_days(60):
        assert remind_due() == 0
    assert Reminder.objects.count() == count


def test_the_leader_is_told_once_how_many_and_not_who(document: Any, cast: Any) -> None:
    with in_days(15):
        remind_due()
    with in_days(22):
        remind_due()
    assert told("leader") == ["director", "leader"]  # the director is told of the leader
    (subject,) = Reminder.objects.filter(user=cast.leader, about__endswith=":leader").values_list("subject", flat=True)
    assert "4" in subject
    assert not any(getattr(cast, name).first_name in subject for name in HOME_CARE)


def test_the_deputy_is_told_for_a_leader_who_is_away(document: Any, cast: Any) -> None:
    with in_days(15):
        days = {"first_day": clock.today(), "last_day": clock.today()}
        Absence.begin(cast.leader, person=cast.leader, deputy=cast.quality_manager, **days)
        remind_due()
    assert told("leader") == ["quality_manager"]


def test_a_new_substantial_version_tells_again_an_editorial_does_not(document: Any, pages: Any, cast: Any) -> None:
    remind_due()
    pages.access.body = paragraphs("Skrivefeil.")
    editions.publish(pages.access, cast.approver, "Rettet.", major=False)
    assert remind_due() == 0
    pages.access.body = paragraphs("Noe nytt.")
    editions.publish(pages.access, cast.approver, "Nytt.")
    assert remind_due() == 5


def test_who_has_left_or_is_not_asked_is_not_told(document: Any, cast: Any) -> None:
    cast.reporter.is_active = False
    cast.reporter.save()
    assert remind_due() == 4
    assert not Reminder.objects.filter(user__in=[cast.reporter, cast.outsider]).exists()


def test_nobody_is_told_of_what_is_withdrawn_or_switched_off(document: Any, pages: Any, cast: Any) -> None:
    ReadingDuty.objects.get().switch_off(cast.leader, reason="Erstattet")
    assert remind_due() == 0
    ReadingDuty.require(cast.quality_manager, document, role=Role.AUDITOR)
    factories.withdraw(pages.access)
    assert remind_due() == 0


def test_the_mail_leads_to_the_page_and_holds_nothing_of_it(
    document: Any, cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        remind_due()
    sent = next(message for message in mail.outbox if message.to == [cast.reporter.email])
    assert f"/d/{document.document_id}/bekreft/" in sent.body
    assert "Om tilgang til fagsystem" not in sent.body
