"""Who may read, write and publish: the table in permissions.py, person by person."""

from typing import Any

import pytest

from handbook.models import ProcedurePage
from handbook.permissions import Act, can

pytestmark = pytest.mark.django_db

EVERYBODY = {Act.READ}
WRITERS = {Act.READ, Act.READ_DRAFT, Act.WRITE}
OWNERS = WRITERS | {Act.APPROVE, Act.WITHDRAW, Act.ARRANGE}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("reporter", EVERYBODY),
        ("outsider", EVERYBODY),
        ("leader", EVERYBODY),
        ("auditor", EVERYBODY),
        ("administrator", EVERYBODY),
        ("process_owner", OWNERS),
        ("approver", OWNERS),
        ("editor", WRITERS),
        ("quality_manager", WRITERS | {Act.WITHDRAW, Act.ARRANGE}),
    ],
)
def test_rights_on_a_published_page_of_it(cast: Any, pages: Any, name: str, allowed: set[Act]) -> None:
    assert {act for act in Act if can(getattr(cast, name), act, pages.access)} == allowed


def test_rights_end_at_the_unit(cast: Any, pages: Any, units: Any) -> None:
    pages.access.owner_unit = units.home_care
    assert {act for act in Act if can(cast.process_owner, act, pages.access)} == EVERYBODY


def test_a_draft_is_for_those_who_write(cast: Any, pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Utkast")
    assert can(cast.process_owner, Act.READ, draft)
    assert not can(cast.outsider, Act.READ, draft)


def test_who_has_left_may_nothing(cast: Any, pages: Any) -> None:
    cast.quality_manager.is_active = False
    assert not any(can(cast.quality_manager, act, pages.access) for act in Act)


def test_an_unknown_act_is_an_error(cast: Any, pages: Any) -> None:
    with pytest.raises(ValueError, match="fly"):
        can(cast.quality_manager, "fly", pages.access)  # type: ignore[arg-type]
