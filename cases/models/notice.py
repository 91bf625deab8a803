"""Notices: who is told what about a case. Rows in the product, and a mail with reference and link."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from cases import letters
from cases.permissions import visible_condition
from organisation import absence, clock
from organisation.mail import post
from organisation.models import User

from .reply_address import answerable

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

    def for_digest(self) -> Self:
        """What waits for a digest: what the person has seen meanwhile is left out."""
        return self.unread().filter(way=Way.DIGEST, digested_at=None)

    def mark_read(self) -> int:
        return self.unread().update(read_at=clock.now())


class Way(models.TextChoices):
    """How a person is told by e-mail."""

    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("In the daily digest")
    NONE = "none", _("Not by e-mail")


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
        UNDELIVERED = "undelivered", _("The reporter's e-mail address does not work")
        NOT_ARCHIVED = "not_archived", _("The archive has not taken the case")
        CLOSED = "closed", _("Your case is closed")
        FOLLOWED = "followed", _("News about something you follow")
        RELEVANCE = "relevance", _("Is this relevant for your unit?")
        RELEVANCE_ANSWERED = "relevance_answered", _("A unit has answered whether it is relevant")
        ACCESS = "access", _("You were given access")

    TALK = (Kind.MESSAGE, Kind.NOT_BETTER, Kind.UNDELIVERED)
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
    way = models.CharField(max_length=10, choices=Way, default=Way.AT_ONCE)
    digested_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "read_at"]),
            models.Index(
                fields=["user"],
                name="notice_for_digest",
                condition=models.Q(way="digest", digested_at=None, read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.kind}"

    def get_absolute_url(self) -> str:
        """Where in the case it is about."""
        return self.case.get_absolute_url() + ("#dialog" if self.kind == self.Kind.MESSAGE else "")

    @classmethod
    def usual_way(cls, kind: str) -> Way:
        """How people are told who have not chosen: what waits for an answer at once, the rest once a day."""
        return Way.AT_ONCE if kind in (*cls.TASKS, *cls.TALK) else Way.DIGEST

    @classmethod
    def tell(cls, people: Iterable[User | None], kind: "Notice.Kind", case: "Case", *, by: User | None) -> None:
        """Tell each person once, but not the one who did it, and by mail as the person has chosen. What is a task
        goes to the deputy of who is away (G3); a person who is asked as well is told once, as that person."""
        asked = {person for person in people if person and person != by}
        told = absence.stand_ins(asked) if kind in cls.TASKS else {person: person for person in asked}
        reached = {person for person in told.values() if person.is_active and person != by}
        ways = NoticePreference.for_kind(reached, kind) if clock.is_live() else {}
        for person in reached:
            away = None if person in asked else next(one for one, deputy in told.items() if deputy == person)
            way = ways.get(person.pk, Way.NONE)
            notice = cls.objects.create(user=person, case=case, kind=kind, stands_in_for=away, way=way)
            if way == Way.AT_ONCE and person.email:
                post([answerable(letters.of_notice(notice), case, user=person)])


class NoticePreference(models.Model):
    """How one person wants to be told by e-mail of one kind of notice. Without a choice `Notice.usual_way` holds. In
    the product everybody is told of everything."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_preferences")
    kind = models.CharField(max_length=20, choices=Notice.Kind)
    way = models.CharField(max_length=10, choices=Way)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_way_for_each_kind")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"

    @classmethod
    def of(cls, user: User) -> dict[str, str]:
        """The person's way for every kind. One query."""
        chosen = dict(cls.objects.filter(user=user).values_list("kind", "way"))
        return {kind: chosen.get(kind, Notice.usual_way(kind)) for kind in Notice.Kind.values}

    @classmethod
    def for_kind(cls, people: Iterable[User], kind: str) -> dict[int, str]:
        """The way of each person for the kind, by key. One query."""
        people = list(people)
        chosen = dict(cls.objects.filter(user__in=people, kind=kind).values_list("user", "way"))
        return {person.pk: chosen.get(person.pk, Notice.usual_way(kind)) for person in people}

    @classmethod
    @transaction.atomic
    def choose(cls, user: User, ways: Mapping[str, str]) -> None:
        """Keep the person's choices. What waits for a digest and is not wanted any more is not sent."""
        for kind, way in ways.items():
            cls.objects.update_or_create(user=user, kind=kind, defaults={"way": way})
        unwanted = [kind for kind, way in ways.items() if way == Way.NONE]
        user.notices.for_digest().filter(kind__in=unwanted).update(way=Way.NONE)
