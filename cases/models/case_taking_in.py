"""How a case comes in: reported by an employee, taken in from outside, and sorted."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cases.permissions import Act
from organisation import clock
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Right, Role

from .case_facts import CaseFacts
from .correspondent import Correspondent
from .escalation import EscalationRule, Hit
from .following import tell_followers
from .notice import Notice
from .series import Series
from .timeline import Entry
from .webhook import Webhook

if TYPE_CHECKING:
    from wagtail.models import Page

    from cases.uploads import CleanFile

    from .case import Case


class TakingIn(CaseFacts):
    """The road of a `Case` to the unit that handles it. Each change: right, lock, guard, change, history, notice."""

    class Meta:
        abstract = True

    @classmethod
    @transaction.atomic
    def report(
        cls: "type[Case]",
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

        A deviation, and what follows something up, goes to the unit where it happened; a proposal or praise about a
        page goes to the unit that owns the page (G21). Both are told. `facts` are other plain fields of the case.
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
        cls: "type[Case]",
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
        cls: "type[Case]",
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

    def tell_of_anonymous(self: "Case") -> None:
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
    def record(
        cls: "type[Case]", by: User, *, unit: Unit | None, sealed: bool, answer: str, key: uuid.UUID, **facts: Any
    ) -> "Case":
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
    def _numbered(
        cls: "type[Case]", series: Series, key: uuid.UUID | None, title: str, description: str, **facts: Any
    ) -> "Case":
        """A case with the next number, not saved yet. Without a title it gets one from the text."""
        return cls(
            reference=series.take(),
            key=key or uuid.uuid4(),
            title=title.strip() or summarise(description),
            description=description.strip(),
            **facts,
        )

    def _begin(self: "Case", by: User | None) -> list[Hit]:
        """Save the new case with its deadline; the rules that hold for it."""
        hits = EscalationRule.objects.hit_by(self)
        self._hasten(hits)
        self.save_by(by)
        self._log(by, Entry.Event.RECEIVED)
        return hits

    def triage(
        self: "Case",
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

    def send_back(self: "Case", by: User, *, reason: str, version: int | None = None) -> None:
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

    def _tie_to(self: "Case", page: "Page", section: str) -> None:
        document = page.document
        edition = document.edition_in_force()
        self.page = page
        self.page_document_id = document.document_id
        self.page_label = f"{document.number} {document.title}"
        self.edition_label = edition.label if edition else ""
        self.page_owner = edition.owner_unit if edition else None
        self.section = section
        if self.kind != self.Kind.DEVIATION and self.page_owner and not self.origin_id:
            self.unit = self.page_owner

    def _tell_of_new(self: "Case", by: User | None) -> None:
        """The leaders of the unit and of the one that owns the page, then those who follow, once each."""
        told = self.unit.responsible_leaders()
        Notice.tell(told, Notice.Kind.NEW_CASE, self, by=by)
        if not self.sealed and self.page_owner and self.page_owner != self.unit:
            owners = self.page_owner.responsible_leaders()
            Notice.tell(owners, Notice.Kind.PROCESS, self, by=by)
            told = [*told, *owners]
        tell_followers(self, by=by, told=told)


def receivers(unit: Unit) -> list[User]:
    """Those at the service desk who receive what comes from outside to the unit."""
    held = RoleAssignment.objects.current().filter(role=Role.SERVICE_DESK, unit__path__in=unit.lineage)
    return list(User.objects.active().filter(pk__in=held.values("user")))


def summarise(text: str) -> str:
    """A title from the first sentence of what was written, at most 90 characters."""
    first = text.strip().split("\n")[0].split(". ")[0].rstrip(".")
    return Truncator(first).chars(90)
