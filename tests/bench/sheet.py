"""A sheet of 200 rows is read in, looked at and made into a draft (issue 5)."""

import time
from collections.abc import Iterator
from itertools import cycle, islice

from django.test import Client
from django.urls import reverse

from organisation.models import Unit
from organisation.roles import Role
from risk.models import SheetImport
from risk.sheet import exporting, proposal, reading, writing
from tests.bench.editions import person
from tests.bench.figures import Figure
from tests.risk.sheets import ROWS, sheet_file

SHEET_ROWS = 200


def measure() -> Iterator[Figure]:
    leader = person("ros_leader", Role.UNIT_LEADER)
    content = sheet_file(
        [{**row, "threat": f"{row['threat']} {n}"} for n, row in enumerate(islice(cycle(ROWS), SHEET_ROWS))]
    )
    client = Client(SERVER_NAME="localhost")
    client.force_login(leader)
    client.get(reverse("risk:import_sheet"))
    whole = started = time.perf_counter()
    sheet = SheetImport.keep(leader, name="ros.xlsx", content=reading.read(content).as_data())
    yield Figure(f"{SHEET_ROWS} rows read", time.perf_counter() - started, "s", None)
    started = time.perf_counter()
    assert client.get(sheet.get_absolute_url()).status_code == 200
    yield Figure(f"{SHEET_ROWS} rows shown", time.perf_counter() - started, "s", None)
    started = time.perf_counter()
    rows = [row.values for row in proposal.rows(sheet.content)]
    assessment = sheet.begin(leader, rows, unit=Unit.objects.municipality(), title="ROS", use="hms")
    yield Figure(f"{SHEET_ROWS} rows made into a draft", time.perf_counter() - started, "s", None)
    yield Figure(f"{SHEET_ROWS} rows imported", time.perf_counter() - whole, "s", 3)
    started = time.perf_counter()
    writing.workbook(exporting.of_assessment(assessment))
    yield Figure(f"{SHEET_ROWS} rows exported", time.perf_counter() - started, "s", 3)
    started = time.perf_counter()
    assert client.get(reverse("risk:pdf", args=[assessment.pk])).status_code == 200
    yield Figure(f"{SHEET_ROWS} rows as PDF", time.perf_counter() - started, "s", 3)
    assert assessment.rows.count() == SHEET_ROWS
