"""What is frozen of a review and of a yearly report: the figures when a meeting starts, the minutes when it is closed, the
report when it is issued (ISO 9001 clauses 7.5.3 and 9.3.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.frozen import Frozen


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
