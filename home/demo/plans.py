"""The demo's maturity, profile, action plan, memberships and roll-out, made through the domain methods, at the times told."""

import datetime
from typing import Any

from django.utils import timezone

from organisation import clock
from organisation.models import Unit, User
from results import area_register
from results.models import MaturityArea, MaturityScore

from .organisation import read

FILE = "plans.toml"
DAYS_IN_MONTH = 30


def load_plans() -> None:
    """Make what is not there yet."""
    PlansLoader().load()


class PlansLoader:
    """Reads plans.toml. What is there already is left alone."""

    def __init__(self) -> None:
        self.data = read(FILE)
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.today = clock.today()

    def load(self) -> None:
        area_register.load()
        areas = {area.code: area for area in MaturityArea.objects.all()}
        for row in self.data["maturity"]:
            self._maturity(row, areas)
        for row in self.data["maturity_case"]:
            self._maturity_case(row, areas)

    def _maturity(self, row: dict[str, Any], areas: dict[str, MaturityArea]) -> None:
        """Three years back: assessed in November, this year a fortnight ago at the latest."""
        unit, by = self.units[row["unit"]], self.people[row["by"]]
        if MaturityScore.objects.filter(unit=unit).exists():
            return
        for place, year in enumerate(range(self.today.year - 2, self.today.year + 1)):
            last = self.today - datetime.timedelta(14) if year == self.today.year else datetime.date(year, 11, 20)
            with clock.set_to(_at(last)):
                for code, *levels, ambition, months, evidence in row["areas"]:
                    now = levels[place]
                    reached = last + datetime.timedelta(DAYS_IN_MONTH * max(months, 1))
                    if place == 2 and months < 0:
                        reached = datetime.date(year, 10, 1)
                    MaturityScore.assess(
                        by,
                        unit=unit,
                        area=areas[code],
                        year=year,
                        now=now,
                        ambition=max(ambition, now),
                        reached_by=reached if ambition > now else None,
                        evidence=evidence if place == 2 else row["before"][place],
                    )

    def _maturity_case(self, row: dict[str, Any], areas: dict[str, MaturityArea]) -> None:
        score = MaturityScore.objects.select_related("unit", "area").get(
            unit=self.units[row["unit"]], area=areas[row["area"]], year=self.today.year
        )
        if score.case_id is None:
            with clock.set_to(_at(self.today - datetime.timedelta(12))):
                score.follow_up(
                    score.assessed_by,
                    measure=row["measure"],
                    responsible=self.people[row["responsible"]],
                    deadline=self.today + datetime.timedelta(row["days"]),
                    probability=row["probability"],
                    consequence=row["consequence"],
                )


def _at(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
