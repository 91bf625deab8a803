"""Who has held a management review and who lacks one, with filters and as a spreadsheet."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.models import Case
from organisation import clock, spreadsheets
from organisation.filters import filters_in
from organisation.models import Unit, User
from organisation.spreadsheets import Sheet
from results import review_duties
from results.forms.reviews import ReviewFilters
from results.models import Review, ReviewDecision

WIDTHS = (36, 30, 18, 14, 14, 14, 18)


@dataclass(frozen=True)
class Row:
    """A unit with its newest review of the year, and by when it must hold the next."""

    unit: Unit
    review: Review | None
    readable: bool
    due: datetime.date
    is_due: bool
    decisions: int
    open_decisions: int

    @property
    def state(self) -> str:
        """What the filter calls it."""
        if self.review is None:
            return ReviewFilters.LACKING
        return ReviewFilters.HELD if self.review.is_closed else ReviewFilters.UNDER_WAY

    @property
    def state_in_words(self) -> str:
        return str(self.review.get_status_display()) if self.review else _("Lacking")

    @property
    def tone(self) -> str:
        tones = {ReviewFilters.HELD: "ok", ReviewFilters.UNDER_WAY: "info"}
        return tones.get(self.state, "bad" if self.is_late else "warn")

    @property
    def is_late(self) -> bool:
        return self.due < clock.today()


class Selection:
    """The units a person asked for by a query string. Whether a unit has held its review is open to all; the review itself is
    for those who may read it."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = ReviewFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    @property
    def year(self) -> int:
        return self.asked.get("year") or clock.today().year

    @cached_property
    def every(self) -> list[Row]:
        """Every unit asked for, whatever its state. Five queries."""
        units = review_duties.units()
        if unit := self.asked.get("unit"):
            units = [one for one in units if one.path.startswith(unit.path)]
        duties = review_duties.of(units)
        latest = self._latest()
        reviews = [latest[duty.unit.pk] for duty in duties if duty.unit.pk in latest]
        readable = set(
            Review.objects.visible_to(self.user).filter(pk__in=[one.pk for one in reviews]).values_list("pk", flat=True)
        )
        counts = _decisions(reviews, self.user)
        rows = []
        for duty in duties:
            review = latest.get(duty.unit.pk)
            made, open_ones = counts.get(review.pk, (0, 0)) if review else (0, 0)
            rows.append(
                Row(duty.unit, review, bool(review and review.pk in readable), duty.by, duty.is_due, made, open_ones)
            )
        return rows

    @property
    def rows(self) -> list[Row]:
        state = self.asked.get("state")
        if state == ReviewFilters.DUE:
            return [row for row in self.every if row.is_due]
        return [row for row in self.every if state in (None, "", row.state)]

    def count(self, state: str) -> int:
        """How many units stand so."""
        return sum(row.state == state for row in self.every)

    @property
    def held(self) -> int:
        return self.count(ReviewFilters.HELD)

    @property
    def under_way(self) -> int:
        return self.count(ReviewFilters.UNDER_WAY)

    @property
    def lacking(self) -> int:
        return self.count(ReviewFilters.LACKING)

    def _latest(self) -> dict[int, Review]:
        found = Review.objects.held().of_year(self.year).order_by("last", "pk")
        return {review.unit_id: review for review in found.select_related("unit", "chair")}

    def reviews(self) -> Any:
        """Every review of the units asked for that the person may read, the newest first."""
        found = Review.objects.visible_to(self.user).for_list()
        if unit := self.asked.get("unit"):
            found = found.filter(unit__path__startswith=unit.path)
        return found.of_year(self.year) if self.asked.get("year") else found


def _decisions(reviews: list[Review], user: User) -> dict[int, tuple[int, int]]:
    """How many decisions each review made, and how many have an open case that the person may read. One query."""
    cases = Case.objects.visible_to(user).open().values("pk")
    found = ReviewDecision.objects.filter(review__in=reviews).order_by().values("review")
    counted = found.annotate(every=Count("pk"), open=Count("pk", filter=Q(case__in=cases)))
    return {row["review"]: (row["every"], row["open"]) for row in counted}


def workbook(selection: Selection) -> bytes:
    """One line for each unit."""
    headings = [
        _("Unit"),
        _("Period"),
        _("Review"),
        _("Date of the meeting"),
        _("Next by"),
        _("Decisions"),
        _("Decisions with an open case"),
    ]
    rows = (
        [
            row.unit.name,
            str(row.review.period) if row.review else "",
            row.state_in_words,
            row.review.meeting_date if row.review else None,
            row.due,
            row.decisions,
            row.open_decisions,
        ]
        for row in selection.rows
    )
    return spreadsheets.workbook(Sheet(_("Management reviews"), headings, rows, WIDTHS, "B2"))
