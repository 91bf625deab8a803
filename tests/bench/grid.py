"""The form of a risk assessment with 200 rows: opened, and a cell saved (issue 5: at most 1 s, and 200 ms p95)."""

import json
import time
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from risk.models import Assessment, Risk
from risk.uses import Use
from tests.bench.figures import Figure

ROWS = 200
SAVES = 100


def measure() -> Iterator[Figure]:
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        yield from _measure()


def _measure() -> Iterator[Figure]:
    leader = a_leader()
    assessment = filled_in(leader)
    client = Client()
    client.force_login(leader)
    page = assessment.get_absolute_url()
    client.get(page)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)
    yield Figure(f"A form of {ROWS} rows opened, the server's part", time.perf_counter() - started, "s", 1)
    assert answer.status_code == 200, answer.status_code
    yield Figure(f"A form of {ROWS} rows opened", len(asked), "queries")
    worked = time.process_time()
    took = sorted(saves(client, assessment))
    yield Figure("A cell saved, the processor's part", (time.process_time() - worked) / SAVES * 1000, "ms")
    yield Figure(f"A cell saved in a form of {ROWS} rows, median of {SAVES}", took[SAVES // 2] * 1000, "ms")
    yield Figure(f"A cell saved in a form of {ROWS} rows, p95 of {SAVES}", took[SAVES * 95 // 100] * 1000, "ms", 200)


def a_leader() -> User:
    municipality = Unit.objects.municipality()
    leader = User.objects.create(username="bench-leader", first_name="Ola", last_name="Bench", unit=municipality)
    RoleAssignment.objects.create(user=leader, unit=municipality, role=Role.UNIT_LEADER)
    return User.objects.get(pk=leader.pk)


def filled_in(leader: User) -> Assessment:
    assessment = Assessment.begin(leader, unit=leader.unit, title="ROS", use=Use.WORKING_ENVIRONMENT)
    for number in range(ROWS):
        Risk.add(
            leader,
            assessment,
            aspect="Alenearbeid om natten",
            threat=f"Trussel {number}: en ansatt blir truet på et hjemmebesøk",
            probability=number % 5 + 1,
            consequence=number % 4 + 2,
            preventive="Gå to sammen til kjente adresser",
            responsible=leader,
        )
    return assessment


def saves(client: Client, assessment: Assessment) -> Iterator[float]:
    """How long each of the saves took, in seconds."""
    address = reverse("risk:save_cells", args=[assessment.pk])
    for number, row in enumerate(assessment.rows.all()[:SAVES]):
        step = {
            "do": "write",
            "key": str(row.key),
            "cell": "threat",
            "was": row.threat,
            "value": f"Ny trussel {number}",
        }
        started = time.perf_counter()
        answer = client.post(address, json.dumps({"steps": [step]}), content_type="application/json")
        yield time.perf_counter() - started
        assert answer.json()["conflicts"] == {}, answer.content
