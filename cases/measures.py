"""One list of every measure, wherever its case came from: reports, ROS, inspections, audits, reviews and plans (G20)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.forms.measures import SORTINGS, MeasureFilters, State
from cases.models import Action, Case, LookUp
from cases.models.action import ActionQuerySet
from cases.permissions import whole_condition
from cases.register import reading_of_visible
from organisation import spreadsheets
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import Unit, User
from organisation.spreadsheets import Sheet

MAX_ROWS = 10_000
OF_CASE = ("case__unit", "case__page_owner", "case__handler", "case__reporter", "case__correspondent", "responsible")
WIDTHS = (16, 60, 18, 14, 28, 26, 14, 14, 22, 18, 14, 14)


class MeasureSelection:
    """The measures a person asked for by a query string, of the cases the person may read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = MeasureFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def measures(self) -> ActionQuerySet:
        """Filtered and sorted, without those that are dropped unless they are asked for."""
        found = Action.objects.visible_to(self.user).select_related(*OF_CASE)
        if "state" not in self.asked:
            found = found.live()
        for name, value in self.asked.items():
            if narrow := getattr(self, f"_by_{name}", None):
                found = narrow(found, value)
        _label, names = SORTINGS[self.asked.get("sorting") or "urgent"]
        return found.order_by(*names)

    def _by_words(self, found: ActionQuerySet, words: str) -> ActionQuerySet:
        """By reference, and by what the measure says in cases the person reads whole: in others it may be masked."""
        whole = Case.objects.visible_to(self.user).filter(whole_condition(self.user)).values("pk")
        for word in words.split():
            said = holds("text", word) & (Q(case__in=whole) | Q(responsible=self.user))
            found = found.filter(said | Q(case__reference__startswith=word))
        return found

    def _by_state(self, found: ActionQuerySet, state: str) -> ActionQuerySet:
        match state:
            case State.TO_DO:
                return found.due()
            case State.LATE:
                return found.overdue()
            case State.TO_EVALUATE:
                return found.to_evaluate()
            case State.EFFECTIVE:
                return found.live().filter(effect=Action.Effect.EFFECTIVE)
            case State.NOT_EFFECTIVE:
                return found.live().filter(effect__in=(Action.Effect.NOT_EFFECTIVE, Action.Effect.PARTLY))
        return found.filter(cancelled_at__isnull=False)

    def _by_unit(self, found: ActionQuerySet, unit: Unit) -> ActionQuerySet:
        return found.filter(case__unit__path__startswith=unit.path)

    def _by_source(self, found: ActionQuerySet, kind: str) -> ActionQuerySet:
        return found.filter(case__kind=kind)

    def _by_kind(self, found: ActionQuerySet, kind: str) -> ActionQuerySet:
        return found.filter(kind=kind)

    def _by_since(self, found: ActionQuerySet, day: datetime.date) -> ActionQuerySet:
        return found.filter(deadline__gte=day)

    def _by_until(self, found: ActionQuerySet, day: datetime.date) -> ActionQuerySet:
        return found.filter(deadline__lte=day)

    def _by_mine(self, found: ActionQuerySet, _yes: bool) -> ActionQuerySet:
        return found.assigned_to(self.user)


@dataclass(frozen=True)
class Line:
    """A measure as the person may read it."""

    action: Action
    text: str
    responsible: str

    @property
    def state(self) -> tuple[str, str]:
        """How far it has come, in words, and the tone of its tag."""
        action = self.action
        if action.cancelled_at:
            return _("Dropped"), ""
        if action.effect:
            return str(action.get_effect_display()), TONES[Action.Effect(action.effect)]
        if action.done_at:
            return _("To be evaluated"), "info"
        return (_("Past deadline"), "bad") if action.is_overdue else (_("To be done"), "")


TONES = {Action.Effect.EFFECTIVE: "ok", Action.Effect.PARTLY: "warn", Action.Effect.NOT_EFFECTIVE: "bad"}


def line(action: Action, user: User) -> Line:
    """One of `MeasureSelection.measures`, without a query."""
    reading = reading_of_visible(action.case, user)
    return Line(action, reading.text(action.text), reading.person(action.responsible))


def workbook(measures: ActionQuerySet, user: User) -> bytes:
    """The measures in one sheet. The caller keeps to `MAX_ROWS`. That a sealed case is in it is noted as a look-up."""
    rows = (_row(line(action, user)) for action in _noted(measures, user))
    return spreadsheets.workbook(Sheet(_("Measures"), _headings(), rows, WIDTHS, "B2"))


def _noted(measures: ActionQuerySet, user: User) -> Iterator[Action]:
    seen: set[int] = set()
    for action in measures.iterator(chunk_size=500):
        if action.case.pk not in seen:
            LookUp.note(user, action.case, LookUp.What.EXPORT)
            seen.add(action.case.pk)
        yield action


def _headings() -> list[str]:
    return [
        _("Case"),
        _("Measure"),
        _("Kind of measure"),
        _("Deadline"),
        _("Responsible"),
        _("Unit"),
        _("Done"),
        _("Evaluated by"),
        _("State"),
        _("Kind of case"),
        _("Cost in kroner"),
        _("Hours of work"),
    ]


def _row(shown: Line) -> list[Any]:
    action = shown.action
    return [
        action.case.reference,
        shown.text,
        action.get_kind_display(),
        action.deadline,
        shown.responsible,
        action.case.unit.name,
        timezone.localtime(action.done_at).date() if action.done_at else None,
        action.evaluation_date,
        shown.state[0],
        action.case.get_kind_display(),
        action.cost,
        action.hours,
    ]
