"""Every look at a sealed case is written down, and shown to those who look after quality (G26)."""

import pytest
from django.db import DatabaseError, transaction

from cases.models import Case, LookUp
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast) -> Case:
    return factories.make_case(cast.reporter, sealed=True, title="Hemmelig tittel", description="Gunhild er syk")


def test_opening_it_is_written_down_with_why_the_person_could(case, cast, login):
    login(cast.leader).get(case.get_absolute_url())
    login(cast.reporter).get(case.get_absolute_url())
    rows = [(row.name, row.what, row.by_right) for row in LookUp.objects.order_by("pk")]
    leader, reporter = cast.leader.get_full_name(), cast.reporter.get_full_name()
    assert rows == [(leader, "page", True), (reporter, "page", False)]


@pytest.mark.parametrize(
    ("path", "what"), [("historikk/", "history"), ("vurder/", "step"), ("", "page")], ids=["history", "step", "page"]
)
def test_every_way_in_is_written_down(case, cast, login, path, what):
    login(cast.leader).get(f"/saker/{case.reference}/{path}")
    assert LookUp.objects.get().what == what


def test_a_spreadsheet_with_it_is_a_look_too(case, cast, login):
    factories.make_case(cast.reporter)
    login(cast.leader).get("/saker/eksport.xlsx?alle=1")
    assert [row.what for row in LookUp.objects.all()] == ["export"]


def test_an_ordinary_case_is_read_without_a_trace(cast, login):
    login(cast.leader).get(factories.make_case(cast.reporter).get_absolute_url())
    assert not LookUp.objects.exists()


def test_who_may_not_read_it_leaves_nothing_and_learns_nothing(case, cast, login):
    assert login(cast.outsider).get(case.get_absolute_url()).status_code == 404
    assert not LookUp.objects.exists()


def test_the_quality_manager_sees_who_and_never_what(case, cast, login):
    login(cast.leader).get(case.get_absolute_url())
    html = login(cast.quality_manager).get("/saker/oppslag/?alle=1").content.decode()
    assert cast.leader.get_full_name() in html
    assert case.reference in html
    assert "Hemmelig tittel" not in html
    assert "Gunhild" not in html


def test_filters_narrow_it(case, cast, login):
    login(cast.leader).get(case.get_absolute_url())
    login(cast.reporter).get(case.get_absolute_url())
    client = login(cast.auditor)
    count = lambda query: client.get(f"/saker/oppslag/?{query}").context["page"].paginator.count  # noqa: E731
    assert (count("alle=1"), count("rolle=on"), count("hvem=Reporter"), count("sak=2020-00001")) == (2, 1, 1, 0)


@pytest.mark.parametrize("who", ["leader", "director", "service_desk", "administrator", "reporter"])
def test_others_do_not_see_the_list(case, cast, login, who):
    assert login(getattr(cast, who)).get("/saker/oppslag/").status_code == 403


def test_handlers_see_who_has_opened_their_case(case, cast, login):
    login(cast.leader).get(case.get_absolute_url())
    assert len(login(cast.leader).get(case.get_absolute_url()).context["look_ups"]) == 2
    assert login(cast.reporter).get(case.get_absolute_url()).context["look_ups"] == []


def test_a_line_can_be_neither_changed_nor_deleted(case, cast, login):
    login(cast.leader).get(case.get_absolute_url())
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.update(name="En annen")
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.all()._raw_delete("default")
