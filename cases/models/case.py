"""The case: from received to closed, with the gates on the way (S36, G19)."""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import gates, masking, risk
from cases.permissions import Act, can
from cases.uploads import numbered
from organisation import absence, clock
from organisation.history import Records, VersionedModel
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Right, Role

from .attachment import Attachment
from .case_queryset import CaseQuerySet
from .case_reader import CaseReader
from .correspondent import Correspondent
from .escalation import EscalationRule, Hit, Level
from .following import tell_followers
from .notice import Notice
from .registers import ExternalSystem
from .series import Series
from .timeline import Entry
from .webhook import Webhook

if TYPE_CHECKING:
    from wagtail.models import Page

    from cases.uploads import CleanFile


class Case(VersionedModel):
    """A deviation, improvement, praise, finding, measure of a risk or decision, and its follow-up."""

    class Kind(models.TextChoices):
        DEVIATION = "deviation", _lazy("Deviation")
        IMPROVEMENT = "improvement", _lazy("Improvement")
        POSITIVE = "positive", _lazy("Positive")
        ROS_MEASURE = "ros_measure", _lazy("ROS measure")
        INSPECTION_FINDING = "inspection_finding", _lazy("Inspection finding")
        AUDIT_FINDING = "audit_finding", _lazy("Audit finding")
        REVIEW_DECISION = "review_decision", _lazy("Review decision")

    class Status(models.TextChoices):
        RECEIVED = "received", _lazy("Received")
        ASSESSED = "assessed", _lazy("Assessed")
        IN_PROGRESS = "in_progress", _lazy("Measures under way")
        AWAITING_EVALUATION = "awaiting_evaluation", _lazy("Awaiting effect evaluation")
        CLOSED = "closed", _lazy("Closed")
        REJECTED = "rejected", _lazy("Rejected")
        DUPLICATE = "duplicate", _lazy("Duplicate")
        TAKEN_OVER = "taken_over", _lazy("Taken over")

    class Channel(models.TextChoices):
        PAGE = "page", _lazy("Handbook page")
        FORM = "form", _lazy("Report form")
        PHONE = "phone", _lazy("Phone or counter")
        WEB = "web", _lazy("Inhabitants' form")
        EMAIL = "email", _lazy("E-mail")
        CARD = "card", _lazy("Report card")
        API = "api", _lazy("Another system")

    class Anonymity(models.TextChoices):
        NAMED = "named", _lazy("With my name")
        COLLEAGUES = "colleagues", _lazy("Anonymous to colleagues")
        ALL = "all", _lazy("Anonymous to all")

    class PageOutcome(models.TextChoices):
        CHANGED = "changed", _lazy("The page is changed")
        UNCHANGED = "unchanged", _lazy("The page needs no change")

    class Audience(models.TextChoices):
        """Whom the story of a case is material for (S38)."""

        USER = "user", _lazy("Users")
        INHABITANT = "inhabitant", _lazy("Inhabitants")
        PUBLIC = "public", _lazy("The public")
        POLITICIANS = "politicians", _lazy("Politicians")
        EMPLOYEES = "employees", _lazy("Employees")
        EMPLOYER = "employer", _lazy("The employer")

    Level = Level

    REPORTABLE = (Kind.DEVIATION, Kind.IMPROVEMENT, Kind.POSITIVE)
    NEEDS_CAUSE = (Kind.DEVIATION, Kind.INSPECTION_FINDING, Kind.AUDIT_FINDING)
    OPEN = (Status.RECEIVED, Status.ASSESSED, Status.IN_PROGRESS, Status.AWAITING_EVALUATION)
    ENDED = (Status.CLOSED, Status.REJECTED, Status.DUPLICATE, Status.TAKEN_OVER)

    # A case shows itself on its page; Wagtail need not index that at every save.
    wagtail_reference_index_ignore = True

    reference = models.CharField(_lazy("reference"), max_length=20, unique=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_lazy("kind"), max_length=20, choices=Kind)
    status = models.CharField(_lazy("status"), max_length=20, choices=Status, default=Status.RECEIVED, editable=False)
    channel = models.CharField(_lazy("reported through"), max_length=10, choices=Channel, default=Channel.FORM)
    title = models.CharField(_lazy("title"), max_length=120)
    description = models.TextField(_lazy("what happened"))
    occurred_at = models.DateTimeField(_lazy("when"), null=True, blank=True)
    received_at = models.DateTimeField(_lazy("received"), default=clock.now, editable=False)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("reported by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_cases",
    )
    anonymity = models.CharField(
        _lazy("who sees the reporter's name"), max_length=10, choices=Anonymity, default=Anonymity.NAMED, editable=False
    )
    needs_triage = models.BooleanField(_lazy("to be sorted"), default=False, editable=False)
    place = models.ForeignKey(
        Unit, verbose_name=_lazy("where"), on_delete=models.PROTECT, related_name="cases_from_here"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_lazy("handled by unit"), on_delete=models.PROTECT, related_name="cases"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("case handler"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_cases",
    )
    deadline = models.DateField(_lazy("deadline"), null=True, blank=True)
    level = models.CharField(_lazy("treated by"), max_length=10, choices=Level, default=Level.UNIT, editable=False)

    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("reported from"), max_length=300, blank=True, editable=False)
    page_owner = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    edition_label = models.CharField(_lazy("version of the page"), max_length=10, blank=True, editable=False)
    section = models.CharField(_lazy("section of the page"), max_length=200, blank=True)

    category = models.ForeignKey(
        "cases.Category", verbose_name=_lazy("category"), on_delete=models.PROTECT, null=True, blank=True
    )
    law_breach = models.BooleanField(_lazy("breach of law or regulation"), default=False)
    sealed = models.BooleanField(_lazy("sealed"), default=False, editable=False)
    probability = models.PositiveSmallIntegerField(_lazy("probability"), null=True, blank=True)
    consequence = models.PositiveSmallIntegerField(_lazy("consequence"), null=True, blank=True)
    residual_probability = models.PositiveSmallIntegerField(_lazy("probability after"), null=True, blank=True)
    residual_consequence = models.PositiveSmallIntegerField(_lazy("consequence after"), null=True, blank=True)

    root_cause = models.TextField(_lazy("root cause"), blank=True)
    whys = models.JSONField(_lazy("five whys"), default=list, blank=True)
    cause = models.ForeignKey(
        "cases.Cause", verbose_name=_lazy("cause"), on_delete=models.PROTECT, null=True, blank=True
    )

    page_outcome = models.CharField(_lazy("the page"), max_length=10, choices=PageOutcome, blank=True)
    page_outcome_note = models.TextField(_lazy("what was changed, or why not"), blank=True)
    public_story = models.TextField(_lazy("told in the public list"), blank=True)
    lesson = models.TextField(_lazy("lesson"), blank=True)
    story = models.TextField(_lazy("the story"), blank=True)
    material_for = models.CharField(_lazy("material for"), max_length=80, blank=True)  # codes of Audience, with a space
    highlighted = models.BooleanField(_lazy("highlight for others to learn from"), default=False)
    assessed_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_lazy("closed"), null=True, blank=True, editable=False)

    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_lazy("duplicate of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
    )
    external_system = models.CharField(_lazy("taken over by"), max_length=60, blank=True)
    external_id = models.CharField(_lazy("number there"), max_length=60, blank=True)

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

    # Reporting

    @classmethod
    @transaction.atomic
    def report(
        cls,
        by: User,
        *,
        kind: str,
        description: str,
        place: Unit,
        key: uuid.UUID | None = None,
        page: "Page | None" = None,
        section: str = "",
        title: str = "",
        channel: str | None = None,
        sealed: bool = False,
        **facts: Any,
    ) -> "Case":
        """A new case from an employee (G16). The same `key` again gives the case already made.

        A deviation goes to the unit where it happened; a proposal or praise about a page goes to the
        unit that owns the page (G21). Both are told. `facts` are other plain fields of the case.
        """
        series = Series.locked()
        if key and (existing := cls.objects.filter(key=key, reporter=by).first()):
            return existing
        case = cls._numbered(
            series,
            key,
            title,
            description,
            kind=kind,
            place=place,
            unit=place,
            reporter=by,
            channel=channel or (cls.Channel.PAGE if page else cls.Channel.FORM),
            sealed=sealed,
            **facts,
        )
        if page:
            case._tie_to(page, section)
        hits = case._begin(by)
        case._tell_of_new(by)
        case._raise_when_new(by, hits)
        return case

    @classmethod
    @transaction.atomic
    def take_in(
        cls,
        *,
        channel: str,
        kind: str,
        description: str,
        unit: Unit,
        name: str = "",
        email: str = "",
        phone: str = "",
        may_tell_others: bool = False,
        title: str = "",
        key: uuid.UUID | None = None,
        by: User | None = None,
        files: "Iterable[CleanFile]" = (),
        **facts: Any,
    ) -> "Case":
        """A new case from somebody outside (S22, S26), to be sorted by those who receive at `unit`.

        `by` is the employee who wrote it in for the person, if any. The same `key` again gives the case already made.
        """
        series = Series.locked()
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        case = cls._numbered(
            series,
            key,
            title,
            description,
            kind=kind,
            place=unit,
            unit=unit,
            channel=channel,
            needs_triage=True,
            **facts,
        )
        case._begin(by)
        correspondent = Correspondent(
            case=case, name=name.strip(), email=email.strip(), phone=phone.strip(), may_tell_others=may_tell_others
        )
        correspondent.save_by(by)
        case.keep(files)
        Notice.tell(receivers(unit), Notice.Kind.INTAKE, case, by=by)
        return case

    @classmethod
    @transaction.atomic
    def report_anonymously(
        cls,
        *,
        description: str,
        place: Unit,
        key: uuid.UUID,
        page: "Page | None" = None,
        section: str = "",
        title: str = "",
        files: "Iterable[CleanFile]" = (),
        **facts: Any,
    ) -> tuple["Case", str]:
        """A new case from an employee who is anonymous to all (G18), and the token of the secret link to it.

        Nothing is kept of who it was: no user, no name of a file, and of the time only the day. Therefore nobody is
        told at once either: see `tell_of_anonymous`. The same `key` again gives the case already made and a new link.
        """
        series = Series.locked()
        if existing := cls.objects.filter(key=key, reporter=None, anonymity=cls.Anonymity.ALL).first():
            return existing, existing.correspondent.new_link()
        with clock.set_to(clock.midnight()):
            channel = cls.Channel.PAGE if page else cls.Channel.FORM
            case = cls._numbered(
                series,
                key,
                title,
                description,
                place=place,
                unit=place,
                channel=channel,
                anonymity=cls.Anonymity.ALL,
                **facts,
            )
            if page:
                case._tie_to(page, section)
            case._begin(None)
            person = Correspondent(case=case, anonymous=True, untold_since=clock.today())
            person.save_by(None)
            case.keep(files)
            return case, person.new_link()

    def tell_of_anonymous(self) -> None:
        """Tell of what somebody anonymous has reported or written, a day or more after, when the time of the notice
        says nothing of who it was."""
        with transaction.atomic():
            if self.notices.filter(kind=Notice.Kind.NEW_CASE).exists():
                Notice.tell(self._speakers(), Notice.Kind.MESSAGE, self, by=None)
            else:
                self._tell_of_new(None)
                self._raise_when_new(None, EscalationRule.objects.hit_by(self))
                Webhook.objects.announce(self, Entry.Event.RECEIVED)
            self.correspondent.wait_to_tell(None)

    @classmethod
    @transaction.atomic
    def record(cls, by: User, *, unit: Unit | None, sealed: bool, answer: str, key: uuid.UUID, **facts: Any) -> "Case":
        """What an inhabitant said on the phone or at the counter, written in by the service desk (S32). With a unit it
        is sorted at once. The same `key` again gives the case already made."""
        municipality = Unit.objects.get(depth=1)
        if not by.has_right(Right.TAKE_IN, municipality):
            raise PermissionDenied
        if existing := cls.objects.filter(key=key).first():
            return existing
        case = cls.take_in(channel=cls.Channel.PHONE, unit=municipality, by=by, key=key, **facts)
        case.correspondent.tell(f"received:{case.reference}", _("We have received your case"))
        if unit:
            case.triage(by, unit=unit, kind=case.kind, title=case.title, sealed=sealed, answer=answer)
        elif answer.strip():
            case.write(by, answer)
        return case

    @classmethod
    def _numbered(cls, series: Series, key: uuid.UUID | None, title: str, description: str, **facts: Any) -> "Case":
        """A case with the next number, not saved yet. Without a title it gets one from the text."""
        return cls(
            reference=series.take(),
            key=key or uuid.uuid4(),
            title=title.strip() or summarise(description),
            description=description.strip(),
            **facts,
        )

    def _begin(self, by: User | None) -> list[Hit]:
        """Save the new case with its deadline; the rules that hold for it."""
        hits = EscalationRule.objects.hit_by(self)
        self._hasten(hits)
        self.save_by(by)
        self._log(by, Entry.Event.RECEIVED)
        return hits

    def triage(
        self,
        by: User,
        *,
        unit: Unit,
        kind: str,
        title: str,
        category: Any = None,
        sealed: bool = False,
        answer: str = "",
        version: int | None = None,
    ) -> None:
        """Sort a case from outside: what it is, who handles it, and whether it is sealed (S32). From then on it is a
        case like any other."""
        self._demand(by, Act.TRIAGE)
        with self.changing(by, version=version):
            self._demand(by, Act.TRIAGE)
            self._demand_open()
            if not title.strip():
                raise ValidationError({"title": _("Give the case a title.")})
            self.kind, self.title, self.category = kind, title.strip(), category
            self.unit = self.place = unit
            self.sealed = sealed
            self.needs_triage = False
            self._log(by, Entry.Event.SORTED, str(unit))
            if answer.strip():
                self._write(by, answer)
            hits = EscalationRule.objects.hit_by(self)
            self._raise(by, hits)
            self._hasten(hits)
        self._tell_of_new(by)

    def send_back(self, by: User, *, reason: str, version: int | None = None) -> None:
        """The unit it was sorted to can't do anything about it: back in the queue, with the reason to those who sort
        (S32). The reporter outside notices nothing: `place` stays until it is sorted again. A sealed case is not sent
        back, for those who sort may not read what the unit has written in it."""
        self._demand(by, Act.SEND_BACK)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the case is sent on.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.SEND_BACK)
            self._demand_status(self.Status.RECEIVED, self.Status.ASSESSED)
            self._log(by, Entry.Event.SENT_BACK, f"{self.unit}. {reason}")
            self.unit, self.handler, self.needs_triage = Unit.objects.get(depth=1), None, True
        Notice.tell(receivers(self.unit), Notice.Kind.INTAKE, self, by=by)

    def _tie_to(self, page: "Page", section: str) -> None:
        document = page.document
        edition = document.edition_in_force()
        self.page = page
        self.page_document_id = document.document_id
        self.page_label = f"{document.number} {document.title}"
        self.edition_label = edition.label if edition else ""
        self.page_owner = edition.owner_unit if edition else None
        self.section = section
        if self.kind != self.Kind.DEVIATION and self.page_owner:
            self.unit = self.page_owner

    def _tell_of_new(self, by: User | None) -> None:
        """The leaders of the unit and of the one that owns the page, then those who follow, once each."""
        told = self.unit.responsible_leaders()
        Notice.tell(told, Notice.Kind.NEW_CASE, self, by=by)
        if not self.sealed and self.page_owner and self.page_owner != self.unit:
            owners = self.page_owner.responsible_leaders()
            Notice.tell(owners, Notice.Kind.PROCESS, self, by=by)
            told = [*told, *owners]
        tell_followers(self, by=by, told=told)

    # The road from received to closed. Each method: right, lock, guard, change, history, notice.

    def assess(
        self,
        by: User,
        *,
        probability: int | None,
        consequence: int | None,
        law_breach: bool = False,
        category: Any = None,
        handler: User | None = None,
        deadline: datetime.date | None = None,
        answer: str = "",
        version: int | None = None,
    ) -> None:
        """Received → assessed: how serious it is, who handles it, by when, and an answer to the
        reporter. May be done again while the case is open, as more becomes known."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            if self.kind != self.Kind.POSITIVE and (probability is None or consequence is None):
                missing = "probability" if probability is None else "consequence"
                raise ValidationError({missing: _("Say how likely and how serious it is, from 1 to 5.")})
            self.probability, self.consequence = probability, consequence
            self.law_breach = law_breach
            self.category = category or self.category
            asked = handler or self.handler or by
            self._give_to(asked, by)
            chosen = deadline not in (None, self.deadline)
            self.deadline = deadline or self.deadline
            if self.status == self.Status.RECEIVED:
                self.status = self.Status.ASSESSED
                self.assessed_at = clock.now()
            self._log(by, Entry.Event.ASSESSED, self._assessment_in_words())
            hits = EscalationRule.objects.hit_by(self)
            self._raise(by, hits)
            if not chosen:
                self._hasten(hits)
            if answer:
                self._answer(by, answer)
        self._tell_after_assessment(by, asked)

    def _give_to(self, asked: User, by: User) -> None:
        """Make the person the handler, or who stands in while the person is away (G3). Who has the case
        already, or takes it, has it."""
        stays = asked in (by, self.handler)
        self.handler = asked if stays else absence.stand_in(asked)
        self._note_deputy(by, asked, self.handler)

    def _note_deputy(self, by: User, asked: User, given: User) -> None:
        """Say in the timeline for whom somebody stands in, to those who handle the case: that a colleague is
        away is not for everybody who reads it."""
        if text := absence.in_place_of(asked, given):
            self._say(by, f"{given}: {text}", internal=True)

    def _assessment_in_words(self) -> str:
        if self.score is None:
            return ""
        return _("Probability %(p)s × consequence %(c)s = %(score)s") % {
            "p": self.probability,
            "c": self.consequence,
            "score": self.score,
        }

    # Escalation (G21): what the rules say of the case as it is now

    def _hasten(self, hits: list[Hit]) -> None:
        """The shortest deadline of the rules that hold, when it is sooner than the one there is."""
        days = [hit.rule.deadline_days for hit in hits if hit.rule.deadline_days]
        if days:
            soonest = clock.today() + datetime.timedelta(min(days))
            self.deadline = min(self.deadline or soonest, soonest)

    def _raise_when_new(self, by: User | None, hits: list[Hit]) -> None:
        if any(hit.rule.lifts for hit in hits):
            with self.changing(by):
                self._raise(by, hits)

    def _raise(self, by: User | None, hits: list[Hit]) -> None:
        """Lift the case, say why in its log, and tell those who treat it and may read it. Each rule once; a level is
        never lowered."""
        done = set(self.escalations.values_list("rule", flat=True))
        for hit in hits:
            if hit.rule.lifts and hit.rule.pk not in done:
                self.level = max(Level(self.level), Level(hit.rule.level), key=lambda level: level.height)
                self.highlighted = self.highlighted or hit.rule.highlight
                self.escalations.create(rule=hit.rule, why=hit.why, at=clock.now())
                self._log(by, Entry.Event.ESCALATED, f"{hit.rule}: {hit.why}".removesuffix(": "))
                told = [person for person in hit.rule.people(self) if can(person, Act.READ, self)]
                Notice.tell(told, Notice.Kind.ESCALATED, self, by=by)

    def _tell_after_assessment(self, by: User, asked: User) -> None:
        Notice.tell([asked], Notice.Kind.ASSIGNED, self, by=by)
        self._tell_reporter(Notice.Kind.PROGRESS, by)

    def set_cause(
        self, by: User, *, root_cause: str, cause: Any, whys: Iterable[str] = (), version: int | None = None
    ) -> None:
        """Name the root cause: in words, by the five whys, and by code."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_status(self.Status.ASSESSED, self.Status.IN_PROGRESS, self.Status.AWAITING_EVALUATION)
            if not root_cause.strip():
                raise ValidationError({"root_cause": _("Write the root cause in your own words.")})
            if cause is None:
                raise ValidationError({"cause": _("Choose the cause that fits best.")})
            self.root_cause, self.cause = root_cause.strip(), cause
            self.whys = [why.strip() for why in whys if why.strip()]
            self._log(by, Entry.Event.CAUSE_SET, cause.name)
            self._raise(by, EscalationRule.objects.hit_by(self))

    def close(
        self,
        by: User,
        *,
        residual_probability: int | None = None,
        residual_consequence: int | None = None,
        page_outcome: str = "",
        page_outcome_note: str = "",
        lesson: str = "",
        story: str = "",
        material_for: Iterable[str] = (),
        highlighted: bool = False,
        public_story: str = "",
        answer: str = "",
        version: int | None = None,
    ) -> None:
        """The end of the road. Raises `ValidationError` naming each gate that is shut."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            self.residual_probability, self.residual_consequence = residual_probability, residual_consequence
            self.page_outcome, self.page_outcome_note = page_outcome, page_outcome_note.strip()
            self._tell_story(lesson, story, material_for, highlighted)
            self.public_story = self._fit_for_all(public_story.strip())
            if answer.strip():
                self._answer(by, answer)
            if shut := [gate for gate in gates.to_close(self) if not gate.open]:
                raise gates.refusal(shut)
            self.status = self.Status.CLOSED
            self.closed_at = clock.now()
            self._log(by, Entry.Event.CLOSED)
        self._tell_reporter(Notice.Kind.CLOSED, by)
        tell_followers(self, by=by, told=[self.reporter])

    def retell(
        self,
        by: User,
        *,
        lesson: str,
        story: str = "",
        material_for: Iterable[str] = (),
        highlighted: bool = False,
        public_story: str | None = None,
        version: int | None = None,
    ) -> None:
        """Mend the story of a closed case, give it one, or take it out of the feed: without a lesson it is not told.
        The same for the public list and `public_story`; None leaves that as it is."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_status(self.Status.CLOSED)
            is_news = not self.lesson
            self._tell_story(lesson, story, material_for, highlighted)
            if public_story is not None:
                self.public_story = self._fit_for_all(public_story.strip())
            self._log(by, Entry.Event.RETOLD)
        if is_news and self.lesson:
            tell_followers(self, by=by)

    def _tell_story(self, lesson: str, story: str, material_for: Iterable[str], highlighted: bool) -> None:
        self.lesson, self.story, self.highlighted = lesson.strip(), story.strip(), highlighted
        chosen = set(material_for)
        if chosen - set(self.Audience.values):
            raise ValidationError({"material_for": _("Choose from the list.")})
        self.material_for = " ".join(code for code in self.Audience.values if code in chosen)

    def _fit_for_all(self, story: str) -> str:
        """The story, when it names nobody of the case and holds no number or address of a person (S31)."""
        if masking.mask(story, self.names()) != story:
            raise ValidationError(
                {
                    "public_story": _(
                        "Anybody can read this. Take out names, phone numbers, e-mail and identity numbers."
                    )
                }
            )
        return story

    def reject(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Not a case for the register. The reporter reads the reason."""
        self._end(by, self.Status.REJECTED, Entry.Event.REJECTED, reason, version=version)

    def mark_duplicate(self, by: User, *, of: "Case", reason: str = "", version: int | None = None) -> None:
        """The same thing is already followed up in another case, which the person must be able to read. Those who
        reported this one follow that one from now on. One that is not sorted yet comes to the unit of the other.

        A sealed case is not pointed at from an ordinary one: that would tell that it is there. Nor is the reference
        of the other written in any text, for it may be sealed later: those who may read it see it beside the case.
        """
        if of.pk in (self.pk, *(case.pk for case in self.follow_ups())):
            raise ValidationError({"duplicate_of": _("Choose another case than this one.")})
        if not can(by, Act.READ, of) or (of.sealed and not self.sealed):
            raise ValidationError({"duplicate_of": _("There is no such case that you can point to.")})
        text = _("The same thing is followed up in another case.")
        sorted_now: dict[str, Any] = {}
        if self.needs_triage and not of.needs_triage:
            sealed = self.sealed or masking.is_sensitive(f"{self.title} {self.description}")
            sorted_now = {"needs_triage": False, "unit": of.unit, "place": of.unit, "sealed": sealed}
        self._end(
            by,
            self.Status.DUPLICATE,
            Entry.Event.DUPLICATE,
            f"{text} {reason}".strip(),
            version=version,
            duplicate_of=of,
            **sorted_now,
        )

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

    def take_over(
        self, by: User, *, system: str, external_id: str, reason: str = "", version: int | None = None
    ) -> None:
        """Another system handles it from here; found again by its number there (S34)."""
        self._end(
            by,
            self.Status.TAKEN_OVER,
            Entry.Event.TAKEN_OVER,
            f"{system} {external_id}. {reason}".strip(),
            version=version,
            external_system=system,
            external_id=external_id,
        )

    def _end(self, by: User, status: str, event: str, reason: str, *, version: int | None, **fields: Any) -> None:
        self._demand(by, Act.HANDLE)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why, so that the reporter understands.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            for name, value in fields.items():
                setattr(self, name, value)
            self.status = status
            self.closed_at = clock.now()
            self._log(by, event, reason)
            if self.has_correspondent:
                self._write(by, reason)
        self._tell_reporter(Notice.Kind.CLOSED, by)

    def hear_from_system(self, by: User, *, system: str, status: str, note: str) -> Entry:
        """The state of a case another system has taken over, as that system says it (S34). The reporter is told."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
            self._demand_status(self.Status.TAKEN_OVER)
            if self.external_system.lower() != system.lower():
                raise PermissionDenied
            entry = self._log(by, Entry.Event.ELSEWHERE, f"{system}: {status}. {note}".strip())
        self._tell_reporter(Notice.Kind.PROGRESS, by)
        return entry

    def reopen(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Take an ended case up again."""
        self._demand(by, Act.HANDLE)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the case is taken up again.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.HANDLE)
            self._demand_status(*self.ENDED)
            if self.assessed_at is None:
                self.status = self.Status.RECEIVED
            else:
                self.status = self.Status.IN_PROGRESS if self.actions.live().exists() else self.Status.ASSESSED
            self.closed_at = None
            self.duplicate_of = None
            self.external_system = self.external_id = ""
            self._log(by, Entry.Event.REOPENED, reason)
        self._tell_reporter(Notice.Kind.PROGRESS, by)
        Notice.tell([self.handler], Notice.Kind.PROGRESS, self, by=by)
        tell_followers(self, by=by, told=[self.reporter, self.handler])

    def reassign(self, by: User, *, unit: Unit, reason: str, version: int | None = None) -> None:
        """Send the case to the unit that should handle it, with the reason (G21)."""
        self._demand(by, Act.REASSIGN)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the case is sent on.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.REASSIGN)
            self._demand_open()
            if unit == self.unit:
                raise ValidationError({"unit": _("The case is already there. Choose another unit.")})
            before, self.unit, self.handler = self.unit, unit, None
            self._log(by, Entry.Event.REASSIGNED, f"{before} → {unit}. {reason}")
        Notice.tell(self.unit.responsible_leaders(), Notice.Kind.NEW_CASE, self, by=by)

    def set_handler(self, by: User, *, handler: User, version: int | None = None) -> None:
        """Give the case to a handler."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            self._give_to(handler, by)
            self._log(by, Entry.Event.HANDLER_SET, str(self.handler))
        Notice.tell([handler], Notice.Kind.ASSIGNED, self, by=by)

    def correct(self, by: User, *, title: str, category: Any, law_breach: bool, version: int | None = None) -> None:
        """Mend the title, category or breach of law. What was reported stays as it was written."""
        self._demand(by, Act.HANDLE)
        if not title.strip():
            raise ValidationError({"title": _("Give the case a title.")})
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            self.title, self.category, self.law_breach = title.strip(), category, law_breach
            self._log(by, Entry.Event.CORRECTED)

    def seal(self, by: User, *, sealed: bool, reason: str, version: int | None = None) -> None:
        """Seal for personal data, or open again (G18)."""
        self._demand(by, Act.SEAL)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.SEAL)
            self.sealed = sealed
            self._log(by, Entry.Event.SEALED if sealed else Entry.Event.UNSEALED, reason)

    def give_access(self, by: User, *, person: User, reason: str) -> None:
        """Let a named person read a sealed case."""
        self._demand(by, Act.SEAL)
        with transaction.atomic():
            CaseReader.objects.get_or_create(case=self, user=person, defaults={"added_by": by})
            self._log(by, Entry.Event.READER_ADDED, f"{person.get_full_name()}. {reason}")
        Notice.tell([person], Notice.Kind.ACCESS, self, by=by)

    # Dialogue

    def say(self, by: User, text: str, *, internal: bool = False) -> Entry:
        """A message all who may read the case see, or a note for those who handle it."""
        self._demand(by, Act.HANDLE if internal else Act.COMMENT)
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        if self._answers(by, internal):
            with self.changing(by):
                entry = self._say(by, text)
        else:
            entry = self._say(by, text, internal=internal)
        self._tell_of_message(by, internal)
        return entry

    def write(self, by: User, text: str, *, version: int | None = None) -> Entry:
        """A letter to the person outside who reported it, read on the person's own page (S31)."""
        self._demand(by, Act.WRITE_OUT)
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        with self.changing(by, version=version):
            self._demand(by, Act.WRITE_OUT)
            entry = self._write(by, text)
        return entry

    def hear(self, text: str, files: "Iterable[CleanFile]" = (), key: uuid.UUID | None = None) -> Entry:
        """A letter from the person outside who reported it. Whoever handles it, or may, is told. The same `key` again
        gives the letter already there."""
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        with transaction.atomic():
            entry, new = self.entries.get_or_create(
                key=key or uuid.uuid4(),
                defaults={
                    "case": self,
                    "kind": Entry.Kind.LETTER,
                    "text": text.strip(),
                    "from_outside": True,
                    "created_at": self._letter_time(),
                },
            )
            if new:
                self.keep(files)
                self._tell_speakers(Notice.Kind.MESSAGE)
        return entry

    def add(
        self,
        by: User,
        *,
        text: str,
        from_reporter: bool,
        answer: str = "",
        files: "Iterable[CleanFile]" = (),
        version: int | None = None,
    ) -> Entry:
        """What came in about the case some other way than by the reporter's own page: said on the phone, sent by
        e-mail (S32). From the reporter it is a letter; from others a note, with files, for those who handle the case."""
        self._demand(by, Act.ADD)
        if not text.strip():
            raise ValidationError({"text": _("Write what the person said.")})
        if from_reporter and not self.has_correspondent:
            raise ValidationError({"from_reporter": _("Nobody outside has reported this case.")})
        if answer.strip() and not from_reporter:
            raise ValidationError({"answer": _("Only the reporter gets an answer here.")})
        with self.changing(by, version=version):
            self._demand(by, Act.ADD)
            entry = self._entry(by, Entry.Kind.LETTER if from_reporter else Entry.Kind.NOTE, text, from_reporter)
            self.keep(files, None if from_reporter else by)
            if answer.strip():
                self._write(by, answer)
        Notice.tell(self._speakers(), Notice.Kind.MESSAGE, self, by=by)
        return entry

    def hear_effect(self, answer: str, words: str, *, helped: bool) -> None:
        """What the person outside says of the effect, in the timeline. Raises `ValidationError` unless it is closed."""
        self._demand_status(self.Status.CLOSED)
        with clock.set_to(self._letter_time()):
            self._log(None, Entry.Event.EFFECT_HEARD, answer)
            if words.strip():
                self.entries.create(
                    kind=Entry.Kind.LETTER, text=words.strip(), from_outside=True, created_at=clock.now()
                )
        if not helped:
            self._tell_speakers(Notice.Kind.NOT_BETTER)

    def _letter_time(self) -> datetime.datetime:
        """What a letter from outside is dated by. One from somebody anonymous to all by the day only: when it began,
        or the last line of the timeline when that is later, so that the order is kept."""
        if not self.correspondent.anonymous:
            return clock.now()
        last = self.entries.order_by("-created_at").values_list("created_at", flat=True).first()
        return max(clock.midnight(), last or clock.midnight())

    def _tell_speakers(self, kind: "Notice.Kind") -> None:
        """Tell that the person outside has written; of somebody anonymous to all the day after."""
        if self.correspondent.anonymous:
            self.correspondent.wait_to_tell(self.correspondent.untold_since or clock.today())
        else:
            Notice.tell(self._speakers(), kind, self, by=None)

    def hear_undelivered(self) -> None:
        """A letter to the person outside could not be delivered. Whoever would have had the answer is told."""
        with transaction.atomic():
            self._log(None, Entry.Event.UNDELIVERED)
            Notice.tell(self._speakers(), Notice.Kind.UNDELIVERED, self, by=None)

    def _speakers(self) -> list[User]:
        """Who is told when the person outside writes."""
        if self.handler:
            return [self.handler]
        return receivers(self.unit) if self.needs_triage else self.unit.responsible_leaders()

    def _write(self, by: User, text: str) -> Entry:
        self.answered_at = self.answered_at or clock.now()
        entry = self._entry(by, Entry.Kind.LETTER, text)
        self.correspondent.tell(f"letter:{entry.pk}", _("You have an answer"))
        return entry

    def _answer(self, by: User, text: str) -> Entry:
        """An answer to the reporter, in the house or outside."""
        return self._write(by, text) if self.has_correspondent else self._say(by, text)

    def _tell_reporter(self, kind: "Notice.Kind", by: User) -> None:
        """Tell whoever reported it that something happened."""
        Notice.tell([self.reporter], kind, self, by=by)
        if self.has_correspondent:
            news = _("Your case is closed") if kind == Notice.Kind.CLOSED else _("There is news in your case")
            last = self.entries.order_by("-pk").values_list("pk", flat=True).first()
            self.correspondent.tell(f"{kind}:{self.reference}:{last}", news)
        for other in self.follow_ups() if not self.sealed else []:
            if other.has_correspondent:
                occasion = f"{kind}:{other.reference}:{self.pk}:{self.version}"
                other.correspondent.tell(occasion, _("There is news in your case"))

    def _tell_of_message(self, by: User, internal: bool) -> None:
        people = [self.handler] if internal else [self.reporter, self.handler]
        if not self.handler:
            people += self.unit.responsible_leaders()
        Notice.tell(people, Notice.Kind.MESSAGE, self, by=by)

    def _answers(self, by: User, internal: bool) -> bool:
        """Whether a message from this person is the first answer to the reporter."""
        return self.answered_at is None and not internal and by != self.reporter and can(by, Act.HANDLE, self)

    def attach(self, by: User, files: "Iterable[CleanFile]") -> list[Attachment]:
        """Add files that `cases.uploads` has checked and cleaned. No files: nothing happens."""
        files = list(files)
        if not files:
            return []
        self._demand(by, Act.ATTACH)
        self._demand_open()
        with transaction.atomic():
            attached = self.keep(files, by)
            self._log(by, Entry.Event.FILE_ADDED, ", ".join(file.name for file in files))
        return attached

    def keep(self, files: "Iterable[CleanFile]", by: User | None = None) -> list[Attachment]:
        """Keep files that `cases.uploads` has checked and cleaned; `by` is None for the reporter outside. Those of
        somebody anonymous to all lose their names and the time they came."""
        unknown = by is None and self.anonymity == self.Anonymity.ALL
        if not unknown:
            return [self._kept(file, by) for file in files]
        with clock.set_to(clock.midnight()):
            kept = [self._kept(file, None) for file in numbered(files)]
        for attachment in kept:
            attachment.forget_time(attachment.uploaded_at)
        return kept

    def _kept(self, file: "CleanFile", by: User | None) -> Attachment:
        attachment = Attachment.holding(file, case=self, uploaded_by=by, uploaded_at=clock.now())
        attachment._history_user = by  # type: ignore[attr-defined]
        attachment.save()
        return attachment

    def _say(self, by: User, text: str, *, internal: bool = False) -> Entry:
        if self._answers(by, internal):
            self.answered_at = clock.now()
        return self._entry(by, Entry.Kind.NOTE if internal else Entry.Kind.MESSAGE, text)

    def _log(self, by: User | None, event: str, text: str = "") -> Entry:
        if by or self.anonymity != self.Anonymity.ALL:
            Webhook.objects.announce(self, event)
        return self._entry(by, Entry.Kind.EVENT, text, event=event)

    def _entry(self, by: User | None, kind: str, text: str, from_outside: bool = False, event: str = "") -> Entry:
        return self.entries.create(
            kind=kind,
            event=event,
            text=text.strip(),
            author=by,
            author_label=by.get_full_name() if by else "",
            from_outside=from_outside,
            created_at=clock.now(),
        )

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


def receivers(unit: Unit) -> list[User]:
    """Those at the service desk who receive what comes from outside to the unit."""
    held = RoleAssignment.objects.current().filter(role=Role.SERVICE_DESK, unit__path__in=unit.lineage)
    return list(User.objects.active().filter(pk__in=held.values("user")))


def summarise(text: str) -> str:
    """A title from the first sentence of what was written, at most 90 characters."""
    first = text.strip().split("\n")[0].split(". ")[0].rstrip(".")
    return Truncator(first).chars(90)
