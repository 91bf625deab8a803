"""A new installation starts with one command (`manage.py set_up`); the stage of every test is made by it."""

import pytest
from django.core.management import CommandError, call_command

from handbook.models import ChapterPage
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from tests import factories


def set_up(name: str, administrator: str) -> None:
    call_command("set_up", name, administrator=administrator, verbosity=0)


def test_the_organisation_has_its_chapters_and_somebody_who_looks_after_it(units, cast, login):
    assert (units.municipality.name, units.municipality.kind) == ("Municipality", Unit.Kind.MUNICIPALITY)
    assert ChapterPage.objects.live().count() == 8
    assert cast.administrator.unit == units.municipality
    assert login(cast.administrator).get("/admin/organisation/unit/create/").status_code == 200
    assert login(cast.administrator).get("/").status_code == 200


def test_it_can_be_run_again_and_gives_another_the_role(units):
    second = factories.make_user("second", units.it)
    for _time in range(2):
        set_up("Municipality", "second")
    assert list(RoleAssignment.objects.filter(user=second).values_list("role", "unit")) == [
        (Role.ADMINISTRATOR, units.municipality.pk)
    ]
    assert User.objects.get(username="second").unit == units.it
    assert ChapterPage.objects.count() == 8


@pytest.mark.parametrize(
    ("name", "administrator", "said"),
    [
        ("Another", "administrator", "is called Municipality already"),
        ("Municipality", "nobody", "Nobody active"),
        ("Municipality", "gone", "Nobody active"),
    ],
)
def test_another_name_and_people_without_an_account_are_refused(units, name, administrator, said):
    factories.make_user("gone", units.it, is_active=False)
    before = RoleAssignment.objects.count()
    with pytest.raises(CommandError, match=said):
        set_up(name, administrator)
    assert RoleAssignment.objects.count() == before


def test_being_a_superuser_looks_after_nothing(units, login):
    boss = factories.make_user("boss", units.municipality, is_superuser=True)
    assert login(boss).get("/admin/organisation/unit/create/").status_code == 302
