"""A round of a hearing (G6, S6): a draft is put before people. What they say is in `hearing_comment`.

A round shows the text as it was when the round opened, so that each comment is read beside what it is
about, however the draft is edited afterwards.
"""

from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from handbook.permissions import reads_draft, writes
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.roles import Role

from .document import Document
from .edition import Edition


class HearingRoundQuerySet(models.QuerySet["HearingRound"]):
    def open(self) -> Self:
        """Rounds that take comments today."""
        return self.filter(closed_at__isnull=True, deadline__gte=clock.today())

    def past_deadline(self) -> Self:
        """Rounds that nobody has closed though their deadline is over."""
        return self.filter(closed_at__isnull=True, deadline__lt=clock.today())

    def of_draft(self, document: Document) -> Self:
        """The rounds about what is written since the latest approval that stands, whether its day has come or not."""
        approved = document.approvals.filter(withdrawals=None).order_by("-pk").values("approved_at")[:1]
        return self.filter(Q(opened_at__gt=Subquery(approved)) | ~Exists(approved), document=document)

    def asking(self, user: User) -> Self:
        """Rounds whose audience the person belongs to: everybody's, and those of the units above the own one.
        An auditor is asked nothing: who judges the system does not write it."""
        if user.has_role(Role.AUDITOR):
            return self.none()
        ways = user.unit.lineage if user.unit else []
        through = HearingRound.units.through.objects.filter(hearinground=OuterRef("pk"), unit__path__in=ways)
        return self.filter(Q(for_all=True) | Exists(through))

    def readable_by(self, user: User) -> Self:
        """Rounds the person is or was asked in, or said something in. Whoever writes a page reads all of its
        rounds, and an auditor reads every one."""
        if user.has_role(Role.AUDITOR):
            return self
        asked = HearingRound.objects.asking(user).values("pk")
        return self.filter(Q(pk__in=asked) | Q(pk__in=HearingRound.objects.answered_by(user).values("pk")))

    def answered_by(self, user: User) -> Self:
        """Rounds where the person has said something."""
        return self.filter(pk__in=HearingRound.objects.filter(comments__author=user).values("pk"))

    def not_answered_by(self, user: User) -> Self:
        """Rounds where the person has said nothing yet, and which the person did not open."""
        return self.exclude(pk__in=HearingRound.objects.filter(comments__author=user).values("pk")).exclude(
            opened_by=user
        )

    def for_list(self) -> Self:
        return self.select_related("document__page", "opened_by").defer("html", "text", "toc")


class HearingRound(VersionedModel):
    """One round of a hearing about a draft, open to all employees, to named units, or by link."""

    document = models.ForeignKey(
        Document, verbose_name=_lazy("document"), on_delete=models.PROTECT, related_name="hearings"
    )
    after = models.ForeignKey(
        Edition,
        verbose_name=_lazy("version in force then"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    number = models.PositiveSmallIntegerField(_lazy("round"))
    question = models.TextField(_lazy("what we ask about"), max_length=2_000)
    for_all = models.BooleanField(_lazy("all employees"), default=False)
    units = models.ManyToManyField(Unit, verbose_name=_lazy("units"), blank=True, related_name="+")
    audience = models.TextField(_lazy("audience"))
    deadline = models.DateField(_lazy("deadline"))
    title = models.CharField(_lazy("title"), max_length=255)
    html = models.TextField(_lazy("as shown"))
    text = models.TextField(_lazy("as text"))
    toc = models.JSONField(_lazy("headings"), default=list)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("opened by"), on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_lazy("opened"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("closed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_lazy("closed"), null=True, blank=True)

    history = Records(excluded_fields=["html", "text", "toc"])
    objects = HearingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("hearing round")
        verbose_name_plural = _lazy("hearing rounds")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(closed_at__isnull=True), name="one_open_round_of_a_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:hearing_round", args=[self.document.document_id, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether comments are taken: until the end of the day of the deadline, or until closed."""
        return self.closed_at is None and clock.today() <= self.deadline

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The headings of the text as heard: (anchor, heading)."""
        return [(anchor, heading) for anchor, heading in self.toc]

    def asks(self, user: User) -> bool:
        """Whether the person belongs to the audience."""
        return HearingRound.objects.asking(user).filter(pk=self.pk).exists()

    def may_read(self, user: User) -> bool:
        """The audience, those who write or approve the page, the auditor, and whoever said something in the round."""
        readable = HearingRound.objects.readable_by(user).filter(pk=self.pk)
        return reads_draft(user, self.document) or readable.exists()

    def may_comment(self, user: User) -> bool:
        return self.is_open and user.is_active and self.asks(user)

    def close(self, by: User | None, *, version: int | None = None) -> None:
        """Take no more comments. `by` is None when the deadline did it.

        Raises PermissionDenied, and ValidationError when the round is closed already.
        """
        if by is not None and not writes(by, self.document):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.closed_at is not None:
                raise ValidationError(_("The round is closed already."))
            self.closed_by, self.closed_at = by, clock.now()
