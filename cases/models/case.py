"""The case: from received to closed, with the gates on the way (S36, G19).

What is kept of it stands in `case_facts`. Each part of its road has a file: `case_taking_in`, `case_handling`,
`case_ending`; what is said on the way is in `case_dialogue`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import risk
from cases.permissions import Act, can
from organisation import clock
from organisation.history import Records
from organisation.models import User

from .case_dialogue import Dialogue
from .case_ending import Ending
from .case_handling import Handling
from .case_queryset import CaseQuerySet
from .case_taking_in import TakingIn
from .registers import ExternalSystem


class Case(TakingIn, Handling, Ending, Dialogue):
    """A deviation, improvement, praise, finding, measure of a risk or decision, and its follow-up."""

    history = Records()
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("case")
        verbose_name_plural = _lazy("cases")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="case_newest"),
            models.Index(fields=["status", "-received_at"], name="case_status"),
            models.Index(fields=["unit", "-received_at"], name="case_unit"),
            models.Index(fields=["page", "-received_at"], name="case_page"),
            models.Index(fields=["handler", "status"], name="case_handler"),
            models.Index(fields=["reporter", "-received_at"], name="case_reporter"),
            models.Index(
                fields=["-closed_at"],
                name="case_lessons",
                condition=Q(status="closed", sealed=False) & ~Q(lesson=""),
            ),
            # The statistics read these instead of the wide rows. What the condition says stands in them too: without
            # it, SQLite doesn't see that an index holds all that is asked for, and reads the rows.
            models.Index(
                fields=[
                    "received_at",
                    "kind",
                    "unit",
                    "cause",
                    "category",
                    "channel",
                    "page",
                    "page_document_id",
                    "closed_at",
                    "deadline",
                    "answered_at",
                    "assessed_at",
                    "law_breach",
                    "id",
                    "needs_triage",
                    "sealed",
                ],
                name="case_statistics",
                condition=Q(sealed=False, needs_triage=False),
            ),
            models.Index(
                fields=["closed_at", "status", "received_at", "deadline", "unit", "kind", "needs_triage", "sealed"],
                name="case_ended",
                condition=Q(sealed=False, needs_triage=False),
            ),
            models.Index(
                fields=["id", "needs_triage", "sealed"],
                name="case_ordinary",
                condition=Q(sealed=False, needs_triage=False),
            ),
            models.Index(
                fields=["page_document_id", "cause", "received_at", "id", "needs_triage", "sealed"],
                name="case_page_cause",
                condition=Q(sealed=False, needs_triage=False, cause__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (1, 5)}), name=f"case_{field}_1_5"
            )
            for field in ("probability", "consequence", "residual_probability", "residual_consequence")
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.reference])

    @property
    def triage_url(self) -> str:
        """Where it is sorted."""
        return reverse("cases:triage", args=[self.reference])

    @property
    def page_url(self) -> str:
        """The lasting address of the page it was reported from, or ""."""
        return f"/d/{self.page_document_id}/" if self.page_document_id else ""

    # What is known of the case

    @property
    def is_story(self) -> bool:
        """Whether it is told in the feed; the same rule as `CaseQuerySet.lessons`."""
        return self.status == self.Status.CLOSED and not self.sealed and bool(self.lesson)

    @property
    def audiences(self) -> list["Case.Audience"]:
        """Whom the story is material for (S38)."""
        return [self.Audience(code) for code in self.material_for.split()]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def score(self) -> int | None:
        return risk.score(self.probability, self.consequence)

    @property
    def residual_score(self) -> int | None:
        return risk.score(self.residual_probability, self.residual_consequence)

    @property
    def demands_measure(self) -> bool:
        return risk.demands_measure(self.score, self.law_breach)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.deadline is not None and self.deadline < clock.today()

    def names(self) -> list[str]:
        """Names the case knows and colleagues need not see."""
        people = [self.reporter.get_full_name()] if self.reporter else []
        people += [self.handler.get_full_name()] if self.handler else []
        outside = [self.correspondent.name] if self.has_correspondent else []
        return [name for name in [*people, *outside] if name]

    @property
    def external_url(self) -> str:
        """Where the case is found in the system that has taken it over; empty when that is not known. One query."""
        system = ExternalSystem.objects.filter(name__iexact=self.external_system).first() if self.external_id else None
        return system.address_of(self.external_id) if system else ""

    @property
    def archive_number(self) -> str:
        """The number in the archive, the newest; empty until the archive has it. One query."""
        received = self.handovers.exclude(archive_number="").order_by("-received_at")
        return received.values_list("archive_number", flat=True).first() or ""

    @property
    def has_correspondent(self) -> bool:
        """Whether it is talked over with somebody outside."""
        return hasattr(self, "correspondent")

    def may_be_sorted_by(self, user: User) -> bool:
        return self.is_open and can(user, Act.TRIAGE, self)

    def is_reported_from(self, email: str) -> bool:
        """Whether the address is the one of the person outside who reported it."""
        return bool(email) and self.has_correspondent and self.correspondent.email.lower() == email.strip().lower()

    def follow_ups(self) -> list["Case"]:
        """Cases that are the same as this one: its duplicates, and theirs."""
        found: list[Case] = []
        level = [self.pk]
        while level:
            known = [self.pk, *(case.pk for case in found)]
            new = Case.objects.filter(duplicate_of__in=level).exclude(pk__in=known).select_related("correspondent")
            found += new
            level = [case.pk for case in new]
        return found

    # Guards

    def _demand(self, by: User, act: Act) -> None:
        if not can(by, act, self):
            raise PermissionDenied

    def _demand_open(self) -> None:
        self._demand_status(*self.OPEN)

    def _demand_status(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise ValidationError(
                _("The case is “%(status)s”, so this can't be done now.") % {"status": self.get_status_display()}
            )
