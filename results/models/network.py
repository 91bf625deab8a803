"""What we are a member of, take part in, are certified by or work together on (S76), and whether it is worth it."""

import datetime
import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MinValueValidator, URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from results.permissions import may_manage

OWN = ("purpose", "benefit", "organisation", "address", "evaluate_on")  # what the contact person may change


class NetworkQuerySet(models.QuerySet["Network"]):
    def current(self) -> Self:
        """Begun or to begin, and not over."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=clock.today()))

    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def to_evaluate(self, by: datetime.date) -> Self:
        """Current, to be evaluated not later than the day; the first due first."""
        return self.current().filter(evaluate_on__lte=by).order_by("evaluate_on", "name")


class Network(VersionedModel):
    """A membership, network, certification or cooperation. Open to all employees, the cost too."""

    class Kind(models.TextChoices):
        MEMBERSHIP = "membership", _lazy("Membership")
        NETWORK = "network", _lazy("Network")
        CERTIFICATION = "certification", _lazy("Certification")
        COOPERATION = "cooperation", _lazy("Cooperation")

    name = models.CharField(_lazy("name"), max_length=160)
    kind = models.CharField(_lazy("kind"), max_length=20, choices=Kind)
    purpose = models.TextField(_lazy("why we are in it"))
    benefit = models.TextField(_lazy("what we get out of it"), blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="networks")
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("contact person with us"),
        on_delete=models.PROTECT,
        related_name="networks",
    )
    organisation = models.CharField(_lazy("organisation behind it"), max_length=160, blank=True)
    address = models.CharField(
        _lazy("web address"), max_length=300, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    first_day = models.DateField(_lazy("from"))
    last_day = models.DateField(_lazy("to"), null=True, blank=True)
    yearly_cost = models.DecimalField(
        _lazy("cost per year in kroner"),
        max_digits=12,
        decimal_places=0,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    evaluate_on = models.DateField(_lazy("next evaluation"), null=True, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("membership or network")
        verbose_name_plural = _lazy("memberships and networks")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="a_network_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("results:network", args=[self.pk])

    @property
    def is_current(self) -> bool:
        return self.last_day is None or self.last_day >= clock.today()

    @property
    def evaluation_is_late(self) -> bool:
        return self.is_current and self.evaluate_on is not None and self.evaluate_on < clock.today()

    def may_update(self, user: User) -> bool:
        """Who may say what it gives, and evaluate it: the contact person, and those who look after results at the unit."""
        return user.is_active and (user.pk == self.contact_id or may_manage(user, self.unit))

    @classmethod
    @transaction.atomic
    def add(cls, by: User, *, key: uuid.UUID | None = None, **facts: Any) -> "Network":
        """A new line of the register. The same `key` again gives the one already made. Raises PermissionDenied for who
        doesn't look after results at the unit, and ValidationError by field."""
        if not may_manage(by, facts["unit"]):
            raise PermissionDenied
        if key and (there := cls.objects.filter(key=key).first()):
            return there
        network = cls(key=key or uuid.uuid4(), **facts)
        network._guard()
        network.save_by(by)
        return network

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change it; the contact person only what is in `OWN`. Raises PermissionDenied, StaleVersion, ValidationError."""
        with self.changing(by, version=version):
            if not self.may_update(by):
                raise PermissionDenied
            changed = {name for name, value in facts.items() if getattr(self, name) != value}
            if not may_manage(by, self.unit) and changed - set(OWN):
                raise PermissionDenied
            if "unit" in changed and not may_manage(by, facts["unit"]):
                raise ValidationError({"unit": _("Choose a unit where you look after memberships.")})
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def evaluate(
        self,
        by: User,
        *,
        verdict: str,
        note: str,
        evaluate_on: datetime.date | None = None,
        last_day: datetime.date | None = None,
        version: int | None = None,
    ) -> "NetworkEvaluation":
        """Say whether it is worth it, and when to look again; when it is to end, which day.

        Raises PermissionDenied, StaleVersion, and ValidationError without a note, without the next day when we stay, and
        without the last day when we leave, which only those who look after results may say.
        """
        with self.changing(by, version=version):
            if not self.may_update(by):
                raise PermissionDenied
            if not self.is_current:
                raise ValidationError(_("It is over already."))
            if not note.strip():
                raise ValidationError({"note": _("Write what you found.")})
            if verdict == NetworkEvaluation.Verdict.LEAVE:
                if not may_manage(by, self.unit):
                    raise ValidationError({"verdict": _("Only those who look after memberships can end one.")})
                if last_day is None:
                    raise ValidationError({"last_day": _("Say which day is the last.")})
                self.last_day, self.evaluate_on = last_day, None
            else:
                if evaluate_on is None or evaluate_on <= clock.today():
                    raise ValidationError({"evaluate_on": _("Say when to look at it again.")})
                self.evaluate_on = evaluate_on
            self._guard()
            evaluation = NetworkEvaluation(
                network=self, by=by, by_name=by.get_full_name(), at=clock.now(), verdict=verdict, note=note.strip()
            )
            evaluation.full_clean()
            evaluation.save()
        return evaluation

    def _guard(self) -> None:
        if self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day must not come before the first.")})
        self.full_clean(validate_constraints=False)


class NetworkEvaluation(models.Model):
    """What was found when a membership was looked at. Kept as it was written."""

    append_only = True

    class Verdict(models.TextChoices):
        STAY = "stay", _lazy("Worth it: we stay")
        USE_MORE = "use_more", _lazy("Worth it if we use it more")
        LEAVE = "leave", _lazy("Not worth it: we leave")

    network = models.ForeignKey(
        Network, verbose_name=_lazy("membership or network"), on_delete=models.PROTECT, related_name="evaluations"
    )
    at = models.DateTimeField(_lazy("when"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_lazy("name"), max_length=200)
    verdict = models.CharField(_lazy("verdict"), max_length=10, choices=Verdict)
    note = models.TextField(_lazy("what was found"))

    class Meta:
        verbose_name = _lazy("evaluation of a membership")
        verbose_name_plural = _lazy("evaluations of memberships")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.network} {self.at:%Y-%m-%d}"
