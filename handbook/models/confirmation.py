"""Read and understood (G8; ISO 9001 clause 7.3): who must confirm a document, and who has.

A duty names a target and a number of days. A confirmation is a row that is never changed: it holds for the
edition that was read and its editorial successors; the next substantial edition asks again.
"""

import datetime
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from handbook.permissions import may_require_reading
from organisation import clock
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role

from .document import Document
from .edition import Edition

FEWEST_DAYS, MOST_DAYS, USUAL_DAYS = 1, 90, 14


class ReadingDutyQuerySet(models.QuerySet["ReadingDuty"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def of_live_pages(self) -> Self:
        return self.filter(document__page__live=True)

    def with_last_change(self) -> Self:
        """Each with who changed it last and why, from its history."""
        last = ReadingDuty.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_id")  # type: ignore[attr-defined]
        return self.select_related("unit").annotate(
            changed_by=Subquery(last.values("actor_label")[:1]),
            changed_at=Subquery(last.values("history_date")[:1]),
            changed_why=Subquery(last.values("history_change_reason")[:1]),
        )

    def within_reach_of(self, user: User) -> Self:
        """The duties of everybody, of the person's unit and the units above it, and those of a role."""
        above = user.unit.lineage if user.unit else []
        return self.filter(Q(unit=None) | Q(unit__path__in=above) | ~Q(role=""))

    def with_reader(self, user: User) -> Self:
        """Each with since when the person has its role, and the last edition the person confirmed."""
        held = RoleAssignment.objects.current().filter(user=user.pk, role=OuterRef("role"))
        mine = Confirmation.objects.filter(user=user, document=OuterRef("document")).order_by("-edition__major", "at")
        return self.select_related("unit").annotate(
            held_since=Subquery(held.order_by(F("valid_from").asc(nulls_first=True)).values("valid_from")[:1]),
            confirmed_edition=Subquery(mine.values("edition")[:1]),
            confirmed_major=Subquery(mine.values("edition__major")[:1]),
            confirmed_minor=Subquery(mine.values("edition__minor")[:1]),
            confirmed_at=Subquery(mine.values("at")[:1]),
        )


class ReadingDuty(VersionedModel):
    """Somebody must confirm a document: everybody, a unit and those below it, or those who hold a role."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="reading_duties"
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reading_duties",
        help_text=_("Counts for the units below it as well."),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days to read it"),
        default=USUAL_DAYS,
        validators=[MinValueValidator(FEWEST_DAYS), MaxValueValidator(MOST_DAYS)],
    )
    since = models.DateField(_("since"))
    active = models.BooleanField(_("active"), default=True)

    # What `with_reader` adds.
    held_since: datetime.date | None
    confirmed_edition: int | None
    confirmed_major: int | None
    confirmed_minor: int | None
    confirmed_at: datetime.datetime | None

    history = Records()
    objects = ReadingDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading duty")
        verbose_name_plural = _("reading duties")
        ordering = ["document", "unit__path", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "role"], condition=Q(active=True), name="one_active_duty_per_target"
            ),
            models.UniqueConstraint(
                fields=["document", "role"],
                condition=Q(active=True, unit=None),
                name="one_active_duty_for_the_whole_municipality",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} – {self.target}"

    @property
    def target(self) -> str:
        """Whom the duty is for, in words."""
        where = str(self.unit) if self.unit else _("the whole municipality")
        who = self.get_role_display() if self.role else _("All employees")
        return _("%(who)s, %(where)s") % {"who": who, "where": where}

    @property
    def reach(self) -> str:
        """The tree path the duty holds for; empty for the whole municipality."""
        return self.unit.path if self.unit else ""

    def is_for(self, user: User) -> bool:
        """Whether it is for the person. Reading is done in person: who stands in for a leader is not asked as one."""
        return user.is_active and self.concerns(user.unit.path if user.unit else "", user.own_roles)

    def concerns(self, home: str, held: Iterable[tuple[str, str]]) -> bool:
        """Whether the duty is for a person who works at the tree path `home` and holds these (role, path).

        A duty of a role is for those who hold the role within the unit, wherever they work themselves.
        """
        if self.role:
            return any(role == self.role and path.startswith(self.reach) for role, path in held)
        return home.startswith(self.reach)

    @classmethod
    @transaction.atomic
    def require(
        cls, by: User, document: Document, *, unit: Unit | None = None, role: str = "", days: int = USUAL_DAYS
    ) -> "ReadingDuty":
        """Ask for confirmations from today. Raises PermissionDenied, and ValidationError at the field when the
        document is not in force, the days are out of bounds or the same target is asked already."""
        document = Document.objects.select_for_update(of=("self",)).select_related("page").get(pk=document.pk)
        edition = document.edition_in_force()
        if edition is None:
            raise ValidationError(_("The document is not in force, so nobody can confirm it."))
        if not may_require_reading(by, edition.owner_unit, unit):
            raise PermissionDenied
        if not FEWEST_DAYS <= days <= MOST_DAYS:
            limits = {"fewest": FEWEST_DAYS, "most": MOST_DAYS}
            raise ValidationError({"days": _("Choose between %(fewest)s and %(most)s days.") % limits})
        if cls.objects.active().filter(document=document, unit=unit, role=role).exists():
            raise ValidationError({"unit": _("These people are asked to confirm the document already.")})
        duty = cls(document=document, unit=unit, role=role, days=days, since=clock.today())
        duty.save_by(by)
        return duty

    def switch_off(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Nobody is asked any more; what is confirmed stays. Raises PermissionDenied, StaleVersion, and
        ValidationError when it has no reason or is off already."""
        edition = self.document.latest_edition()
        if edition is None or not may_require_reading(by, edition.owner_unit, self.unit):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why it is switched off.")})
        with self.changing(by, version=version, reason=reason.strip()):
            if not self.active:
                raise ValidationError(_("It is switched off already."))
            self.active = False


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def of_the_version_in_force(self) -> Self:
        """Those that still hold: no substantial edition came after the one confirmed."""
        newer = Edition.objects.filter(document=OuterRef("document"), major__gt=OuterRef("edition__major"))
        return self.filter(~Exists(newer))


class Confirmation(models.Model):
    """A person said "I have read and understood this" about an edition."""

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="confirmations"
    )
    user_name = models.CharField(_("name"), max_length=200)
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="confirmations"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("version"), on_delete=models.PROTECT, related_name="confirmations"
    )
    at = models.DateTimeField(_("confirmed"), default=clock.now)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [models.UniqueConstraint(fields=["user", "edition"], name="an_edition_is_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.user_name} – {self.edition}"

    @classmethod
    @transaction.atomic
    def give(cls, by: User, document: Document, label: str) -> "Confirmation":
        """The person has read and understood the edition with this label. Twice gives the first one.

        Raises PermissionDenied when no duty is for the person, ValidationError when the document is not in
        force, and StaleVersion (with the edition in force) when a substantial one came meanwhile.
        """
        document = Document.objects.select_for_update(of=("self",)).select_related("page").get(pk=document.pk)
        edition = edition_at(document)
        if edition is None:
            raise ValidationError(_("The document is not in force, so it can't be confirmed."))
        if not any(duty.is_for(by) for duty in document.reading_duties.active().select_related("unit")):
            raise PermissionDenied
        read = document.editions.labelled(label).defer("html", "text", "content").first()
        if read is None or read.major != edition.major:
            raise StaleVersion(edition)
        before = cls.objects.filter(user=by, document=document, edition__major=edition.major).first()
        return before or cls.objects.create(user=by, user_name=str(by), document=document, edition=read)


def edition_at(document: Document) -> Edition | None:
    """The edition in force at the moment of the clock; None when there is none or the page is withdrawn."""
    if document.withdrawn:
        return None
    return (
        document.editions.filter(approved_at__lte=clock.now()).defer("html", "text", "content").newest_first().first()
    )
