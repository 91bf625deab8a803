"""How a case is handled: assessed, given its cause, lifted, sent on, corrected and sealed."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.permissions import Act, can
from organisation import absence, clock
from organisation.models import Unit, User

from .case_facts import CaseFacts
from .case_reader import CaseReader
from .escalation import EscalationRule, Hit, Level
from .notice import Notice
from .timeline import Entry

if TYPE_CHECKING:
    from .case import Case


class Handling(CaseFacts):
    """The road of a `Case` while it is open. Each change: right, lock, guard, change, history, notice."""

    class Meta:
        abstract = True

    def assess(
        self: "Case",
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
            if self.kind not in self.WITHOUT_RISK and (probability is None or consequence is None):
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

    def _give_to(self: "Case", asked: User, by: User) -> None:
        """Make the person the handler, or who stands in while the person is away (G3). Who has the case
        already, or takes it, has it."""
        stays = asked in (by, self.handler)
        self.handler = asked if stays else absence.stand_in(asked)
        self._note_deputy(by, asked, self.handler)

    def _note_deputy(self: "Case", by: User, asked: User, given: User) -> None:
        """Say in the timeline for whom somebody stands in, to those who handle the case: that a colleague is
        away is not for everybody who reads it."""
        if text := absence.in_place_of(asked, given):
            self._say(by, f"{given}: {text}", internal=True)

    def _assessment_in_words(self: "Case") -> str:
        if self.score is None:
            return ""
        return _("Probability %(p)s × consequence %(c)s = %(score)s") % {
            "p": self.probability,
            "c": self.consequence,
            "score": self.score,
        }

    def _tell_after_assessment(self: "Case", by: User, asked: User) -> None:
        Notice.tell([asked], Notice.Kind.ASSIGNED, self, by=by)
        self._tell_reporter(Notice.Kind.PROGRESS, by)

    def set_cause(
        self: "Case", by: User, *, root_cause: str, cause: Any, whys: Iterable[str] = (), version: int | None = None
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

    def reassign(self: "Case", by: User, *, unit: Unit, reason: str, version: int | None = None) -> None:
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

    def set_handler(self: "Case", by: User, *, handler: User, version: int | None = None) -> None:
        """Give the case to a handler."""
        self._demand(by, Act.HANDLE)
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            self._give_to(handler, by)
            self._log(by, Entry.Event.HANDLER_SET, str(self.handler))
        Notice.tell([handler], Notice.Kind.ASSIGNED, self, by=by)

    def correct(
        self: "Case", by: User, *, title: str, category: Any, law_breach: bool, version: int | None = None
    ) -> None:
        """Mend the title, category or breach of law. What was reported stays as it was written."""
        self._demand(by, Act.HANDLE)
        if not title.strip():
            raise ValidationError({"title": _("Give the case a title.")})
        with self.changing(by, version=version):
            self._demand(by, Act.HANDLE)
            self._demand_open()
            self.title, self.category, self.law_breach = title.strip(), category, law_breach
            self._log(by, Entry.Event.CORRECTED)

    def seal(self: "Case", by: User, *, sealed: bool, reason: str, version: int | None = None) -> None:
        """Seal for personal data, or open again (G18)."""
        self._demand(by, Act.SEAL)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason):
            self._demand(by, Act.SEAL)
            self.sealed = sealed
            self._log(by, Entry.Event.SEALED if sealed else Entry.Event.UNSEALED, reason)

    def give_access(self: "Case", by: User, *, person: User, reason: str) -> None:
        """Let a named person read a sealed case."""
        self._demand(by, Act.SEAL)
        with transaction.atomic():
            CaseReader.objects.get_or_create(case=self, user=person, defaults={"added_by": by})
            self._log(by, Entry.Event.READER_ADDED, f"{person.get_full_name()}. {reason}")
        Notice.tell([person], Notice.Kind.ACCESS, self, by=by)

    # Escalation (G21): what the rules say of the case as it is now

    def _hasten(self: "Case", hits: list[Hit]) -> None:
        """The shortest deadline of the rules that hold, when it is sooner than the one there is. What an inspection or an
        audit has set stands: it was chosen by how serious the finding is."""
        if self.channel == self.Channel.CONTROL and self.deadline:
            return
        days = [hit.rule.deadline_days for hit in hits if hit.rule.deadline_days]
        if days:
            soonest = clock.today() + datetime.timedelta(min(days))
            self.deadline = min(self.deadline or soonest, soonest)

    def _raise_when_new(self: "Case", by: User | None, hits: list[Hit]) -> None:
        if any(hit.rule.lifts for hit in hits):
            with self.changing(by):
                self._raise(by, hits)

    def _raise(self: "Case", by: User | None, hits: list[Hit]) -> None:
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
