"""Mail out: written with what it tells about, tried again, never twice."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from organisation.mail import TRIES, Mail, deliver, post

pytestmark = pytest.mark.django_db


class Server(EmailBackend):
    """A mail server that does what the test says: `fault` is raised at `at`."""

    fault: Exception | None = None
    at = "open"

    def open(self):
        if self.fault and self.at == "open":
            raise self.fault
        return True

    def send_messages(self, messages):
        if self.fault and self.at == "before":
            raise self.fault
        self.before_text()
        if self.fault and self.at == "text":
            raise self.fault
        return super().send_messages(messages)

    def before_text(self):
        """Replaced by the queue."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("organisation.mail.get_connection", Server)
    monkeypatch.setattr(Server, "fault", None)
    return Server


def letter(about: str = "case:1", **fields) -> Mail:
    post(
        [
            Mail(
                about=about,
                to="innbygger@example.test",
                subject="Nytt i saken",
                body="https://felles/hemmelig",
                **fields,
            )
        ]
    )
    return Mail.objects.get(about=about)


def fails(monkeypatch, fault: Exception, at: str) -> None:
    monkeypatch.setattr(Server, "fault", fault)
    monkeypatch.setattr(Server, "at", at)


def later(**ago) -> None:
    Mail.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=1), **ago)


def test_a_letter_is_sent_after_the_transaction_and_its_secret_is_forgotten(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = letter()
        assert mail.outbox == []
    sent.refresh_from_db()
    assert (sent.state, sent.body) == (Mail.State.SENT, "")
    (message,) = mail.outbox
    assert list(Mail.objects.ours(message.extra_headers["Message-ID"])) == [sent]
    assert "hemmelig" in message.body


def test_the_same_occasion_is_mailed_once(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter()
        letter()
    deliver.func()
    assert len(mail.outbox) == 1


def test_no_letter_without_what_it_tells_about():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        letter()
        raise ZeroDivisionError
    assert not Mail.objects.exists()


@pytest.mark.parametrize("at", ["open", "before"])
@pytest.mark.parametrize("fault", [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected()])
def test_it_is_tried_again_when_the_server_is_away(server, monkeypatch, fault, at):
    first = letter()
    fails(monkeypatch, fault, at)
    assert deliver.func() == 0
    first.refresh_from_db()
    assert (first.state, first.tries) == (Mail.State.WAITING, 1)
    assert first.due_at > timezone.now()
    monkeypatch.setattr(Server, "fault", None)
    assert deliver.func() == 0
    later()
    assert deliver.func() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("fault", [TimeoutError(), smtplib.SMTPServerDisconnected()])
def test_a_letter_that_may_have_arrived_is_not_sent_again(server, monkeypatch, fault):
    uncertain = letter()
    fails(monkeypatch, fault, "text")
    deliver.func()
    uncertain.refresh_from_db()
    assert uncertain.state == Mail.State.HANDED_OVER
    monkeypatch.setattr(Server, "fault", None)
    later(taken_at=timezone.now() - datetime.timedelta(days=1))
    assert deliver.func() == 0
    assert mail.outbox == []
    assert list(Mail.objects.unanswered()) == [uncertain]


def test_a_letter_taken_by_a_worker_that_was_killed_before_it_sent_is_taken_up(server):
    abandoned = letter()
    assert Mail.objects.take() == abandoned
    assert Mail.objects.take() is None
    assert deliver.func() == 0
    later(taken_at=timezone.now() - datetime.timedelta(minutes=11))
    assert deliver.func() == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.no": (550, b"no such user")}), Mail.State.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@b.no": (451, b"greylisted")}), Mail.State.WAITING),
        (smtplib.SMTPDataError(554, b"spam"), Mail.State.REFUSED),
        (smtplib.SMTPDataError(452, b"full"), Mail.State.WAITING),
    ],
)
def test_what_the_server_answers_decides(server, monkeypatch, fault, state):
    answered = letter()
    fails(monkeypatch, fault, "text")
    deliver.func()
    answered.refresh_from_db()
    assert answered.state == state
    assert answered.answer


def test_one_refused_letter_does_not_stop_the_next(server, monkeypatch):
    letter("case:1")
    fails(monkeypatch, smtplib.SMTPDataError(554, b"spam"), "text")
    deliver.func()
    monkeypatch.setattr(Server, "fault", None)
    letter("case:2")
    assert deliver.func() == 1


def test_after_the_last_try_it_is_given_up(server, monkeypatch):
    tired = letter(tries=TRIES - 1)
    fails(monkeypatch, ConnectionRefusedError("away"), "open")
    deliver.func()
    tired.refresh_from_db()
    assert (tired.state, tired.answer) == (Mail.State.REFUSED, "away")


def test_a_subject_can_hold_no_second_header():
    assert letter().subject == "Nytt i saken"
    crafted = Mail(about="x", to="a@b.no", subject="Hei\r\nBcc: alle@example.test", body="")
    post([crafted])
    assert Mail.objects.get(about="x").subject == "Hei Bcc: alle@example.test"
