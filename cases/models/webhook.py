"""Telling other systems what happens, by the Standard Webhooks scheme (G28): signed, tried again, never the content."""

import base64
import datetime
import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_tasks import task

from cases import outgoing
from cases.permissions import Act, can
from organisation import outbox
from organisation.history import Records, VersionedModel
from organisation.models import User
from organisation.outbox import ANSWER_LENGTH, OutboxQuerySet, Outgoing

from .integration import Integration, demand_integrations
from .timeline import Entry

if TYPE_CHECKING:
    from .case import Case

# What is told, and the event of the timeline it comes from.
TOLD = {
    Entry.Event.RECEIVED: "case.received",
    Entry.Event.ASSESSED: "case.assessed",
    Entry.Event.ALL_DONE: "case.measures_done",
    Entry.Event.CLOSED: "case.closed",
    Entry.Event.REJECTED: "case.rejected",
    Entry.Event.DUPLICATE: "case.duplicate",
    Entry.Event.TAKEN_OVER: "case.taken_over",
    Entry.Event.REOPENED: "case.reopened",
    Entry.Event.REASSIGNED: "case.reassigned",
}
EVENTS = tuple(TOLD.values())
# Seconds to wait after each failed try: about two days in all.
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> Self:
        return self.filter(active=True, integration__active=True)

    def announce(self, case: "Case", event: str) -> None:
        """Queue the event for every system that asked for it and may read the case. In the transaction of the event."""
        kind = TOLD.get(Entry.Event(event))
        if kind is None:
            return
        hooks = [
            hook
            for hook in self.active().select_related("integration__user")
            if kind in hook.events and can(hook.integration.user, Act.READ, case)
        ]
        for hook in hooks:
            hook.queue(kind, {"reference": case.reference, "kind": case.kind, "status": case.status})


class Webhook(VersionedModel):
    """An address that is told. The key it is signed with is derived from the installation's own secret and `seed`, so
    it is not kept; a new seed is a new key."""

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="webhooks")
    url = models.URLField(_lazy("address"), max_length=300)
    events = models.JSONField(_lazy("is told about"), default=list)
    seed = models.UUIDField(default=uuid.uuid4, editable=False)
    active = models.BooleanField(_lazy("active"), default=True)
    why_off = models.CharField(_lazy("why it is off"), max_length=200, blank=True)

    history = Records(excluded_fields=["seed"])
    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("webhook")
        verbose_name_plural = _lazy("webhooks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url

    @classmethod
    def add(cls, by: User, integration: Integration, *, url: str, events: list[str]) -> "Webhook":
        """Raises PermissionDenied, and ValidationError when the address is not one that may be called."""
        demand_integrations(by)
        if not events:
            raise ValidationError({"events": _("Choose what it is told about.")})
        if reason := outgoing.why_not(url):
            raise ValidationError({"url": reason})
        hook = cls(integration=integration, url=url, events=[event for event in EVENTS if event in events])
        hook.save_by(by)
        return hook

    def switch(self, by: User, *, active: bool, version: int | None = None) -> None:
        demand_integrations(by)
        with self.changing(by, version=version):
            self.active, self.why_off = active, ""

    def shut(self, why: str) -> None:
        """Off because of what the receiver answered."""
        with self.changing(None, reason=why):
            self.active, self.why_off = False, why

    def try_out(self, by: User) -> None:
        """Send an event that tells nothing, so that the receiver can check the signature."""
        demand_integrations(by)
        self.queue("ping", {})

    @property
    def key(self) -> bytes:
        return hmac.new(settings.SECRET_KEY.encode(), b"webhook:" + self.seed.bytes, hashlib.sha256).digest()

    @property
    def secret(self) -> str:
        """What the receiver checks the signature with, in the scheme's own form."""
        return "whsec_" + base64.b64encode(self.key).decode()

    def queue(self, kind: str, data: dict[str, Any]) -> None:
        body = {"type": kind, "timestamp": timezone.now().isoformat(), "data": data}
        self.deliveries.create(kind=kind, body=json.dumps(body))
        transaction.on_commit(deliver_webhooks.enqueue)


class DeliveryQuerySet(OutboxQuerySet["Delivery"]):
    def due(self) -> Self:
        """Not to an address or a system that is shut off."""
        return super().due().filter(webhook__active=True, webhook__integration__active=True)


class Delivery(Outgoing):
    """One event to one address. Delivered at least once, always with the same `key`, by which the receiver knows it."""

    class State(models.TextChoices):
        WAITING = outbox.WAITING, _lazy("Waiting")
        TAKEN = outbox.TAKEN, _lazy("Being sent")
        DELIVERED = "delivered", _lazy("Delivered")
        FAILED = "failed", _lazy("Given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(_lazy("event"), max_length=40)
    body = models.TextField()
    state = models.CharField(_lazy("state"), max_length=12, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("delivery")
        verbose_name_plural = _lazy("deliveries")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def headers(self) -> dict[str, str]:
        """The signature over id, time and body (Standard Webhooks, "v1": HMAC-SHA256)."""
        name, now = f"msg_{self.key.hex}", str(int(timezone.now().timestamp()))
        signed = hmac.new(self.webhook.key, f"{name}.{now}.{self.body}".encode(), hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": now,
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }

    def attempt(self) -> bool:
        """Deliver it now; whether the receiver took it. 410 switches the webhook off."""
        try:
            status = outgoing.post(self.webhook.url, self.body.encode(), self.headers())
        except OSError as error:
            return self._later(str(error))
        if 200 <= status < 300:
            self.move(self.State.DELIVERED, answer=str(status))
            return True
        if status == 410:
            self.webhook.shut(_("The receiver answered 410 Gone."))
        return self._later(str(status))

    def _later(self, answer: str) -> bool:
        if self.tries > len(WAITS):
            self.move(self.State.FAILED, answer=answer[:ANSWER_LENGTH])
        else:
            self.wait(datetime.timedelta(seconds=WAITS[self.tries - 1]), answer)
        return False


@task()
def deliver_webhooks() -> int:
    """Deliver what is due; how many were taken by their receivers."""
    done = 0
    while delivery := Delivery.objects.take():
        done += delivery.attempt()
    return done
