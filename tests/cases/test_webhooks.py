"""Webhooks: signed, tried again, never the content, and only to the outside (G28)."""

import datetime
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from standardwebhooks import Webhook as Receiver

from cases import outgoing
from cases.models import Delivery, Integration, Webhook, deliver_webhooks
from cases.models.webhook import WAITS
from tests import factories

pytestmark = pytest.mark.django_db


class Inbox(BaseHTTPRequestHandler):
    """Another system's address: keeps what comes and answers what the test says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1/inne/")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def inbox(settings):
    settings.WEBHOOKS_INSIDE = True
    server = HTTPServer(("127.0.0.1", 0), Inbox)
    server.got, server.status = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def system(cast, units) -> Integration:
    return Integration.begin(cast.administrator, name="Gerica", contact="drift@example.test", unit=units.home_care)


@pytest.fixture
def hook(inbox, cast, system) -> Webhook:
    url = f"http://127.0.0.1:{inbox.server_port}/mottak"
    return Webhook.add(cast.administrator, system, url=url, events=["case.received", "case.closed"])


def test_a_receiver_can_trust_what_it_is_told_and_is_not_told_the_content(inbox, hook, cast):
    case = factories.make_case(cast.reporter, description="Gunhild fikk feil medisin")
    assert deliver_webhooks.func() == 1
    ((headers, body),) = inbox.got
    told = Receiver(hook.secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told["type"] == "case.received"
    assert told["data"] == {"reference": case.reference, "kind": "deviation", "status": "received"}
    assert b"Gunhild" not in body


def test_only_what_was_asked_for_is_told(inbox, hook, cast):
    case = factories.make_case(cast.reporter)
    case.assess(cast.leader, probability=1, consequence=1)
    assert [delivery.kind for delivery in Delivery.objects.all()] == ["case.received"]


def test_a_sealed_or_unsorted_case_is_not_announced(hook, cast, units):
    factories.make_case(cast.reporter, sealed=True)
    factories.make_outside_case(units.municipality)
    assert not Delivery.objects.exists()


def test_it_is_tried_again_with_the_same_id_until_it_is_taken(inbox, hook, cast):
    factories.make_case(cast.reporter)
    inbox.status = 500
    assert deliver_webhooks.func() == 0
    assert deliver_webhooks.func() == 0
    assert len(inbox.got) == 1
    Delivery.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))
    inbox.status = 200
    assert deliver_webhooks.func() == 1
    first, second = (headers["webhook-id"] for headers, _body in inbox.got)
    assert first == second


def test_it_is_given_up_after_the_last_try(inbox, hook, cast):
    factories.make_case(cast.reporter)
    inbox.status = 503
    Delivery.objects.update(tries=len(WAITS))
    deliver_webhooks.func()
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_a_redirect_is_not_followed(inbox, hook, cast):
    factories.make_case(cast.reporter)
    inbox.status = 302
    assert deliver_webhooks.func() == 0
    assert len(inbox.got) == 1


def test_gone_switches_it_off(inbox, hook, cast):
    factories.make_case(cast.reporter)
    inbox.status = 410
    deliver_webhooks.func()
    hook.refresh_from_db()
    assert not hook.active
    assert hook.why_off
    factories.make_case(cast.reporter)
    assert Delivery.objects.count() == 1


def test_a_system_that_is_shut_out_is_told_nothing(inbox, hook, system, cast):
    factories.make_case(cast.reporter)
    system.switch(cast.administrator, active=False)
    assert deliver_webhooks.func() == 0
    factories.make_case(cast.reporter)
    assert inbox.got == []
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.5/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://0.0.0.0/",
        "https://user:pass@example.com/",
        "https://finnes-ikke.invalid/",
        "ftp://example.com/",
        "https:///",
    ],
)
def test_an_address_inside_or_unsafe_is_refused(cast, system, url):
    with pytest.raises(ValidationError) as refused:
        Webhook.add(cast.administrator, system, url=url, events=["case.closed"])
    assert "url" in refused.value.message_dict


def test_a_name_that_comes_to_point_inside_is_not_called(monkeypatch):
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **kwargs: [(0, 0, 0, "", ("192.168.1.1", 443))])
    with pytest.raises(OSError, match="outside"):
        outgoing.post("https://example.com/", b"{}", {})


@pytest.mark.parametrize("who", ["leader", "quality_manager", "auditor"])
def test_only_the_administrator_adds_and_tries(hook, system, cast, who):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        Webhook.add(person, system, url=hook.url, events=["case.closed"])
    with pytest.raises(PermissionDenied):
        hook.try_out(person)


def test_a_trial_tells_nothing(inbox, hook, cast, login, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        login(cast.administrator).post(f"/integrasjoner/{hook.integration_id}/webhook/{hook.pk}/prov/")
    ((_headers, body),) = inbox.got
    assert json.loads(body)["type"] == "ping"
    assert json.loads(body)["data"] == {}
