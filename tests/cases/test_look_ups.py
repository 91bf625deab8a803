"""Whoever opens a sealed case is written down (G18, G26), and those who look after it see it without the content."""

import datetime

import pytest
from django.db import DatabaseError, transaction

from cases import uploads
from cases.models import LookUp
from organisation import clock
from tests import factories
from tests.cases.test_files import picture, upload

URL = "/saker/oppslag/"


@pytest.fixture
def case(cast):
    case = factories.make_case(cast.reporter, title="Hemmelig fall", sealed=True)
    case.attach(cast.reporter, [uploads.clean(upload("bilde.jpg", picture()))])
    return case


def rows():
    return list(LookUp.objects.order_by("pk").values_list("person_label", "what", "standing"))


def test_every_way_to_open_it_is_written_down(login, cast, case):
    client, address = login(cast.leader), case.get_absolute_url()
    picture_of = f"{address}vedlegg/{case.attachments.get().pk}/"
    for url in (address, f"{address}historikk/", f"{address}vurder/", picture_of, "/saker/eksport.xlsx"):
        assert client.get(url).status_code == 200
    assert rows() == [("Leader Testesen", what, "role") for what in ("page", "history", "step", "file", "export")]


@pytest.mark.parametrize(("who", "standing"), [("reporter", "reporter"), ("deputy", "handler"), ("outsider", "named")])
def test_the_log_says_what_the_person_was_to_the_case(login, cast, case, who, standing):
    case.assess(cast.leader, probability=2, consequence=2, handler=cast.deputy)
    case.give_access(cast.leader, person=cast.outsider, reason="Kjenner brukeren.")
    login(getattr(cast, who)).get(case.get_absolute_url())
    assert rows()[0][2] == standing


def test_pictures_in_the_page_are_opened_with_it_but_not_behind_its_back(login, cast, case):
    shown = f"{case.get_absolute_url()}vedlegg/{case.attachments.get().pk}/?vis=1"
    login(cast.leader).get(shown)
    assert [row[1] for row in rows()] == ["file"]
    client = login(cast.deputy)
    client.get(case.get_absolute_url())
    client.get(shown)
    assert [row[1] for row in rows()] == ["file", "page"]


def test_who_is_refused_has_seen_nothing_and_ordinary_cases_are_open(login, cast, case):
    assert login(cast.outsider).get(case.get_absolute_url()).status_code == 404
    login(cast.outsider).get(factories.make_case(cast.reporter).get_absolute_url())
    login(cast.outsider).get("/saker/eksport.xlsx")
    assert rows() == []


def test_the_log_cannot_be_changed(cast, case):
    LookUp.note(cast.leader, [case], LookUp.What.PAGE)
    for change in (lambda: LookUp.objects.update(what="file"), LookUp.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("who", ["quality_manager", "auditor"])
def test_who_looks_after_it_sees_the_reference_and_nothing_else(login, cast, case, who):
    login(cast.leader).get(case.get_absolute_url())
    page = login(getattr(cast, who)).get(URL).content.decode()
    assert case.reference in page and "Leader Testesen" in page
    assert "Hemmelig" not in page and case.get_absolute_url() not in page


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "service_desk", "administrator", "process_owner"])
def test_others_do_not_get_the_log(login, cast, case, who):
    assert login(getattr(cast, who)).get(URL).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [("person=leader", 1), ("person=ukjent", 0), ("grunnlag=role", 1), ("grunnlag=handler", 0), ("fra=2999-01-01", 0)],
)
def test_it_is_narrowed_down(login, cast, case, query, found):
    login(cast.leader).get(case.get_absolute_url())
    assert login(cast.auditor).get(f"{URL}?{query}").context["page"].paginator.count == found


def test_a_wrong_filter_is_left_out(login, cast):
    assert login(cast.auditor).get(f"{URL}?fra=i-gar&grunnlag=x&s=abc").status_code == 200


def test_those_who_handle_the_case_see_who_opened_it(login, cast, case):
    login(cast.deputy).get(case.get_absolute_url())
    assert "Deputy Testesen" in login(cast.leader).get(case.get_absolute_url()).content.decode()
    reporters = login(cast.reporter).get(case.get_absolute_url())
    assert reporters.context["look_ups"] == []


def test_the_log_costs_the_same_however_long(login, cast, case, django_assert_max_num_queries):
    with clock.set_to(clock.now() - datetime.timedelta(1)):
        for _number in range(60):
            LookUp.note(cast.leader, [case], LookUp.What.PAGE)
    client = login(cast.auditor)
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(f"{URL}?alle=1")


def test_the_register_in_the_admin_is_written_down_too(login, cast, units):
    case = factories.make_case(cast.quality_manager, sealed=True)
    answer = login(cast.quality_manager).get(f"/admin/cases/case/inspect/{case.pk}/")
    assert answer.status_code == 200
    assert rows() == [("Quality Manager Testesen", "admin", "reporter")]
