"""The demo's management reviews and yearly reports: prepared, held and followed up through the domain methods, at the times
told."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.models import Action, Case, Notice
from organisation import clock
from organisation.models import Unit, User
from results import annual_reports, meetings
from results.meetings import Meeting
from results.models import AnnualReport, Review, ReviewDecision, SignOff
from results.periods import Length, Period

from .organisation import read

FILE = "reviews.toml"
DAYS_TO_MEETING, DAYS_OF_PREPARATION = 12, 8
OLD = datetime.timedelta(14)


class ReviewLoader:
    """Reads reviews.toml. What is there already is left alone."""

    def __init__(self) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.data = read(FILE)

    def reviews(self) -> list[dict[str, Any]]:
        """The one that was held first comes first."""
        return sorted(self.data["review"], key=lambda row: period_of(row).last)

    @transaction.atomic
    def load(self, row: dict[str, Any]) -> None:
        """Make one review with all that has become of it, unless it is there."""
        period = period_of(row)
        if Review.objects.filter(unit=self.units[row["unit"]], first=period.first).exists():
            return
        review = self._prepare(row, period)
        if not row.get("open"):
            self._hold(review, row)
            self._follow_up(review, row)

    def _prepare(self, row: dict[str, Any], period: Period) -> Review:
        by, meeting = self.people[row["by"]], period.last + datetime.timedelta(DAYS_TO_MEETING)
        date = None if row.get("open") else meeting
        with _on(timezone.localdate() if row.get("open") else meeting - datetime.timedelta(DAYS_OF_PREPARATION)):
            chair, unit = self.people[row["chair"]], self.units[row["unit"]]
            review = Review.begin(
                by, unit=unit, first=period.first, last=period.last, chair=chair, meeting_date=date, title=""
            )
            for who, function in row["participants"]:
                user = self.people.get(who)
                review.add_participant(by, user=user, name="" if user else who, function=function)
            for comment in row.get("comment", []):
                raised = comment.get("raised", False)
                review.comment(by, comment["section"], text=comment["text"], raised=raised)
        return review

    def _hold(self, review: Review, row: dict[str, Any]) -> None:
        chair = self.people[row["chair"]]
        with _on(review.meeting_date):
            meetings.start(chair, review)
            for one in Meeting(review).inputs:
                comment = one.comment
                text, raised = (comment.text, comment.raised) if comment else ("", False)
                review.comment(chair, one.section.code, text=text, raised=raised, gone_through=True)
            for decision in row.get("decision", []):
                self._decide(chair, review, decision)
            for earlier in Meeting(review).earlier:
                SignOff.give(chair, review, earlier, outcome=SignOff.Outcome.GOES_ON, note="Arbeidet er i gang.")
            review.conclude(chair, row["conclusion"])
            meetings.close(chair, review)

    def _decide(self, chair: User, review: Review, row: dict[str, Any]) -> None:
        facts = {name: row[name] for name in ("text", "category", "section")}
        deadline = clock.today() + datetime.timedelta(row["days"])
        owner, raised = self.people[row["owner"]], row.get("raised", False)
        ReviewDecision.make(chair, review, owner=owner, deadline=deadline, raised=raised, **facts)

    def _follow_up(self, review: Review, row: dict[str, Any]) -> None:
        """Of what is done: the measure, its effect, and the case closed."""
        chair = self.people[row["chair"]]
        told = {decision["text"]: decision for decision in row.get("decision", []) if "done" in decision}
        for decision in review.decisions.filter(text__in=told):
            facts, case = told[decision.text], Case.objects.get(pk=decision.case_id)
            done = decision.deadline - datetime.timedelta(7)
            with _on(done):
                for action in case.actions.all():
                    action.complete(action.responsible, note=facts["done"])
            with _on(done + datetime.timedelta(80)):
                for action in Action.objects.filter(case=case):
                    action.evaluate(chair, effect=Action.Effect.EFFECTIVE, note=facts["effect"])
                Case.objects.get(pk=case.pk).close(chair)


def period_of(row: dict[str, Any]) -> Period:
    """The tertial or year the review is of, counted back from the last that is over."""
    length = Length(row.get("length", Length.TERTIAL.value))
    return Period.containing(timezone.localdate(), length).shifted(-1 - row["ago"])


def load_annual_reports() -> None:
    """Make the yearly reports that are not there yet."""
    municipality = Unit.objects.municipality()
    people = {user.username: user for user in User.objects.select_related("unit")}
    for row in read(FILE)["report"]:
        year = timezone.localdate().year - row["ago"]
        if municipality is None or AnnualReport.objects.filter(year=year).exists():
            continue
        by = people[row["by"]]
        with _on(datetime.date(year + 1, 2, 20)):
            report = AnnualReport.begin(by, municipality, year=year)
            report.write(by, municipality, introduction=row["introduction"], assessment=row["assessment"])
            if row.get("issued"):
                annual_reports.issue(by, report, municipality)


def mark_old_review_notices() -> None:
    """What was told more than two weeks ago is read."""
    Notice.objects.filter(case__channel=Case.Channel.REVIEW, created_at__lt=timezone.now() - OLD).mark_read()


@contextmanager
def _on(day: datetime.date, hour: int = 10) -> Iterator[None]:
    """Time is that day, never later than now."""
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))
    with clock.set_to(min(moment, timezone.now())):
        yield
