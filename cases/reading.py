"""One person reading one case: what they see of texts and names (S30).

Those with need read everything. All other employees read the same case to learn from it, with
people as roles and personal data hidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from cases import masking
from cases.models import Answer, Case, Entry
from cases.permissions import Act, can
from organisation.models import User

# Events whose details are a person's name or a file's: shown to those who read the case whole.
PRIVATE_EVENTS = frozenset({Entry.Event.HANDLER_SET, Entry.Event.READER_ADDED, Entry.Event.FILE_ADDED})


@dataclass
class Line:
    """A line of the timeline, ready to show."""

    entry: Entry
    who: str
    role: str
    text: str


@dataclass
class Reading:
    """The case as this person may read it."""

    user: User
    case: Case
    more_names: set[str] = field(default_factory=set)

    @cached_property
    def whole(self) -> bool:
        return can(self.user, Act.READ_WHOLE, self.case)

    def text(self, text: str) -> str:
        """The text whole, or with personal data hidden."""
        return text if self.whole else masking.mask(text, {*self.case.names(), *self.more_names})

    def answer(self, answer: Answer) -> str:
        """What was answered to an extra question; the name of a file only for those who read the case whole."""
        if answer.is_file and not self.whole:
            return _("One file, only for those who handle the case.")
        return self.text(answer.words)

    def role(self, person_id: int | None) -> str:
        """What the person is to the case."""
        if person_id == self.case.reporter_id:
            return _("Reporter")
        return _("Case handler") if person_id == self.case.handler_id else _("Colleague")

    def person(self, person: User | None) -> str:
        """The name, or what the person is to the case, or does, when the name is hidden."""
        if person is None:
            return "–"
        if self.whole or person == self.user:
            return str(person)
        if person.pk == self.case.reporter_id:
            return _("Hidden for you")
        return person.job_title or self.role(person.pk)

    def timeline(self, entries: Iterable[Entry]) -> list[Line]:
        """The timeline with names as roles for those who read the case masked."""
        entries = list(entries)
        self.more_names |= {entry.author_label for entry in entries}
        return [self._line(entry) for entry in entries]

    def _line(self, entry: Entry) -> Line:
        if entry.from_outside:
            return Line(entry, self.case.correspondent.name or _("Inhabitant"), _("Reporter"), self.text(entry.text))
        if entry.author_id is None and self.case.has_correspondent:
            return Line(entry, _("Reporter"), _("Reporter"), self.text(entry.text))
        role = self.role(entry.author_id) if entry.author_id else ""
        named = self.whole or entry.author_id == self.user.pk
        hidden = entry.event in PRIVATE_EVENTS and not self.whole
        return Line(entry, entry.author_label if named else role, role, "" if hidden else self.text(entry.text))
