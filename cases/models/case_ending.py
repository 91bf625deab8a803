"""How a case ends, what is told of it afterwards, and how it is taken up again."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import gates, masking
from cases.permissions import Act, can
from organisation import clock
from organisation.models import User

from .case_facts import CaseFacts
from .following import tell_followers
from .notice import Notice
from .timeline import Entry

if TYPE_CHECKING:
    from .case import Case


class Ending(CaseFacts):
    """The end of the road of a `Case`. Each change: right, lock, guard, change, history, notice."""

    class Meta:
        abstract = True

    def close(
        self: "Case",
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
        self: "Case",
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

    def _tell_story(self: "Case", lesson: str, story: str, material_for: Iterable[str], highlighted: bool) -> None:
        self.lesson, self.story, self.highlighted = lesson.strip(), story.strip(), highlighted
        chosen = set(material_for)
        if chosen - set(self.Audience.values):
            raise ValidationError({"material_for": _("Choose from the list.")})
        self.material_for = " ".join(code for code in self.Audience.values if code in chosen)

    def _fit_for_all(self: "Case", story: str) -> str:
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

    def reject(self: "Case", by: User, *, reason: str, version: int | None = None) -> None:
        """Not a case for the register. The reporter reads the reason."""
        self._end(by, self.Status.REJECTED, Entry.Event.REJECTED, reason, version=version)

    def mark_duplicate(self: "Case", by: User, *, of: "Case", reason: str = "", version: int | None = None) -> None:
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

    def take_over(
        self: "Case", by: User, *, system: str, external_id: str, reason: str = "", version: int | None = None
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

    def _end(
        self: "Case", by: User, status: str, event: str, reason: str, *, version: int | None, **fields: Any
    ) -> None:
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

    def hear_from_system(self: "Case", by: User, *, system: str, status: str, note: str) -> Entry:
        """The state of a case another system has taken over, as that system says it (S34). The reporter is told."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
            self._demand_status(self.Status.TAKEN_OVER)
            if self.external_system.lower() != system.lower():
                raise PermissionDenied
            entry = self._log(by, Entry.Event.ELSEWHERE, f"{system}: {status}. {note}".strip())
        self._tell_reporter(Notice.Kind.PROGRESS, by)
        return entry

    def reopen(self: "Case", by: User, *, reason: str, version: int | None = None) -> None:
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
