"""The overviews of risk for a municipality with 400 assessments in force and 8,000 rows, seen by its director."""

import random
from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from risk.models import Assessment, Risk
from risk.uses import Use
from tests.bench.confirmations import visit
from tests.bench.figures import Figure

ASSESSMENTS, ROWS = 400, 20
MOST_QUERIES = 15
CONFIRMED = 0.2  # of the rows


def measure() -> Iterator[Figure]:
    call_command("load_volume", users=200, procedures=10, cases=0, stdout=StringIO())
    director = make_director()
    fill(director)
    yield Figure("Assessments in force", Assessment.objects.in_force().count(), "assessments")
    yield Figure("Rows of those", Risk.objects.in_force().count(), "rows")
    client = Client()
    client.force_login(director)
    addresses = {
        "The municipality's page": f"/risiko/enhet/{Unit.objects.get(depth=1).code}/",
        "Risk by area": "/risiko/oversikt/?alle=1",
        "This year's assessments": "/risiko/dekning/?alle=1",
        "The register of assessments": "/risiko/?alle=1",
        "The register, highest risk first": "/risiko/?sorter=risk",
        "All risks": "/risiko/risikoer/?alle=1",
        "Assets and aspects": "/risiko/verdier/?alle=1",
    }
    for name, address in addresses.items():
        seconds, queries = visit(client, address)
        yield Figure(f"{name}, whole answer", seconds, "s")
        yield Figure(f"{name}, whole answer", queries, "queries", MOST_QUERIES)


def make_director() -> User:
    municipality = Unit.objects.get(depth=1)
    director = User.objects.create(username="bench-director", first_name="Kari", last_name="Bench", unit=municipality)
    RoleAssignment.objects.create(user=director, unit=municipality, role=Role.UNIT_LEADER)
    return User.objects.get(pk=director.pk)


def fill(by: User) -> None:
    """Assessments spread over every unit and use. Written straight to the tables: what is measured is reading."""
    chance, units, uses, now = random.Random(5), list(Unit.objects.all()), list(Use), timezone.now()
    made = Assessment.objects.bulk_create(
        Assessment(
            title=f"Analyse {number}",
            use=uses[number % len(uses)],
            unit=units[number % len(units)],
            year=now.year,
            leader=by,
            status=Assessment.Status.DECIDED,
            decided_at=now,
            review_date=now.date(),
        )
        for number in range(ASSESSMENTS)
    )
    Risk.objects.bulk_create(make_row(chance, assessment, place) for assessment in made for place in range(ROWS))


def make_row(chance: random.Random, assessment: Assessment, place: int) -> Risk:
    probability, consequence = chance.randint(1, 5), chance.randint(1, 5)
    row = Risk(assessment=assessment, place=place, threat=f"Trussel {place}", aspect="Drift")
    row.probability, row.consequence = probability, consequence
    if chance.random() < CONFIRMED:
        row.residual_probability, row.residual_consequence = 1, consequence
        row.residual_confirmed_at = assessment.decided_at
    return row
