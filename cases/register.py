"""The register of cases (S28, S30): what a person sees of it, filtered and sorted."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, OrderBy
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.filters import (
    ACTION,
    EMPLOYEES,
    FIRST_DAY,
    FOUND,
    HANDLED,
    LAST_DAY,
    OPEN,
    PARAMETERS,
    RAISED,
    REPORTED,
    SORTINGS,
    WAITING,
    Filters,
)
from cases.models import Case
from cases.models.case_queryset import CaseQuerySet
from cases.reading import Reading
from organisation import clock
from organisation.changes import in_words
from organisation.filters import filters_in
from organisation.models import User

MAY_BE_UNSET = {"deadline", "risk"}


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    query: str


class Selection:
    """The cases a person asked for by a query string, of those the person may read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user, self.query = user, query
        self.form = Filters(query)
        self.asked = self.form.asked()

    def cases(self) -> CaseQuerySet:
        """The cases, filtered and sorted."""
        cases = Case.objects.visible_to(self.user)
        for name, value in self.asked.items():
            if narrow := getattr(self, f"_by_{name}", None):
                cases = narrow(cases, value)
        return self._sorted(cases)

    def _by_words(self, cases: CaseQuerySet, words: str) -> CaseQuerySet:
        return cases.search(words, self.user)

    def _by_kind(self, cases: CaseQuerySet, kind: str) -> CaseQuerySet:
        return cases.found() if kind == FOUND else cases.filter(kind=kind)

    def _by_status(self, cases: CaseQuerySet, status: str) -> CaseQuerySet:
        return cases.open() if status == OPEN else cases.filter(status=status)

    def _by_mine(self, cases: CaseQuerySet, mine: str) -> CaseQuerySet:
        if mine == ACTION:
            return cases.filter(pk__in=self.user.actions.live().values("case"))
        methods = {REPORTED: cases.reported_by, HANDLED: cases.handled_by, WAITING: cases.waiting_for}
        return methods[mine](self.user)

    def _by_unit(self, cases: CaseQuerySet, unit: Any) -> CaseQuerySet:
        return cases.filter(unit=unit) if self.asked.get("unit_itself") else cases.in_unit(unit)

    def _by_category(self, cases: CaseQuerySet, category: Any) -> CaseQuerySet:
        return cases.filter(category=category)

    def _by_level(self, cases: CaseQuerySet, level: str) -> CaseQuerySet:
        return cases.exclude(level=Case.Level.UNIT) if level == RAISED else cases.filter(level=level)

    def _by_page(self, cases: CaseQuerySet, document_id: str) -> CaseQuerySet:
        return cases.filter(page_document_id=document_id)

    def _by_overdue(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.overdue()

    def _by_law_breach(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(law_breach=True)

    def _by_unanswered(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.unanswered()

    def _by_since(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.filter(received_at__gte=clock.start_of(day))

    def _by_until(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.filter(received_at__lt=clock.end_of(day))

    # What the statistics lead to

    def _by_cause(self, cases: CaseQuerySet, cause: Any) -> CaseQuerySet:
        return cases.filter(cause=cause)

    def _by_channel(self, cases: CaseQuerySet, channel: str) -> CaseQuerySet:
        return cases.from_employees() if channel == EMPLOYEES else cases.filter(channel=channel)

    def _by_ordinary(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.ordinary()

    def _by_chapter(self, cases: CaseQuerySet, page: Any) -> CaseQuerySet:
        return cases.below_page(page)

    def _by_without_cause(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(cause=None)

    def _by_without_category(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(category=None)

    def _by_without_page(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(page_document_id="")

    def _by_without_chapter(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(page=None)

    def _by_closed_since(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.closed_between(day, LAST_DAY)

    def _by_closed_until(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.closed_between(FIRST_DAY, day)

    def _by_answered_since(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.answered_between(day, LAST_DAY)

    def _by_answered_until(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.answered_between(FIRST_DAY, day)

    def _by_open_on(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.open_on(day)

    def _by_overdue_on(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.overdue_on(day)

    def _by_late_action_on(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.with_late_action_on(day)

    def _by_effect(self, cases: CaseQuerySet, _effect: str) -> CaseQuerySet:
        return self._with_evaluated_action(cases)

    def _by_evaluated_since(self, cases: CaseQuerySet, _day: datetime.date) -> CaseQuerySet:
        return self._with_evaluated_action(cases)

    def _by_evaluated_until(self, cases: CaseQuerySet, _day: datetime.date) -> CaseQuerySet:
        return self._with_evaluated_action(cases)

    def _with_evaluated_action(self, cases: CaseQuerySet) -> CaseQuerySet:
        """One and the same measure has this effect and was evaluated between these days."""
        first, last = self.asked.get("evaluated_since") or FIRST_DAY, self.asked.get("evaluated_until") or LAST_DAY
        return cases.evaluated_between(first, last, self.asked.get("effect", ""))

    def _by_recurring(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.recurring()

    def _sorted(self, cases: CaseQuerySet) -> CaseQuerySet:
        _label, names = SORTINGS[self.asked.get("sorting") or "newest"]
        if "-risk" in names:
            cases = cases.annotate(risk=F("probability") * F("consequence"))
        return cases.order_by(*(self._ordering(name) for name in names))

    def _ordering(self, name: str) -> OrderBy:
        """What may be unset comes last. Of the rest nothing is said about NULL: PostgreSQL would not use the index."""
        bare = name.lstrip("-")
        field, last = F(bare), True if bare in MAY_BE_UNSET else None
        return field.desc(nulls_last=last) if name.startswith("-") else field.asc(nulls_last=last)

    # The query string

    @property
    def remembered(self) -> str:
        """The filters and sorting as a query string, without the page number."""
        return filters_in(self.query)

    @property
    def is_filtered(self) -> bool:
        return any(name != "sorting" for name in self.asked)

    def chips(self) -> list[Chip]:
        """One for each filter in use, with the address that takes it away."""
        names = [name for name in self.asked if name != "sorting"]
        return [Chip(self._in_words(name), filters_in(self.query, PARAMETERS.get(name, name))) for name in names]

    def _in_words(self, name: str) -> str:
        field, value = self.form.fields[name], self.asked[name]
        if value is True:
            return str(field.label)
        if name == "page":
            label = (
                Case.objects.filter(page_document_id=value, sealed=False).values_list("page_label", flat=True).first()
            )
            return _("Page: %(page)s") % {"page": label or value}
        choices = dict(getattr(field, "choices", [])) if isinstance(value, str) else {}
        return f"{field.label}: {choices.get(value, in_words(value))}"


def reading_of_visible(case: Case, user: User) -> Reading:
    """How the person reads a case out of `visible_to`: a sealed one, or one that is not sorted
    yet, is read whole by all who may read it at all, so there is nothing to ask the database for."""
    reading = Reading(user, case)
    if case.sealed or case.needs_triage:
        reading.whole = True
    return reading


def address_of_cases(**parameters: Any) -> str:
    """The address of the register, narrowed down; what is None, False or empty is left out, True is "on"."""
    narrowed = {
        PARAMETERS.get(name, name): "on" if value is True else value for name, value in parameters.items() if value
    }
    return f"{reverse('cases:register')}?{urlencode(narrowed) or 'alle=1'}"
