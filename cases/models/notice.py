"""Notices: who is told what about a case. Rows in the product, and a mail with reference and link."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from cases import letters
from cases.permissions import visible_condition
from organisation import absence, clock
from organisation.mail import post
from organisation.models import User

if TYPE_CHECKING:
    from .case import Case


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """The person's own, of the cases the person may still read."""
        return self.filter(visible_condition(user, "case__"), user=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def name_stood_in_for(self, user: User, case: str, *kinds: str) -> Subquery:
        """For a list of tasks: the name of who was asked first, when the person got the task as a deputy.
        `case` is the outer query's way to the case."""
        name = Concat("stands_in_for__first_name", Value(" "), "stands_in_for__last_name")
        told = self.filter(user=user, case=OuterRef(case), kind__in=kinds, stands_in_for__isnull=False)
        return Subquery(told.values(name=name)[:1])

    def mark_read(self) -> int:
        return self.unread().update(read_at=clock.now())


class Notice(models.Model):
    """One thing one person is told about one case. Holds no text of the case."""

    class Kind(models.TextChoices):
        NEW_CASE = "new_case", _("New case in your unit")
        INTAKE = "intake", _("Something new from outside to be sorted")
        PROCESS = "process", _("Reported on a page you own")
        ESCALATED = "escalated", _("Serious case")
        ASSIGNED = "assigned", _("You are the case handler")
        ACTION = "action", _("You are responsible for a measure")
        EVALUATE = "evaluate", _("Measures are done: evaluate the effect")
        MESSAGE = "message", _("New message")
        PROGRESS = "progress", _("News about a case you reported")
        NOT_BETTER = "not_better", _("The reporter says that it did not get better")
        CLOSED = "closed", _("Your case is closed")
        FOLLOWED = "followed", _("News about something you follow")
        RELEVANCE = "relevance", _("Is this relevant for your unit?")
        RELEVANCE_ANSWERED = "relevance_answered", _("A unit has answered whether it is relevant")
        ACCESS = "access", _("You were given access")

    TASKS = (
        Kind.NEW_CASE,
        Kind.INTAKE,
        Kind.ESCALATED,
        Kind.ASSIGNED,
        Kind.ACTION,
        Kind.EVALUATE,
        Kind.NOT_BETTER,
        Kind.RELEVANCE,
    )

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind)
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputy for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who was asked, when that person was away."),
    )
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.kind}"

    @classmethod
    def tell(cls, people: Iterable[User | None], kind: "Notice.Kind", case: "Case", *, by: User | None) -> None:
        """Tell each person once, but not the one who did it, by mail too. What is a task
        goes to the deputy of who is away (G3); a person who is asked as well is told once, as that person."""
        asked = {person for person in people if person and person != by}
        told = absence.stand_ins(asked) if kind in cls.TASKS else {person: person for person in asked}
        for person in {person for person in told.values() if person.is_active and person != by}:
            away = None if person in asked else next(one for one, deputy in told.items() if deputy == person)
            notice = cls.objects.create(user=person, case=case, kind=kind, stands_in_for=away)
            if person.email and clock.is_live():
                post([letters.of_notice(notice)])
