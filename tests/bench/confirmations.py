"""Who has read: the reports for a municipality of 4,000 people, asked for by the quality manager."""

import time
from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from handbook import confirmation_reports
from handbook.models import Confirmation, Document, ReadingDuty
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from tests.bench.figures import Figure

PEOPLE = 4_000
DUTIES = 10
CONFIRMED = 200
MOST_QUERIES = 10


def measure() -> Iterator[Figure]:
    call_command("load_volume", users=PEOPLE, procedures=50, cases=0, stdout=StringIO())
    manager = manager_of_quality()
    documents = list(Document.objects.filter(page__procedurepage__isnull=False, page__live=True)[:DUTIES])
    for document in documents:
        ReadingDuty.require(manager, document)
    edition = documents[0].latest_edition()
    assert edition is not None
    for person in User.objects.filter(username__startswith="volum.")[:CONFIRMED]:
        Confirmation.give(person, documents[0], edition.label)
    with CaptureQueriesContext(connection) as asked:
        confirmation_reports.of_document(documents[0], manager)
    yield Figure(f"Who of {PEOPLE:,} has read one page, the report", len(asked), "queries", MOST_QUERIES)
    client = Client()
    client.force_login(manager)
    addresses = {
        "one page": reverse("handbook:confirmation_report", args=[documents[0].document_id]),
        f"each of {DUTIES} pages": reverse("handbook:confirmation_overview"),
    }
    for name, address in addresses.items():
        seconds, queries = visit(client, address)
        yield Figure(f"Who of {PEOPLE:,} has read {name}, whole answer", seconds, "s")
        yield Figure(f"Who of {PEOPLE:,} has read {name}, whole answer", queries, "queries")


def manager_of_quality() -> User:
    municipality = Unit.objects.municipality()
    manager = User.objects.create(username="bench-quality", first_name="Kari", last_name="Bench", unit=municipality)
    RoleAssignment.objects.create(user=manager, unit=municipality, role=Role.QUALITY_MANAGER)
    return User.objects.get(pk=manager.pk)


@override_settings(ALLOWED_HOSTS=["testserver"])
def visit(client: Client, address: str) -> tuple[float, int]:
    """Seconds and queries of the second visit: the first has read templates and translations."""
    client.get(address)
    started = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return time.process_time() - started, len(asked)
