"""The cast and the stage: made once per test database; every test runs in a transaction on top.

The organisation and its `administrator` are made as in a new installation, by `manage.py set_up`.
Home care (a result unit with a zone below it) and IT are the units; the people are named by what
they do. `outsider` works in another unit and is the one who must not.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.test import Client

from handbook.models import HandbookIndexPage
from organisation.models import Unit, User
from organisation.roles import Role
from tests import factories

CAST = {
    # name: (unit code, roles held there)
    "reporter": ("home-care", []),
    "colleague": ("home-care", []),
    "outsider": ("it", []),
    "leader": ("home-care", [Role.UNIT_LEADER]),
    "deputy": ("home-care", [Role.DEPUTY]),
    "handler": ("home-care", [Role.CASE_HANDLER]),
    "it_leader": ("it", [Role.UNIT_LEADER]),
    "process_owner": ("it", [Role.PROCESS_OWNER]),
    "approver": ("municipality", [Role.PROCESS_OWNER]),
    "editor": ("municipality", [Role.QUALITY_EDITOR]),
    "quality_manager": ("municipality", [Role.QUALITY_MANAGER]),
    "service_desk": ("municipality", [Role.SERVICE_DESK]),
    "auditor": ("municipality", [Role.AUDITOR]),
    "director": ("municipality", [Role.UNIT_LEADER]),
}


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file is named by its argument: made while collecting, it holds the time, and the workers must agree on names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def no_query_for_the_name_in_the_middle_of_a_test() -> None:
    """The organisation's name is remembered for a minute; a test that counts queries must not see that minute end."""
    cache.touch("organisation_name", None)


@pytest.fixture(autouse=True)
def nothing_remembered_from_another_test() -> None:
    """A test that is rolled back leaves the token of what readers share as it was."""
    caches["shared"].clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        factories.make_user("administrator")
        call_command("set_up", "Municipality", administrator="administrator", verbosity=0)
        municipality = Unit.objects.municipality()
        home_care = factories.make_unit("home-care", parent=municipality)
        factories.make_unit("zone-north", parent=home_care, kind=Unit.Kind.DEPARTMENT)
        factories.make_unit("it", parent=municipality, kind=Unit.Kind.STAFF)
        for name, (code, roles) in CAST.items():
            factories.make_user(name, Unit.objects.get(code=code), *roles)


class Units(SimpleNamespace):
    """The units of the stage by name."""

    municipality: Unit
    home_care: Unit
    zone: Unit
    it: Unit


@pytest.fixture
def units(db: None) -> Units:
    by_code = {unit.code: unit for unit in Unit.objects.all()}
    return Units(
        municipality=by_code["municipality"],
        home_care=by_code["home-care"],
        zone=by_code["zone-north"],
        it=by_code["it"],
    )


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Everybody by name: `cast.leader`, `cast.outsider` …"""
    return SimpleNamespace(**{user.username: user for user in User.objects.select_related("unit")})


@pytest.fixture
def handbook(db: None) -> HandbookIndexPage:
    return HandbookIndexPage.objects.get()


@pytest.fixture
def login(db: None) -> Callable[[User], Client]:
    """`login(cast.leader)` gives a client that is logged in as that person."""

    def as_user(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_user
