"""What has changed in a unit and those below it since a day: how many, and what a leader should know of."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit, Inspection
from cases.forms.measures import State
from cases.models import Action, Case, Entry
from cases.register import address_of_cases, reading_of_visible
from handbook.models import Edition
from home.leading.whose import address
from organisation import clock
from organisation.models import Unit, User
from results.models import Measurement, Review
from risk.models import Assessment

SHOWN = 12
CASES_SHOWN = 5  # so that there is room for what else has happened
OF_CASE = ("case__unit", "case__page_owner", "case__handler", "case__reporter", "case__correspondent")
TOLD = {
    Entry.Event.ESCALATED: "bad",
    Entry.Event.BACK_TO_ACTIONS: "bad",
    Entry.Event.REOPENED: "warn",
    Entry.Event.CLOSED: "ok",
}


@dataclass(frozen=True)
class Tally:
    """How many of something there have been, in words, and where they are."""

    text: str
    url: str


@dataclass(frozen=True)
class Change:
    """Something that happened."""

    day: datetime.date
    what: str
    title: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Since:
    """Who asks, about which unit, and from which day (counted in)."""

    user: User
    unit: Unit
    day: datetime.date

    @property
    def moment(self) -> datetime.datetime:
        """When the day began."""
        return timezone.make_aware(datetime.datetime.combine(self.day, datetime.time.min))

    def tallies(self) -> list[Tally]:
        """New and closed cases, measures done, and measures that have run out of time. Two queries."""
        cases, actions = self._cases(), self._actions()
        of_unit = {"enhet": self.unit.pk}
        return [
            Tally(
                ngettext("%(n)s new case", "%(n)s new cases", cases["new"]) % {"n": cases["new"]},
                address("cases:register", **of_unit, fra=self.day),
            ),
            Tally(
                ngettext("%(n)s case closed", "%(n)s cases closed", cases["closed"]) % {"n": cases["closed"]},
                address_of_cases(unit=self.unit.pk, status=Case.Status.CLOSED, closed_since=self.day),
            ),
            Tally(
                ngettext("%(n)s measure done", "%(n)s measures done", actions["done"]) % {"n": actions["done"]},
                address("cases:measures", **of_unit),
            ),
            Tally(
                ngettext("%(n)s measure ran out of time", "%(n)s measures ran out of time", actions["late"])
                % {"n": actions["late"]},
                address("cases:measures", **of_unit, tilstand=State.LATE, fra=self.day),
            ),
        ]

    def _cases(self) -> dict[str, int]:
        cases = Case.objects.visible_to(self.user).in_unit(self.unit)
        closed = Q(closed_at__gte=self.moment, status=Case.Status.CLOSED)
        return cases.aggregate(
            new=Count("pk", filter=Q(received_at__gte=self.moment)), closed=Count("pk", filter=closed)
        )

    def _actions(self) -> dict[str, int]:
        actions = Action.objects.visible_to(self.user).live().filter(case__unit__path__startswith=self.unit.path)
        late = Q(deadline__range=(self.day, clock.today() - datetime.timedelta(1)), done_at=None)
        return actions.aggregate(done=Count("pk", filter=Q(done_at__gte=self.moment)), late=Count("pk", filter=late))

    def told(self) -> list[Change]:
        """What a leader should know of, the newest first. A fixed number of queries."""
        changes = [
            *self._of_cases(),
            *self._of_risks(),
            *self._of_documents(),
            *self._of_audits(),
            *self._of_inspections(),
            *self._of_indicators(),
            *self._of_reviews(),
        ]
        return sorted(changes, key=lambda change: change.day, reverse=True)[:SHOWN]

    def _of_cases(self) -> Iterator[Change]:
        visible = Case.objects.visible_to(self.user).in_unit(self.unit).values("pk")
        events = Entry.objects.filter(case__in=visible, event__in=TOLD, created_at__gte=self.moment)
        for entry in events.select_related(*OF_CASE).order_by("-created_at", "-pk")[:CASES_SHOWN]:
            yield Change(
                timezone.localdate(entry.created_at),
                str(entry.get_event_display()),
                f"{entry.case.reference} {reading_of_visible(entry.case, self.user).text(entry.case.title)}",
                entry.case.get_absolute_url(),
                TOLD[Entry.Event(entry.event)],
            )

    def _of_risks(self) -> Iterator[Change]:
        decided = Assessment.objects.visible_to(self.user).in_unit(self.unit).filter(decided_at__gte=self.moment)
        for assessment in decided.order_by("-decided_at", "-pk")[:SHOWN]:
            day = timezone.localdate(assessment.decided_at)
            yield Change(day, _("Risk assessment decided"), assessment.title, assessment.get_absolute_url())

    def _of_documents(self) -> Iterator[Change]:
        editions = Edition.objects.filter(
            owner_unit__path__startswith=self.unit.path, is_major=True, approved_at__gte=self.moment
        )
        found = editions.select_related("document").defer(*Edition.LARGE).order_by("-approved_at", "-pk")
        for edition in found[:SHOWN]:
            what = _("New version of a document") if edition.major > 1 else _("New document")
            url = reverse("handbook:document", args=[edition.document_code])
            yield Change(timezone.localdate(edition.approved_at), what, edition.title, url)

    def _of_audits(self) -> Iterator[Change]:
        issued = Audit.objects.visible_to(self.user).in_unit(self.unit).filter(reported_at__gte=self.moment)
        for audit in issued.order_by("-reported_at", "-pk")[:SHOWN]:
            day = timezone.localdate(audit.reported_at)
            yield Change(day, _("Report of an audit"), audit.title, audit.get_absolute_url(), "info")

    def _of_inspections(self) -> Iterator[Change]:
        """Reports of inspections and municipal controls, by the date on them."""
        inspections = Inspection.objects.visible_to(self.user).in_unit(self.unit).filter(report_date__gte=self.day)
        for inspection in inspections.order_by("-report_date", "-pk")[:SHOWN]:
            what = _("Report of a municipal control") if inspection.is_municipal else _("Report of an inspection")
            yield Change(inspection.report_date, what, inspection.title, inspection.get_absolute_url(), "info")

    def _of_indicators(self) -> Iterator[Change]:
        """Those that turned red: measured off target, when the measurement before was not."""
        for measurement in Measurement.objects.turned_red(self.unit, self.moment)[:SHOWN]:
            title = f"{measurement.indicator.name}: {measurement.in_words}"
            day = timezone.localdate(measurement.at)
            yield Change(day, _("Indicator turned red"), title, measurement.get_absolute_url(), "bad")

    def _of_reviews(self) -> Iterator[Change]:
        closed = Review.objects.visible_to(self.user).filter(unit__path__startswith=self.unit.path).closed()
        for review in closed.filter(closed_at__gte=self.moment).order_by("-closed_at", "-pk")[:SHOWN]:
            day = timezone.localdate(review.closed_at)
            yield Change(day, _("Management review held"), review.title, review.get_absolute_url(), "ok")
