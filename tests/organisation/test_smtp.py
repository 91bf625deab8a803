"""Mail out through a real mail server on this machine, which says and does what servers do."""

import asyncio
import datetime
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from organisation.mail import Mail, TakenOver, deliver, post
from tests.browser.serving import free_port

pytestmark = pytest.mark.django_db


class Server:
    """A mail server. What is in `refuses` decides what it says to a receiver, and `at_text` what it does with a text."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses: dict[str, str] = {}
        self.at_text = "take"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if address not in self.refuses:
            envelope.rcpt_tos.append(address)
        return self.refuses.get(address, "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.at_text == "drop":
            server.transport.abort()
        if self.at_text == "be silent":
            await asyncio.sleep(3)
        if self.at_text[0].isdigit():
            return self.at_text
        self.taken += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def server(settings) -> Iterator[Server]:
    made, port = Server(), free_port()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "organisation.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    yield made
    controller.stop()


def letter(to: str = "kari@example.test", about: str = "") -> Mail:
    post([Mail(about=about or to, to=to, subject="2026-00412: Du har fått svar", body="http://felles/hemmelig")])
    return Mail.objects.get(about=about or to)


def sent(one: Mail) -> Mail:
    deliver.func()
    one.refresh_from_db()
    return one


def test_it_is_taken(server):
    one = sent(letter())
    assert (one.state, one.body, server.taken) == (Mail.State.SENT, "", ["kari@example.test"])


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ("550 no such user", Mail.State.REFUSED),
        ("451 greylisted", Mail.State.WAITING),
        ("552 box is full", Mail.State.REFUSED),
    ],
)
def test_what_is_said_to_the_receiver_decides_and_the_next_is_sent(server, says, state):
    server.refuses["borte@example.test"] = says
    gone, there = letter("borte@example.test"), letter()
    assert sent(gone).state == state
    there.refresh_from_db()
    assert (there.state, server.taken) == (Mail.State.SENT, ["kari@example.test"])


@pytest.mark.parametrize(("says", "state"), [("554 spam", Mail.State.REFUSED), ("452 later", Mail.State.WAITING)])
def test_what_is_said_to_the_text_decides(server, says, state):
    server.at_text = says
    assert sent(letter()).state == state


@pytest.mark.parametrize("fault", ["drop", "be silent"])
def test_a_server_that_does_not_answer_the_text_gets_it_once_and_stops_the_rest(server, fault):
    server.at_text = fault
    uncertain, waiting = letter(), letter("ola@example.test")
    assert sent(uncertain).state == Mail.State.HANDED_OVER
    waiting.refresh_from_db()
    assert waiting.state == Mail.State.WAITING
    server.at_text = "take"
    deliver.func()
    assert server.taken.count("kari@example.test") <= 1
    assert "ola@example.test" in server.taken


def test_no_server_at_all(settings):
    settings.EMAIL_BACKEND = "organisation.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    one = sent(letter())
    assert (one.state, one.tries) == (Mail.State.WAITING, 1)


@pytest.mark.parametrize("to", ["blåbær@example.test", "x" * 300 + "@example.test", "a@b.no\nBcc: alle@example.test"])
def test_an_address_that_can_not_be_written_stops_no_other(server, to):
    wrong, right = letter(), letter("ola@example.test")
    Mail.objects.filter(pk=wrong.pk).update(to=to[:254])
    assert sent(wrong).state in (Mail.State.REFUSED, Mail.State.SENT)
    right.refresh_from_db()
    assert right.state == Mail.State.SENT
    assert not any("alle@" in taken for taken in server.taken)


def test_a_worker_that_slept_does_not_send_what_another_has_taken(server):
    one = letter()
    asleep = Mail.objects.take()
    Mail.objects.update(taken_at=timezone.now() - datetime.timedelta(hours=1))
    assert sent(one).state == Mail.State.SENT
    with pytest.raises(TakenOver):
        asleep.hand_over()
    assert server.taken == ["kari@example.test"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database of SQLite is in memory: one connection")
def test_two_workers_at_once_send_each_letter_once(server):
    for number in range(20):
        letter(f"{number}@example.test")
    Mail.objects.update(state=Mail.State.WAITING)
    server.taken.clear()

    def work() -> None:
        deliver.func()
        connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(server.taken) == sorted(f"{number}@example.test" for number in range(20))


# Who decides


@pytest.fixture
def refused() -> Mail:
    one = letter()
    one.move(Mail.State.REFUSED, answer="550 no such user")
    return one


def test_it_is_sent_again_or_given_up_by_who_looks_after_mail(refused, cast, login, server):
    page = login(cast.quality_manager).get(reverse("letters")).content.decode()
    assert "550 no such user" in page
    assert "hemmelig" not in page
    assert "2026-00412" not in page
    login(cast.administrator).post(reverse("decide_letter", args=[refused.pk]), {"again": "1"})
    assert sent(refused).state == Mail.State.SENT
    assert refused.decided_by == cast.administrator


def test_what_is_given_up_is_forgotten(refused, cast):
    refused.decide(cast.administrator, Mail.State.GIVEN_UP)
    refused.refresh_from_db()
    assert (refused.state, refused.body) == (Mail.State.GIVEN_UP, "")
    with pytest.raises(ValidationError):
        refused.decide(cast.administrator, Mail.State.WAITING)


@pytest.mark.parametrize("who", ["leader", "handler", "service_desk", "auditor", "director"])
def test_others_do_not_decide(refused, cast, login, who):
    with pytest.raises(PermissionDenied):
        refused.decide(getattr(cast, who), Mail.State.WAITING)
    assert login(getattr(cast, who)).post(reverse("decide_letter", args=[refused.pk])).status_code == 403


def test_a_letter_that_is_sent_is_not_sent_again(cast):
    one = letter()
    one.sent()
    with pytest.raises(ValidationError):
        one.decide(cast.administrator, Mail.State.WAITING)
