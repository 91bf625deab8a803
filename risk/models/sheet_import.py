"""A sheet that was read and waits until the person has looked at it: nothing is saved of it before that (issue 5)."""

import datetime
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Unit, User
from risk.permissions import Act, can, may_begin, taking_part_condition

from .assessment import Assessment
from .row import Risk

KEPT = datetime.timedelta(14)


class SheetImportQuerySet(models.QuerySet["SheetImport"]):
    def visible_to(self, user: User) -> Self:
        """A sheet that was read is its reader's own."""
        return self.filter(by=user)

    def waiting(self) -> Self:
        """Those that nothing has come of yet."""
        return self.filter(assessment=None)

    def forget_old(self) -> int:
        """Delete those that were read more than two weeks ago; says how many."""
        number, _by_model = self.filter(at__lt=clock.now() - KEPT).delete()
        return number


class SheetImport(models.Model):
    """What one file said, with what the person has put right since. `content` is `risk.sheet.reading.Reading` as plain
    values; `assessment` what came of it."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_lazy("file"), max_length=120)
    at = models.DateTimeField(_lazy("read"), default=clock.now)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("sheet that was read")
        verbose_name_plural = _lazy("sheets that were read")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_sheet_per_form")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("risk:sheet_import", args=[self.pk])

    @classmethod
    def keep(cls, by: User, *, name: str, content: Mapping[str, Any], key: uuid.UUID | None = None) -> "SheetImport":
        """Keep what was read until the person has looked at it. The same `key` again gives the one already kept.
        Raises PermissionDenied."""
        if not may_import(by):
            raise PermissionDenied
        kept, _created = cls.objects.get_or_create(
            by=by, key=key or uuid.uuid4(), defaults={"name": name, "content": content, "at": clock.now()}
        )
        return kept

    def correct(self, by: User, rows: list[dict[str, Any]]) -> None:
        """Keep what the person has put right. Raises PermissionDenied."""
        with self._own(by):
            self.content = {**self.content, "rows": rows}
            self.save()

    def begin(self, by: User, rows: Collection[Mapping[str, Any]], *, unit: Unit, **head: Any) -> Assessment:
        """A new draft with these rows; once, however often it is asked. Raises as `Assessment.begin`, and
        ValidationError without rows."""
        with self._own(by):
            if self.assessment:
                return self.assessment
            if not rows:
                raise ValidationError(_("There are no rows left to make a draft of."))
            label = self.content["head"]["template"]
            self.assessment = Assessment.begin(by, unit=unit, key=self.key, rows=rows, template_label=label, **head)
            self.save()
        return self.assessment

    def draft_of(self, user: User) -> Assessment | None:
        """The draft the file was made from, when the person may fill it in."""
        if not self.content["assessment"]:
            return None
        draft = Assessment.objects.drafts().visible_to(user).filter(key=self.content["assessment"]).first()
        return draft if draft and can(user, Act.EDIT, draft) else None

    def update_draft(
        self,
        by: User,
        draft: Assessment,
        *,
        shown: str,
        cells: Mapping[Risk, Mapping[str, Any]],
        rows: Collection[Mapping[str, Any]],
    ) -> Assessment:
        """Write these cells and new rows into the draft; once, however often it is asked. `shown` is the fingerprint of
        the draft as the person compared it. Raises PermissionDenied, StaleVersion when somebody has written in the
        draft since, and ValidationError when it is not a draft any more."""
        with self._own(by), draft.editing(by):
            if self.assessment:
                return self.assessment
            if shown != draft.fingerprint():
                raise StaleVersion(draft)
            for row, values in cells.items():
                row.write(by, **values)
            for values in rows:
                Risk.add(by, draft, **values)
            self.assessment = draft
            self.save()
        return draft

    @contextmanager
    def _own(self, by: User) -> Iterator[None]:
        """Lock the person's own sheet while the block runs."""
        if by.pk != self.by_id:
            raise PermissionDenied
        with transaction.atomic():
            self.refresh_from_db(from_queryset=SheetImport.objects.select_for_update(of=("self",)))
            yield

    def discard(self, by: User) -> None:
        """The person doesn't need it. Raises PermissionDenied."""
        if by.pk != self.by_id:
            raise PermissionDenied
        self.delete()


def may_import(user: User) -> bool:
    """Whether the person may read in a sheet: those who may begin an assessment somewhere, and those who fill in a
    draft."""
    return may_begin(user) or (
        user.is_active and Assessment.objects.drafts().filter(taking_part_condition(user)).exists()
    )
