"""A row of the form: one risk, scored before and after its measures (S51–S57)."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Case as Choice
from django.db.models import F, Q, When
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import risk as arithmetic
from cases.models import Case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from risk import cells
from risk.permissions import Act, can, visible_condition

from .assessment import Assessment


class RiskQuerySet(models.QuerySet["Risk"]):
    def live(self) -> Self:
        """Not removed."""
        return self.filter(removed_at=None)

    def visible_to(self, user: User) -> Self:
        """The rows of the assessments the person may read."""
        return self.live().filter(visible_condition(user, "assessment__"))

    def in_force(self) -> Self:
        """The rows of the decided versions that hold."""
        return self.live().filter(assessment__status=Assessment.Status.DECIDED)

    def with_scores(self) -> Self:
        """With `before`, the risk as assessed, and `now`, the risk as it is: the confirmed residual risk, else that."""
        before = F("probability") * F("consequence")
        after = F("residual_probability") * F("residual_consequence")
        return self.annotate(
            before=before,
            now=Choice(When(residual_confirmed_at__isnull=False, then=after), default=before),
        )

    def with_square(self) -> Self:
        """With `probability_now` and `consequence_now`: where the risk stands in the matrix as it is."""
        confirmed = Q(residual_confirmed_at__isnull=False)
        return self.annotate(
            probability_now=Choice(When(confirmed, then=F("residual_probability")), default=F("probability")),
            consequence_now=Choice(When(confirmed, then=F("residual_consequence")), default=F("consequence")),
        )

    def in_unit(self, unit: Unit) -> Self:
        """Of the assessments of the unit and the units below it."""
        return self.filter(assessment__unit__path__startswith=unit.path)

    def highest(self) -> Self:
        """The most serious now first; breaches of law before others that score the same."""
        return self.with_scores().exclude(now=None).order_by("-now", "-law_breach", "-before", "pk")

    def demanding(self) -> Self:
        """Those that demand a measure (S54): over 10, or breach of law."""
        return self.with_scores().filter(Q(before__gt=arithmetic.DEMANDS_MEASURE_ABOVE) | Q(law_breach=True))

    def for_list(self) -> Self:
        return self.select_related("assessment__unit", "assessment__leader", "responsible", "case")


class Risk(VersionedModel):
    """One row. `key` is the same in every version of the assessment. Cells are None or "" until they are filled in."""

    wagtail_reference_index_ignore = True

    assessment = models.ForeignKey(
        Assessment, verbose_name=_lazy("risk assessment"), on_delete=models.PROTECT, related_name="rows"
    )
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    place = models.FloatField(_lazy("place"), default=0, editable=False)
    aspect = models.TextField(_lazy("aspect – conditions and requirements"), blank=True)
    threat = models.TextField(_lazy("threat: what can happen, cause and effect"), blank=True)
    probability = models.PositiveSmallIntegerField(_lazy("probability"), null=True, blank=True)
    consequence = models.PositiveSmallIntegerField(_lazy("consequence"), null=True, blank=True)
    law_breach = models.BooleanField(_lazy("breach of law or regulation"), default=False)
    preventive = models.TextField(_lazy("preventive measures"), blank=True)
    limiting = models.TextField(_lazy("damage-limiting measures"), blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("responsible"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risks",
    )
    deadline = models.DateField(_lazy("deadline"), null=True, blank=True)
    residual_probability = models.PositiveSmallIntegerField(_lazy("probability after"), null=True, blank=True)
    residual_consequence = models.PositiveSmallIntegerField(_lazy("consequence after"), null=True, blank=True)
    residual_confirmed_at = models.DateTimeField(_lazy("residual risk confirmed"), null=True, editable=False)
    residual_confirmed_by = models.CharField(_lazy("confirmed by"), max_length=200, blank=True, editable=False)
    case = models.ForeignKey(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="risks",
        help_text=_lazy("The same in each version while the case is open."),
    )
    repeats_settled_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(_lazy("removed"), null=True, editable=False)

    history = Records()
    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("risk")
        verbose_name_plural = _lazy("risks")
        ordering = ["place", "pk"]
        indexes = [models.Index(fields=["key"], name="risk_key")]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "key"], name="one_row_per_key"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (1, 5)}),
                    name=f"risk_{field}_1_5",
                )
                for field in cells.SCORES
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.threat or self.aspect).chars(80)

    def get_absolute_url(self) -> str:
        """The row in its assessment."""
        return reverse("risk:row", args=[self.assessment_id, self.key])

    @property
    def score(self) -> int | None:
        """Probability × consequence before measures, 1–25."""
        return arithmetic.score(self.probability, self.consequence)

    @property
    def residual_score(self) -> int | None:
        """The same after measures, expected or confirmed."""
        return arithmetic.score(self.residual_probability, self.residual_consequence)

    @property
    def score_now(self) -> int | None:
        """The risk as it is: the confirmed residual risk, else the score."""
        return self.residual_score if self.residual_confirmed_at else self.score

    @property
    def demands_measure(self) -> bool:
        return arithmetic.demands_measure(self.score, self.law_breach)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filled in."""
        return not any(cells.values(self).values())

    @property
    def origin_label(self) -> str:
        """What a case that comes from the row calls it."""
        return _("The risk assessment “%(title)s”") % {"title": self.assessment.title}

    def readable_by(self, user: User) -> bool:
        """Whether the person may read the assessment it is in: for a case that shows what it comes from."""
        return can(user, Act.READ, self.assessment)

    # While the assessment is a draft

    @classmethod
    def add(
        cls,
        by: User,
        assessment: Assessment,
        *,
        key: uuid.UUID | None = None,
        after: "Risk | None" = None,
        **values: Any,
    ) -> "Risk":
        """A new row, last or after another one, with the cells that are known. The same `key` again gives the row
        already made. Raises PermissionDenied, and ValidationError when the assessment is locked."""
        with assessment.editing(by):
            if key and (existing := assessment.rows.filter(key=key).first()):
                return existing
            row = cls(assessment=assessment, key=key or uuid.uuid4(), place=place_after(assessment, after), **values)
            row.save_by(by)
        return row

    def write(self, by: User, *, version: int | None = None, **values: Any) -> None:
        """Fill in cells. Raises PermissionDenied, StaleVersion, and ValidationError when the assessment is locked."""
        with self.assessment.editing(by), self.changing(by, version=version):
            for name in values.keys() & cells.CELLS.keys():
                setattr(self, name, values[name])

    def remove(self, by: User) -> None:
        """Take the row out. It can be put back while the assessment is a draft."""
        with self.assessment.editing(by), self.changing(by):
            self.removed_at = clock.now()

    def restore(self, by: User) -> None:
        """Put a removed row back where it was."""
        with self.assessment.editing(by), self.changing(by):
            self.removed_at = None

    def move(self, by: User, *, after: "Risk | None") -> None:
        """Put the row after another one; first when there is none."""
        with self.assessment.editing(by), self.changing(by):
            self.place = place_after(self.assessment, after, first=after is None, moving=self)

    def duplicate(self, by: User, *, key: uuid.UUID | None = None) -> "Risk":
        """The same row once more, right after this one."""
        values = {name: getattr(self, name) for name in cells.CELLS}
        return Risk.add(by, self.assessment, key=key, after=self, **values)

    def copy_to(self, by: User, assessment: Assessment, *, anew: bool) -> "Risk":
        """The row in a new assessment. `anew`: of something else, so without scores, people and cases. Else in the next
        version, where the risk as it is now is the one to assess, and what is done is not to be done again."""
        if anew:
            kept = {name: getattr(self, name) for name in cells.TEXTS}
            row = Risk(assessment=assessment, place=self.place, **kept)
        else:
            row = self._next_version(assessment)
        row.save_by(by)
        for link in self.links.all():
            link.pk, link.risk = None, row
            link._history_user = by
            link.save()
        return row

    def _next_version(self, assessment: Assessment) -> "Risk":
        kept = {name: getattr(self, name) for name in cells.CELLS}
        if self.residual_confirmed_at:
            kept |= {"probability": self.residual_probability, "consequence": self.residual_consequence}
            kept |= dict.fromkeys(("residual_probability", "residual_consequence", "responsible", "deadline"))
            kept |= {"preventive": "", "limiting": ""}
        return Risk(
            assessment=assessment,
            key=self.key,
            place=self.place,
            case=None if self.residual_confirmed_at else self.case,
            repeats_settled_at=self.repeats_settled_at,
            **kept,
        )

    # After the decision

    def confirm_residual(self, by: User, *, probability: int, consequence: int, version: int | None = None) -> None:
        """A person confirms the risk that is left when the measures are done (S57).

        Raises PermissionDenied; StaleVersion; and ValidationError by field: when the assessment is not in force, the
        case is still open, or the risk left is higher than the risk was.
        """
        if not can(by, Act.FOLLOW_UP, self.assessment):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.assessment.demand_in_force()
            if self.case and self.case.is_open:
                raise ValidationError(
                    _("The measures are not finished yet: case %(case)s is open.") % {"case": self.case}
                )
            if probability * consequence > (self.score or 0):
                raise ValidationError(
                    {
                        "probability": _("The risk that is left can't be higher than the risk was (%(score)s).")
                        % {"score": self.score}
                    }
                )
            self.residual_probability, self.residual_consequence = probability, consequence
            self.residual_confirmed_at, self.residual_confirmed_by = clock.now(), by.get_full_name()

    def settle_repeats(self, by: User, *, reason: str) -> None:
        """The deviations that repeat on a linked page are considered, and change nothing: those that came until now
        are not held up again. Raises PermissionDenied, and ValidationError without a reason."""
        if not can(by, Act.FOLLOW_UP, self.assessment):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the probability stays as it is.")})
        with self.changing(by, reason=reason[:100]):
            self.repeats_settled_at = clock.now()


def place_after(
    assessment: Assessment, after: Risk | None, *, first: bool = False, moving: Risk | None = None
) -> float:
    """A place right after a row, or last; between two rows there is always room for one more."""
    rows = assessment.rows.exclude(pk=moving.pk) if moving else assessment.rows.all()
    if first:
        lowest = rows.aggregate(place=models.Min("place"))["place"]
        return 1.0 if lowest is None else lowest - 1
    if after is None:
        highest = rows.aggregate(place=models.Max("place"))["place"]
        return 1.0 if highest is None else highest + 1
    following = rows.filter(place__gt=after.place).order_by("place").values_list("place", flat=True).first()
    if following is None:
        return after.place + 1
    middle = (after.place + following) / 2
    if after.place < middle < following:
        return middle
    _spread(rows)
    after.refresh_from_db(fields=["place"])
    return after.place + 0.5


def _spread(rows: RiskQuerySet) -> None:
    """Whole numbers again, when rows were put between two so often that there is no number left between them."""
    for place, row in enumerate(rows.order_by("place", "pk"), 1):
        row.place = float(place)
        row.save()
