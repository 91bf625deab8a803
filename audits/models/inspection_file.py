"""Letters, reports and other files of an inspection (S40), and how one that was uploaded wrongly is taken away."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.control_permissions import Act
from cases.models.attachment import PrivateFile
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User

from .inspection import Inspection

if TYPE_CHECKING:
    from cases.uploads import CleanFile


class InspectionFileQuerySet(models.QuerySet["InspectionFile"]):
    def live(self) -> Self:
        """Not taken away."""
        return self.filter(taken_away_at=None)


class InspectionFile(PrivateFile, VersionedModel):
    """A letter or report of an inspection, for those who may read it. Taken away, it is opened by nobody."""

    folder = "inspections"

    class Kind(models.TextChoices):
        NOTICE = "notice", _lazy("Notice")
        DOCUMENT = "document", _lazy("What was sent in")
        REPORT = "report", _lazy("Report")
        ANSWER = "answer", _lazy("Answer")
        OTHER = "other", _lazy("Other")

    inspection = models.ForeignKey(
        Inspection, verbose_name=_lazy("inspection"), on_delete=models.PROTECT, related_name="files"
    )
    kind = models.CharField(_lazy("what it is"), max_length=10, choices=Kind, default=Kind.OTHER)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_lazy("uploaded"), default=clock.now)
    taken_away_at = models.DateTimeField(_lazy("taken away"), null=True, editable=False)
    taken_away_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("taken away by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    taken_away_reason = models.TextField(_lazy("why it was taken away"), blank=True, editable=False)

    history = Records()
    objects = InspectionFileQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("file of an inspection")
        verbose_name_plural = _lazy("files of inspections")
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("audits:inspection_file", args=[self.inspection.kind, self.inspection_id, self.pk])

    @property
    def is_taken_away(self) -> bool:
        return self.taken_away_at is not None

    @classmethod
    def keep(cls, by: User, inspection: Inspection, files: "Iterable[CleanFile]", kind: str) -> "list[InspectionFile]":
        """Letters and reports, checked and cleaned by `cases.uploads`. Raises PermissionDenied."""
        inspection._demand(by, Act.KEEP)
        facts = {"inspection": inspection, "kind": kind, "uploaded_by": by, "uploaded_at": clock.now()}
        rows = [cls.holding(file, **facts) for file in files]
        for row in rows:
            row.save_by(by)
        return rows

    def take_away(self, by: User, *, reason: str, version: int | None = None) -> None:
        """It should not be here: from now on nobody opens it, inspectors from outside neither. Its name, and who took it
        away, when and why, stay.

        Raises PermissionDenied, StaleVersion, and ValidationError, also when the inspection is closed.
        """
        self.inspection._demand(by, Act.KEEP)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self._changing_while_open(by, version, reason.strip()):
            if self.is_taken_away:
                raise ValidationError(_("The file is taken away already."))
            self.taken_away_at, self.taken_away_by, self.taken_away_reason = clock.now(), by, reason.strip()

    def put_back(self, by: User, *, version: int | None = None) -> None:
        """It was right after all; that it was away stays in the history. Raises as `take_away`."""
        self.inspection._demand(by, Act.KEEP)
        with self._changing_while_open(by, version):
            if not self.is_taken_away:
                raise ValidationError(_("The file is here already."))
            self.taken_away_at, self.taken_away_by, self.taken_away_reason = None, None, ""

    @contextmanager
    def _changing_while_open(self, by: User, version: int | None, reason: str = "") -> Iterator[None]:
        """`changing`, with the inspection locked so that nobody closes it meanwhile."""
        with self.changing(by, version=version, reason=reason):
            self.inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=self.inspection_id)
            self.inspection._demand(by, Act.KEEP)
            if self.inspection.is_closed:
                raise ValidationError(_("The inspection is closed, and its files stand."))
            yield
