"""What is said in a case, its files, and who is told."""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.permissions import Act, can
from cases.uploads import numbered
from organisation import clock
from organisation.models import User

from .attachment import Attachment
from .case_facts import CaseFacts
from .case_taking_in import receivers
from .notice import Notice
from .timeline import Entry
from .webhook import Webhook

if TYPE_CHECKING:
    from cases.uploads import CleanFile

    from .case import Case


class Dialogue(CaseFacts):
    """The timeline of a `Case`: messages in the house, letters to and from the reporter outside, events."""

    class Meta:
        abstract = True

    def say(self: "Case", by: User, text: str, *, internal: bool = False) -> Entry:
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

    def write(self: "Case", by: User, text: str, *, version: int | None = None) -> Entry:
        """A letter to the person outside who reported it, read on the person's own page (S31)."""
        self._demand(by, Act.WRITE_OUT)
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        with self.changing(by, version=version):
            self._demand(by, Act.WRITE_OUT)
            entry = self._write(by, text)
        return entry

    def hear(self: "Case", text: str, files: "Iterable[CleanFile]" = (), key: uuid.UUID | None = None) -> Entry:
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
        self: "Case",
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

    def hear_effect(self: "Case", answer: str, words: str, *, helped: bool) -> None:
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

    def _letter_time(self: "Case") -> datetime.datetime:
        """What a letter from outside is dated by. One from somebody anonymous to all by the day only: when it began,
        or the last line of the timeline when that is later, so that the order is kept."""
        if not self.correspondent.anonymous:
            return clock.now()
        last = self.entries.order_by("-created_at").values_list("created_at", flat=True).first()
        return max(clock.midnight(), last or clock.midnight())

    def _tell_speakers(self: "Case", kind: "Notice.Kind") -> None:
        """Tell that the person outside has written; of somebody anonymous to all the day after."""
        if self.correspondent.anonymous:
            self.correspondent.wait_to_tell(self.correspondent.untold_since or clock.today())
        else:
            Notice.tell(self._speakers(), kind, self, by=None)

    def hear_undelivered(self: "Case") -> None:
        """A letter to the person outside could not be delivered. Whoever would have had the answer is told."""
        with transaction.atomic():
            self._log(None, Entry.Event.UNDELIVERED)
            Notice.tell(self._speakers(), Notice.Kind.UNDELIVERED, self, by=None)

    def _speakers(self: "Case") -> list[User]:
        """Who is told when the person outside writes."""
        if self.handler:
            return [self.handler]
        return receivers(self.unit) if self.needs_triage else self.unit.responsible_leaders()

    def _write(self: "Case", by: User, text: str) -> Entry:
        self.answered_at = self.answered_at or clock.now()
        entry = self._entry(by, Entry.Kind.LETTER, text)
        self.correspondent.tell(f"letter:{entry.pk}", _("You have an answer"))
        return entry

    def _answer(self: "Case", by: User, text: str) -> Entry:
        """An answer to the reporter, in the house or outside."""
        return self._write(by, text) if self.has_correspondent else self._say(by, text)

    def _tell_reporter(self: "Case", kind: "Notice.Kind", by: User) -> None:
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

    def _tell_of_message(self: "Case", by: User, internal: bool) -> None:
        people = [self.handler] if internal else [self.reporter, self.handler]
        if not self.handler:
            people += self.unit.responsible_leaders()
        Notice.tell(people, Notice.Kind.MESSAGE, self, by=by)

    def _answers(self: "Case", by: User, internal: bool) -> bool:
        """Whether a message from this person is the first answer to the reporter."""
        return self.answered_at is None and not internal and by != self.reporter and can(by, Act.HANDLE, self)

    def attach(self: "Case", by: User, files: "Iterable[CleanFile]") -> list[Attachment]:
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

    def keep(self: "Case", files: "Iterable[CleanFile]", by: User | None = None) -> list[Attachment]:
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

    def _kept(self: "Case", file: "CleanFile", by: User | None) -> Attachment:
        attachment = Attachment.holding(file, case=self, uploaded_by=by, uploaded_at=clock.now())
        attachment._history_user = by  # type: ignore[attr-defined]
        attachment.save()
        return attachment

    def _say(self: "Case", by: User, text: str, *, internal: bool = False) -> Entry:
        if self._answers(by, internal):
            self.answered_at = clock.now()
        return self._entry(by, Entry.Kind.NOTE if internal else Entry.Kind.MESSAGE, text)

    def _log(self: "Case", by: User | None, event: str, text: str = "") -> Entry:
        if by or self.anonymity != self.Anonymity.ALL:
            Webhook.objects.announce(self, event)
        return self._entry(by, Entry.Kind.EVENT, text, event=event)

    def _entry(
        self: "Case", by: User | None, kind: str, text: str, from_outside: bool = False, event: str = ""
    ) -> Entry:
        return self.entries.create(
            kind=kind,
            event=event,
            text=text.strip(),
            author=by,
            author_label=by.get_full_name() if by else "",
            from_outside=from_outside,
            created_at=clock.now(),
        )
