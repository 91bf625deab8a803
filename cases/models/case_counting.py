"""Which cases a figure counts: what the statistics ask for and the register shows (S59–S61).

A day is the municipality's own: from midnight to midnight there. Every method narrows the cases down in the database.
"""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from organisation import clock
from organisation.models import Unit

if TYPE_CHECKING:
    from wagtail.models import Page

    from .case import Case

EMPLOYEES = ("page", "form")  # of Case.Channel: what only employees report through
EFFECTIVE = "effective"  # of Action.Effect


class CountedCases(models.QuerySet["Case"]):
    def ordinary(self) -> Self:
        """Those every employee may know of: neither sealed nor waiting to be sorted."""
        return self.filter(needs_triage=False, sealed=False)

    def in_unit(self, unit: Unit) -> Self:
        """Cases of the unit and the units below it: of the municipality, all, without asking for the unit of each."""
        return self if unit.depth == 1 else self.filter(unit__path__startswith=unit.path)

    def below_page(self, page: "Page") -> Self:
        """Reported from the page or one below it, wherever in the handbook they stand today."""
        return self.filter(page__path__startswith=page.path)

    def found(self) -> Self:
        """What nobody reported: findings, measures of a risk, decisions."""
        return self.exclude(kind__in=self.model.REPORTABLE)

    def from_employees(self) -> Self:
        """Reported by employees themselves, anonymously or with name."""
        return self.filter(channel__in=EMPLOYEES)

    def received_between(self, first: datetime.date, last: datetime.date) -> Self:
        return self.filter(received_at__gte=clock.start_of(first), received_at__lt=clock.end_of(last))

    def closed_between(self, first: datetime.date, last: datetime.date) -> Self:
        """Closed these days, and not taken up again since."""
        return self.closed().filter(closed_at__gte=clock.start_of(first), closed_at__lt=clock.end_of(last))

    def closed(self) -> Self:
        return self.filter(status=self.model.Status.CLOSED)

    def answered_between(self, first: datetime.date, last: datetime.date) -> Self:
        """First answered these days, `first_answer`: when the reporter was first written to; of a case nobody outside
        reported, else when it was assessed, which the reporter is told."""
        begins, ends = clock.start_of(first), clock.end_of(last)
        outside = Q(pk__in=apps.get_model("cases", "Correspondent").objects.values("case"))
        written = Q(answered_at__gte=begins, answered_at__lt=ends)
        assessed = Q(answered_at=None, assessed_at__gte=begins, assessed_at__lt=ends)
        answered = self.filter(written | (assessed & ~outside))
        return answered.annotate(first_answer=Coalesce("answered_at", "assessed_at"))

    def open_on(self, day: datetime.date) -> Self:
        """Received, and not ended, when the day was over. One that was taken up again counts as open all the time."""
        return self.filter(open_condition(day))

    def overdue_on(self, day: datetime.date) -> Self:
        """Open on the day, with a deadline before it."""
        return self.filter(overdue_condition(day))

    def with_late_action_on(self, day: datetime.date) -> Self:
        """With a measure that was past its deadline on the day."""
        return self.filter(pk__in=self._actions().late_on(day).values("case"))

    def evaluated_between(self, first: datetime.date, last: datetime.date, effect: str = "") -> Self:
        """With a measure whose effect was evaluated these days, and found to be this when `effect` is given."""
        actions = self._actions().evaluated_between(first, last)
        return self.filter(pk__in=(actions.filter(effect=effect) if effect else actions).values("case"))

    def recurring(self) -> Self:
        """The same cause on the same page again, received after a measure of an ordinary case there was called
        effective. That case came first itself, which spares looking at those that came later."""
        called_effective = self._actions().filter(
            effect=EFFECTIVE,
            evaluated_at__lt=OuterRef("received_at"),
            case__received_at__lt=OuterRef("received_at"),
            case__page_document_id=OuterRef("page_document_id"),
            case__cause=OuterRef("cause"),
            case__sealed=False,
            case__needs_triage=False,
        )
        return self.exclude(page_document_id="").filter(Exists(called_effective), cause__isnull=False)

    def _actions(self) -> Any:
        return apps.get_model("cases", "Action").objects.all()


def open_condition(day: datetime.date) -> Q:
    """Of a case: received, and not ended, when the day was over."""
    over = clock.end_of(day)
    return (Q(closed_at=None) | Q(closed_at__gte=over)) & Q(received_at__lt=over)


def overdue_condition(day: datetime.date) -> Q:
    """Of a case: open on the day, with a deadline before it."""
    return open_condition(day) & Q(deadline__lt=day)
