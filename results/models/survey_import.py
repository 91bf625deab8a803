"""A survey file that was read and waits until the person has looked at it: nothing is saved of it before that (S66)."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.models import User
from results.survey import proposal

from .indicator import Indicator
from .measurement import Measurement

KEPT = datetime.timedelta(14)


class SurveyImportQuerySet(models.QuerySet["SurveyImport"]):
    def visible_to(self, user: User) -> Self:
        """A file that was read is its reader's own."""
        return self.filter(by=user) if user.is_active else self.none()

    def waiting(self) -> Self:
        return self.filter(saved_at=None)

    def forget_old(self) -> int:
        """Delete those that nothing came of within two weeks; says how many."""
        number, _by_model = self.waiting().filter(at__lt=clock.now() - KEPT).delete()
        return number


class SurveyImport(models.Model):
    """What one file said, and how the person has read it: `content` is what `survey.reading` found, `choices` which unit,
    indicator and period each name means and which values replace others, `report` what came of it."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_lazy("file"), max_length=120)
    at = models.DateTimeField(_lazy("read"), default=clock.now)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    choices = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    report = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    saved_at = models.DateTimeField(_lazy("saved"), null=True)

    objects = SurveyImportQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("survey file that was read")
        verbose_name_plural = _lazy("survey files that were read")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_survey_per_form")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("results:survey", args=[self.pk])

    @classmethod
    def keep(
        cls, by: User, *, name: str, content: Mapping[str, Any], period: str = "", key: uuid.UUID | None = None
    ) -> "SurveyImport":
        """Keep what was read until the person has looked at it. The same `key` again gives the one already kept."""
        if not proposal.may_import(by):
            raise PermissionDenied
        facts = {"name": name, "content": content, "choices": {"period": period}, "at": clock.now()}
        kept, _created = cls.objects.get_or_create(by=by, key=key or uuid.uuid4(), defaults=facts)
        return kept

    def choose(self, by: User, choices: Mapping[str, Any]) -> None:
        """Keep how the person reads the file. Raises PermissionDenied, and ValidationError when it is saved already."""
        with transaction.atomic():
            self._own(by)
            if self.saved_at:
                raise ValidationError(_("The file is saved already."))
            self.choices = dict(choices)
            self.save()

    def confirm(self, by: User) -> dict[str, Any]:
        """Save what is proposed as measurements, all or nothing, and once however often it is asked. What was not
        understood is left out, and the report says so.

        Raises PermissionDenied, and ValidationError when nothing is left to save.
        """
        with transaction.atomic():
            self._own(by)
            if self.saved_at:
                return self.report
            rows = proposal.rows(by, self.content, self.choices)
            kept = [row for row in rows if row.is_saved]
            if not kept:
                raise ValidationError(_("There is nothing to save. Choose what the names in the file mean."))
            for row in kept:
                self._save(by, row)
            self.report = proposal.report(rows)
            self.saved_at = clock.now()
            self.save()
        return self.report

    def _save(self, by: User, row: "proposal.Row") -> None:
        if row.indicator is None or row.unit is None or row.period is None or row.value is None:
            raise ValidationError(_("There is nothing to save. Choose what the names in the file mean."))
        note = _("From “%(file)s”, line %(line)s") % {"file": self.name, "line": row.line}
        facts: dict[str, Any] = {"value": row.value, "answers": row.answers, "note": note}
        facts["source"] = Indicator.Source.SURVEY
        if row.replaces is None:
            Measurement.record(by, row.indicator, row.unit, row.period, **facts)
        else:
            row.replaces.correct(by, reason=note, **facts)

    def discard(self, by: User) -> None:
        """The person doesn't need it. Raises PermissionDenied, and ValidationError when something came of it."""
        with transaction.atomic():
            self._own(by)
            if self.saved_at:
                raise ValidationError(_("The file is saved already."))
            self.delete()

    def _own(self, by: User) -> None:
        if by.pk != self.by_id:
            raise PermissionDenied
        self.refresh_from_db(from_queryset=SurveyImport.objects.select_for_update(of=("self",)))
