"""What is frozen with a checksum, for ever: the figures when a meeting starts, the minutes when it is closed, the yearly
report when it is issued (ISO 9001 clauses 7.5.3 and 9.3.3)."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock


def checksum(content: Any) -> str:
    """sha256 of the content written in one way only."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Frozen(models.Model):
    """Content as it was. Never changed, guarded in the database."""

    append_only = True

    content = models.JSONField(_("as it was"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("checksum"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("frozen by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        abstract = True

    @classmethod
    def freeze(cls, by: Any, content: dict[str, Any], **of: Any) -> Any:
        """Keep the content with its checksum, in the transaction of the step that calls."""
        facts = {"content": content, "sha256": checksum(content), "by": by, "by_name": by.get_full_name()}
        return cls.objects.create(at=clock.now(), **facts, **of)  # type: ignore[attr-defined]

    @property
    def is_whole(self) -> bool:
        """Whether the content is what the checksum was made of."""
        return checksum(self.content) == self.sha256


class FrozenReview(Frozen):
    """The figures of a review, or its minutes."""

    class What(models.TextChoices):
        FIGURES = "figures", _("Figures")
        MINUTES = "minutes", _("Minutes")

    review = models.ForeignKey(
        "results.Review", verbose_name=_("management review"), on_delete=models.PROTECT, related_name="frozen"
    )
    what = models.CharField(_("what"), max_length=10, choices=What)

    class Meta:
        verbose_name = _("frozen part of a management review")
        verbose_name_plural = _("frozen parts of management reviews")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "what"], name="each_part_of_a_review_frozen_once")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.what}"


class FrozenReport(Frozen):
    """The yearly report to the council as it was issued."""

    report = models.OneToOneField(
        "results.AnnualReport", verbose_name=_("yearly report"), on_delete=models.PROTECT, related_name="frozen"
    )

    class Meta:
        verbose_name = _("issued yearly report")
        verbose_name_plural = _("issued yearly reports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%Y-%m-%d}"
