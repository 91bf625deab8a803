"""Hand-over of an ended case to the archive (S35): what was handed over, how it went, and the archive's number."""

import hashlib
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.permissions import Act, can, visible_condition
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User

from .attachment import private_storage
from .case import Case
from .notice import Notice
from .timeline import Entry


def package_name(handover: "Handover", _filename: str) -> str:
    return f"archive/{handover.name}"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        """Those of the cases the person may read."""
        return self.filter(visible_condition(user, "case__"))

    def made(self) -> Self:
        return self.filter(state=Handover.State.MADE)

    def delivered(self) -> Self:
        return self.filter(state=Handover.State.DELIVERED)


class Handover(VersionedModel):
    """A case as it was when it ended, on its way to the archive or received there.

    One for each time the case has ended: `closed_at` is that time. What failed is tried again in the same row.
    """

    class State(models.TextChoices):
        MADE = "made", _lazy("Made")
        DELIVERED = "delivered", _lazy("Delivered")
        RECEIVED = "received", _lazy("Received by the archive")
        FAILED = "failed", _lazy("Failed")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    closed_at = models.DateTimeField(editable=False)
    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.MADE)
    package = models.FileField(_lazy("package"), storage=private_storage, upload_to=package_name, max_length=200)
    sha256 = models.CharField(_lazy("checksum"), max_length=64, blank=True)
    size = models.PositiveIntegerField(_lazy("size in bytes"), default=0)
    tries = models.PositiveSmallIntegerField(_lazy("tries"), default=1)
    reason = models.TextField(_lazy("why it failed"), blank=True)
    archive_number = models.CharField(_lazy("number in the archive"), max_length=60, blank=True)
    made_at = models.DateTimeField(_lazy("made"), default=clock.now)
    delivered_at = models.DateTimeField(_lazy("delivered"), null=True, blank=True)
    received_at = models.DateTimeField(_lazy("received"), null=True, blank=True)

    history = Records()
    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("hand-over to the archive")
        verbose_name_plural = _lazy("hand-overs to the archive")
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["case", "closed_at"], name="handed_over_once_each_time_it_ends")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The file name of the package, the same each time it is tried."""
        return f"{self.case.reference}-{self.closed_at:%Y%m%d%H%M%S}.zip"

    @classmethod
    @transaction.atomic
    def make(cls, by: User, case: Case, package: bytes, *, version: int | None = None) -> "Handover":
        """Hand over an ended case. Raises ValidationError when it is open, or was handed over since it ended."""
        if not can(by, Act.ARCHIVE, case):
            raise PermissionDenied
        with case.changing(by, version=version):
            case._demand_status(*Case.ENDED)
            if case.handovers.filter(closed_at=case.closed_at).exists():  # type: ignore[misc]
                raise ValidationError(_("The case is already handed over. It can be again when it has been reopened."))
            handover = cls(case=case, closed_at=case.closed_at)  # type: ignore[misc]
            handover._keep(package)
            handover.save_by(by)
            case._log(by, Entry.Event.ARCHIVING, handover.name)
        return handover

    def try_again(self, by: User, package: bytes, *, version: int | None = None) -> None:
        """Hand over once more what failed, as the case is now."""
        if not can(by, Act.ARCHIVE, self.case):
            raise PermissionDenied
        with self.changing(by, version=version):
            self._demand(self.State.FAILED)
            if self.case.closed_at != self.closed_at:
                raise ValidationError(_("The case is taken up again. Hand it over when it has ended."))
            self._keep(package)
            self.state, self.reason, self.tries = self.State.MADE, "", self.tries + 1
            self.delivered_at = None

    def deliver(self, by: User | None) -> None:
        """The package is where the archive takes it: the outgoing folder, or downloaded by a person."""
        with self.changing(by):
            self._demand(self.State.MADE, self.State.DELIVERED)
            self.state, self.delivered_at = self.State.DELIVERED, self.delivered_at or clock.now()

    def receive(self, by: User | None, *, number: str, version: int | None = None) -> None:
        """The archive has it, under this number. `by` is nobody when the archive's own receipt says so."""
        self._demand_right(by)
        if not number.strip():
            raise ValidationError({"number": _("Write the number in the archive.")})
        with self.changing(by, version=version):
            self._demand(self.State.MADE, self.State.DELIVERED)
            self.state, self.received_at = self.State.RECEIVED, clock.now()
            self.archive_number = number.strip()
            self.case._log(by, Entry.Event.ARCHIVED, self.archive_number)

    def fail(self, by: User | None, *, reason: str, version: int | None = None) -> None:
        """It did not come through, and why. Who made the package is told."""
        self._demand_right(by)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why it failed.")})
        with self.changing(by, version=version):
            self._demand(self.State.MADE, self.State.DELIVERED)
            self.state, self.reason = self.State.FAILED, reason.strip()
            Notice.tell([self._made_by()], Notice.Kind.NOT_ARCHIVED, self.case, by=by)

    def _made_by(self) -> User | None:
        return self.history.earliest().history_user

    def _keep(self, package: bytes) -> None:
        self.sha256, self.size = hashlib.sha256(package).hexdigest(), len(package)
        self.package.save(self.name, ContentFile(package), save=False)

    def _demand_right(self, by: User | None) -> None:
        if by is not None and not can(by, Act.ARCHIVE, self.case):
            raise PermissionDenied

    def _demand(self, *states: Any) -> None:
        if self.state not in states:
            text = _("The hand-over is “%(state)s”, so this can't be done now.")
            raise ValidationError(text % {"state": self.get_state_display()})
