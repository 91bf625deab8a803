"""The delegation register (S3): who may decide what on whose behalf, where, how long and on what grounds."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.models import Page

from handbook import mandates
from organisation import clock
from organisation.folding import holds
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.reminders import remind
from organisation.roles import Right

from .document import Document


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force(self) -> Self:
        today = clock.today()
        return self.standing().filter(Q(last_day__isnull=True) | Q(last_day__gte=today), first_day__lte=today)

    def coming(self) -> Self:
        return self.standing().filter(first_day__gt=clock.today())

    def over(self) -> Self:
        """Withdrawn or run out."""
        return self.filter(Q(withdrawn_at__isnull=False) | Q(last_day__lt=clock.today()))

    def holding(self, word: str) -> Self:
        """With the word in the mandate or in the name of one of the two."""
        found = holds("mandate", word)
        for person in ("from_person", "to_person"):
            found |= holds(f"{person}__first_name", word) | holds(f"{person}__last_name", word)
        return self.filter(found)

    def grounded_in(self, page: Page) -> Self:
        """In force, and given with this page as the grounds."""
        return self.in_force().filter(page=page).select_related("from_person", "to_person", "unit")

    def concerning(self, user: User) -> Self:
        """In force, given to or by the person."""
        mine = Q(to_person=user) | Q(from_person=user)
        return self.in_force().filter(mine).select_related("from_person", "to_person", "unit")


class Delegation(VersionedModel):
    """One mandate from one person to another. Never rewritten: what changes is withdrawn and given anew, so
    that the register always tells who could decide on a given day."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _lazy("Approve documents")
        PERSONNEL = "personnel", _lazy("Personnel")
        ECONOMY = "economy", _lazy("Economy and purchases")
        CASES = "cases", _lazy("Decide in cases")
        OTHER = "other", _lazy("Other")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _lazy("In force")
        COMING = "coming", _lazy("Coming")
        EXPIRED = "expired", _lazy("Expired")
        WITHDRAWN = "withdrawn", _lazy("Withdrawn")

    mandate = models.CharField(
        _lazy("mandate"), max_length=120, help_text=_lazy("Short, such as “Purchases to 100 000”.")
    )
    covers = models.TextField(_lazy("what it covers"), max_length=2000, help_text=_lazy("And what it does not cover."))
    kind = models.CharField(_lazy("kind"), max_length=12, choices=Kind)
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("from"), on_delete=models.PROTECT, related_name="mandates_given"
    )
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("to"), on_delete=models.PROTECT, related_name="mandates_held"
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_lazy("unit"),
        on_delete=models.PROTECT,
        related_name="delegations",
        help_text=_lazy("Counts there and below."),
    )
    first_day = models.DateField(_lazy("first day"))
    last_day = models.DateField(
        _lazy("last day"), null=True, blank=True, help_text=_lazy("Empty: until it is withdrawn.")
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("grounded in"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="delegations",
    )
    page_document_id = models.CharField(max_length=20, editable=False)
    page_label = models.CharField(_lazy("grounds"), max_length=300, editable=False)
    withdrawn_at = models.DateTimeField(_lazy("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("withdrawn by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    withdrawn_reason = models.TextField(_lazy("why withdrawn"), blank=True, editable=False)

    wagtail_reference_index_ignore = True
    history = Records()
    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("delegation")
        verbose_name_plural = _lazy("delegations")
        ordering = ["unit__path", "mandate", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=models.F("first_day")),
                name="delegation_ends_after_it_begins",
                violation_error_message=_lazy("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(to_person=models.F("from_person")),
                name="delegation_to_another",
                violation_error_message=_lazy("A mandate is given to another person."),
            ),
        ]

    def __str__(self) -> str:
        return self.mandate

    def get_absolute_url(self) -> str:
        return reverse("handbook:delegation", args=[self.pk])

    @property
    def state(self) -> "Delegation.State":
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.first_day > clock.today():
            return self.State.COMING
        expired = self.last_day is not None and self.last_day < clock.today()
        return self.State.EXPIRED if expired else self.State.IN_FORCE

    @property
    def page_url(self) -> str:
        """The lasting address of the page it is grounded in."""
        return reverse("handbook:document", args=[self.page_document_id])

    def clean(self) -> None:
        """Raise ValidationError, by field, for a mandate nobody could have given (S3)."""
        if not self._state.adding:
            return
        if self.last_day and self.first_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day can't be before the first.")})
        if self.to_person_id and not self.to_person.is_active:
            raise ValidationError({"to_person": _("This person no longer has an account. Choose another.")})
        if self.to_person_id and self.to_person_id == self.from_person_id:
            raise ValidationError({"to_person": _("A mandate is given to another person.")})
        if self.page_id and not Document.objects.filter(page=self.page_id, editions__isnull=False).exists():
            raise ValidationError({"page": _("Choose a page that has been in force.")})
        if self.from_person_id and self.unit_id and not mandates.may_delegate(self.from_person, self.kind, self.unit):
            text = _("%(name)s does not hold this right at %(unit)s, and what is delegated can't be delegated on.")
            raise ValidationError({"from_person": text % {"name": self.from_person, "unit": self.unit}})

    @classmethod
    @transaction.atomic
    def give(
        cls,
        by: User,
        *,
        mandate: str,
        covers: str,
        kind: str,
        from_person: User,
        to_person: User,
        unit: Unit,
        first_day: datetime.date,
        page: Page,
        last_day: datetime.date | None = None,
    ) -> "Delegation":
        """Give a mandate. The same again gives the one that is there.

        Raises PermissionDenied when `by` is neither who gives it nor looks after the system at the unit, and
        ValidationError, by field, for what `clean` refuses.
        """
        if not may_manage(by, from_person, unit):
            raise PermissionDenied
        User.objects.select_for_update().get(pk=from_person.pk)
        facts = {"kind": kind, "from_person": from_person, "to_person": to_person, "unit": unit, "page": page}
        facts |= {"mandate": mandate.strip(), "covers": covers.strip(), "first_day": first_day, "last_day": last_day}
        if same := cls.objects.standing().filter(**facts).first():
            return same
        delegation = cls(**facts)
        document = Document.objects.filter(page=page).first()
        delegation.page_document_id = document.document_id if document else ""
        delegation.page_label = str(document or page.title)
        delegation.full_clean(exclude=["page_document_id", "page_label"])
        delegation.save_by(by)
        subject = _("%(name)s has given you a mandate: %(mandate)s") % {"name": from_person, "mandate": mandate}
        remind(to_person, f"delegation:{delegation.pk}", subject, delegation.get_absolute_url())
        return delegation

    def withdraw(self, by: User, *, reason: str, version: int | None = None) -> None:
        """From now on it counts no more. Raises PermissionDenied, StaleVersion, and ValidationError when there
        is no reason or nothing to withdraw."""
        if not may_manage(by, self.from_person, self.unit):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why it is withdrawn.")})
        with self.changing(by, version=version, reason=reason.strip()):
            if self.state in (self.State.WITHDRAWN, self.State.EXPIRED):
                raise ValidationError(_("This mandate no longer counts."))
            self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = clock.now(), by, reason.strip()
        subject = _("A mandate is withdrawn: %(mandate)s") % {"mandate": self.mandate}
        remind(self.to_person, f"delegation:{self.pk}:withdrawn", subject, self.get_absolute_url())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("A mandate can't be deleted. Withdraw it instead."))


def may_manage(user: User, from_person: User, unit: Unit) -> bool:
    """Whether the person may give and withdraw mandates from `from_person` at the unit."""
    return user.is_active and (user == from_person or user.has_right(Right.MANAGE_SYSTEM, unit))


def may_give_any(user: User) -> bool:
    """Whether the person may give any mandate at all: has something to give, or looks after the system."""
    return bool(user.led_paths) or any(user.has_right(right) for right in (mandates.APPROVE, Right.MANAGE_SYSTEM))
