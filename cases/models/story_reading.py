"""How often the stories are read (S30)."""

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from organisation import clock

if TYPE_CHECKING:
    from .case import Case


class StoryReading(models.Model):
    """How many read a story on one day. Who they were is not kept."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="readings")
    day = models.DateField(_("day"))
    times = models.PositiveIntegerField(_("times read"), default=0)

    class Meta:
        verbose_name = _("reading of a story")
        verbose_name_plural = _("readings of stories")
        constraints = [models.UniqueConstraint(fields=["case", "day"], name="one_count_per_story_and_day")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.day}: {self.times}"

    @classmethod
    @transaction.atomic
    def count(cls, case: "Case") -> None:
        """One more has read the story today."""
        row, _created = cls.objects.get_or_create(case=case, day=clock.today())
        cls.objects.filter(pk=row.pk).update(times=F("times") + 1)
