"""`python -m tests.bench.served.targets`: people who are logged in, and addresses to ask for, as JSON.

A process of its own, because Django is bound to one database. Safe to run again.
"""

import json
import time
from typing import Any

import django
from django.conf import settings

CLIENTS = 16


def main() -> dict[str, Any]:
    from cases.models import Case  # noqa: PLC0415  (Django is set up only now)
    from handbook.models import ChapterPage, ProcedurePage  # noqa: PLC0415
    from organisation.models import RoleAssignment, Unit, User  # noqa: PLC0415
    from organisation.roles import Role  # noqa: PLC0415

    people = list(User.objects.filter(username__startswith="volum.").order_by("pk")[: 2 * CLIENTS])
    readers, handlers = people[:CLIENTS], people[CLIENTS:]
    municipality = Unit.objects.municipality()
    for person in handlers:
        RoleAssignment.objects.get_or_create(user=person, unit=municipality, role=Role.UNIT_LEADER)
    cases = Case.objects.filter(sealed=False, status=Case.Status.ASSESSED).order_by("pk")[:CLIENTS]
    unit = Unit.objects.get(code="volum-7")
    procedures = ProcedurePage.objects.live().order_by("pk")
    procedure = procedures[procedures.count() // 2]
    return {
        "readers": [session_of(person) for person in readers],
        "handlers": [session_of(person) for person in handlers],
        "cases": [{"address": case.get_absolute_url(), "version": case.version} for case in cases],
        "procedure": procedure.get_url(),
        "chapter": ChapterPage.objects.live().order_by("path").first().get_url(),
        "unit": unit.pk,
        "rows": Case.objects.count(),
    }


def session_of(person: Any) -> str:
    """The key of a session in the database, as if the person had just logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["renewed"] = int(time.time()) + 24 * 60 * 60  # so that no measured request writes it
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
