"""What assessments are made from: templates with their threats, the controls in place, and what is assessed."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from risk.permissions import may_begin
from risk.uses import SubKind, Use, belong_together


class ActiveQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(active=True)


class TemplateQuerySet(ActiveQuerySet):
    def for_use(self, use: str, sub_kind: str = "") -> Self:
        """Those in use that fit: of the use, and of the sub-kind or of all of them."""
        return self.active().filter(use=use, sub_kind__in=("", sub_kind))


class Template(VersionedModel):
    """A form to begin from, with a version of its own (S50) and rows that are often needed (G23, S58)."""

    name = models.CharField(_lazy("name"), max_length=120, unique=True)
    use = models.CharField(_lazy("use"), max_length=20, choices=Use)
    sub_kind = models.CharField(_lazy("sub-kind"), max_length=20, choices=SubKind, blank=True)
    version_label = models.CharField(_lazy("version"), max_length=40, help_text=_lazy("Such as a date."))
    about = models.TextField(_lazy("when to use it"), blank=True)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("template for risk assessments")
        verbose_name_plural = _lazy("templates for risk assessments")
        ordering = ["use", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError when the sub-kind is not one of the use's."""
        if not belong_together(self.use, self.sub_kind):
            raise ValidationError({"sub_kind": _("This sub-kind belongs to another use.")})


class ThreatQuerySet(ActiveQuerySet):
    def for_use(self, use: str) -> Self:
        """The library of a use: every threat in use of its templates in use."""
        return self.active().filter(template__use=use, template__active=True).select_related("template")


class Threat(VersionedModel):
    """One row of a template, and one threat of the library of its use."""

    template = models.ForeignKey(
        Template, verbose_name=_lazy("template"), on_delete=models.PROTECT, related_name="threats"
    )
    place = models.PositiveIntegerField(_lazy("place"), default=0)
    aspect = models.TextField(_lazy("aspect – conditions and requirements"), blank=True)
    threat = models.TextField(_lazy("what can happen"))
    preventive = models.TextField(_lazy("preventive measures often used"), blank=True)
    limiting = models.TextField(_lazy("damage-limiting measures often used"), blank=True)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = ThreatQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("threat in the library")
        verbose_name_plural = _lazy("threats in the library")
        ordering = ["template", "place", "pk"]

    def __str__(self) -> str:
        return self.threat[:80]


class Control(VersionedModel):
    """Something we do already that keeps a risk down (S44): a barrier, a control of an information security standard."""

    code = models.CharField(_lazy("code"), max_length=40, unique=True, help_text=_lazy("Short and lasting."))
    name = models.CharField(_lazy("name"), max_length=120)
    description = models.TextField(_lazy("how it works"), blank=True)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("control")
        verbose_name_plural = _lazy("controls")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Subject(VersionedModel):
    """What an assessment can be about: an IT system, an IT asset (ISO 27001 clause A.5.9) or an environmental aspect
    (ISO 14001 clause 6.1.2)."""

    class Kind(models.TextChoices):
        IT_SYSTEM = "it_system", _lazy("IT system")
        IT_ASSET = "it_asset", _lazy("IT asset")
        ENVIRONMENTAL_ASPECT = "environmental_aspect", _lazy("Environmental aspect")

    class Weight(models.IntegerChoices):
        LOW = 1, _lazy("Low")
        MEDIUM = 2, _lazy("Medium")
        HIGH = 3, _lazy("High")

    kind = models.CharField(_lazy("kind"), max_length=25, choices=Kind)
    name = models.CharField(_lazy("name"), max_length=120)
    description = models.TextField(_lazy("what it is"), blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="risk_subjects")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    weight = models.PositiveSmallIntegerField(
        _lazy("how much it matters"),
        choices=Weight,
        default=Weight.MEDIUM,
        help_text=_lazy("For a system: what it costs us that it fails or leaks. For an aspect: how much it harms."),
    )
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("asset or aspect")
        verbose_name_plural = _lazy("assets and aspects")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name", "unit"], name="one_subject_of_a_name_in_a_unit"),
            models.CheckConstraint(condition=Q(weight__range=(1, 3)), name="subject_weight_1_3"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def add(cls, by: User, **facts: Any) -> "Subject":
        """Something new that can be assessed. Raises PermissionDenied for who may not work with risk at the unit, and
        ValidationError by field, also when the unit has one of that kind and name."""
        subject = cls(**facts)
        subject._guard(by)
        subject.save_by(by)
        return subject

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied for who may not work with risk both at the unit it has and at the one it gets,
        StaleVersion, and ValidationError as `add`."""
        with self.changing(by, version=version):
            if not may_begin(by, self.unit):
                raise PermissionDenied
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard(by)

    def _guard(self, by: User) -> None:
        if not may_begin(by, self.unit):
            raise PermissionDenied
        alike = Subject.objects.filter(kind=self.kind, name=self.name, unit=self.unit).exclude(pk=self.pk)
        if alike.exists():
            raise ValidationError({"name": _("%(unit)s has one with this name already.") % {"unit": self.unit}})
        self.full_clean(validate_constraints=False)
