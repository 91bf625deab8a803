"""What it costs to bring a page into force: draft, approval, edition with its text, history and search index."""

import statistics
import time
from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handbook import editions
from handbook.models import ProcedurePage
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from tests.bench.figures import Figure

TIMES = 20


def measure() -> Iterator[Figure]:
    call_command("load_volume", users=20, procedures=10, cases=0, stdout=StringIO())
    municipality = Unit.objects.municipality()
    author, approver = User.objects.filter(username__startswith="volum.")[:2]
    RoleAssignment.objects.get_or_create(user=approver, unit=municipality, role=Role.PROCESS_OWNER)
    page = ProcedurePage.objects.filter(slug__startswith="volum-").first()
    assert page is not None
    seconds = []
    for number in range(TIMES):
        page.refresh_from_db()
        page.body = body(number)
        started = time.process_time()
        editions.publish(page, approver, note=f"Runde {number}", author=author)
        seconds.append(time.process_time() - started)
    yield Figure("A page of 1,000 words into force, median", statistics.median(seconds), "s")
    page.refresh_from_db()
    page.body = body(TIMES)
    with CaptureQueriesContext(connection) as asked:
        editions.publish(page, approver, note="Sist", author=author)
    yield Figure("A page into force, queries", len(asked), "queries")


def body(number: int) -> list[tuple[str, str]]:
    """Ten sections of a hundred words, each with its heading."""
    return [
        block
        for section in range(10)
        for block in (
            ("heading", f"Del {section} i runde {number}"),
            (
                "text",
                "".join(f"<p>{f'Meld fra til leder i runde {number}, og skriv ned det. ' * 3}</p>" for _ in range(3)),
            ),
        )
    ]
