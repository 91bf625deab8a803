"""What is to leave this installation: written in the transaction of what it tells about, and sent by a worker afterwards
until the other side has taken it."""

import datetime
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WAITING, TAKEN = "waiting", "taken"
ABANDONED_AFTER = datetime.timedelta(minutes=10)  # a worker that took something and was killed
ANSWER_LENGTH = 300

Kind = TypeVar("Kind", bound="Outgoing")


class OutboxQuerySet(models.QuerySet[Kind]):
    def due(self) -> Self:
        """To be sent now: waiting, or taken by a worker that is gone."""
        now = timezone.now()
        waiting = models.Q(state=WAITING, due_at__lte=now)
        return self.filter(waiting | models.Q(state=TAKEN, taken_at__lt=now - ABANDONED_AFTER))

    @transaction.atomic
    def take(self) -> Kind | None:
        """The next to send, for this worker alone; None when there is none."""
        taken = self.due().order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if taken:
            taken.move(TAKEN, taken_at=timezone.now(), tries=taken.tries + 1)
        return taken


class Outgoing(models.Model):
    """One thing to send. What inherits this has a `state` of its own, with `WAITING` and `TAKEN` among its choices."""

    state = models.CharField(max_length=12, default=WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    answer = models.CharField(_("what the other side said"), max_length=ANSWER_LENGTH, blank=True)
    due_at = models.DateTimeField(_("to be sent"), default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def move(self, state: str, **fields: Any) -> None:
        """Another state, saved at once."""
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *fields])

    def wait(self, wait: datetime.timedelta, why: object) -> None:
        """Send it again after a while."""
        self.move(WAITING, due_at=timezone.now() + wait, answer=str(why)[:ANSWER_LENGTH])
