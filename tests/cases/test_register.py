"""The register (S28, S30): what is listed, filtered, kept, exported, and what is nowhere in it."""

import datetime
import io

import pytest
from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook

from cases import exports
from cases.models import Case, SavedView
from cases.reading import Reading
from cases.register import Selection
from organisation import clock
from tests import factories

URL = "/saker/"


def listed(client, **query):
    answer = client.get(URL, query or {"alle": "1"}, follow=True)
    return [reading.case for reading in answer.context["rows"]]


def days_ago(days):
    return clock.set_to(timezone.now() - datetime.timedelta(days=days))


@pytest.fixture
def cases(cast, units):
    with days_ago(90):
        old = factories.make_case(cast.reporter, title="Gammel trapp", kind="improvement")
    with days_ago(60):
        late = factories.make_assessed_case(
            cast.reporter, cast.leader, title="Sen sak", category=factories.make_category()
        )
        late.assess(cast.leader, probability=5, consequence=5, law_breach=True, category=factories.make_category())
    new = factories.make_case(cast.outsider, title="Ny skjerm")
    zone = factories.make_case(cast.reporter, place=units.zone, title="I sonen")
    old.reject(cast.leader, reason="Nei.")
    return {"old": old, "late": late, "new": new, "zone": zone}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"type": "improvement"}, {"old"}),
        ({"status": "open"}, {"late", "new", "zone"}),
        ({"status": "rejected"}, {"old"}),
        ({"lovbrudd": "on"}, {"late"}),
        ({"niva": "director"}, {"late"}),
        ({"forfalt": "on"}, {"late"}),
        ({"q": "skjerm"}, {"new"}),
        ({"q": "ny finnesikke"}, set()),
        ({"mine": "reported"}, {"old", "late", "zone"}),
        ({"type": "improvement", "status": "open"}, set()),
        ({"status": "tull"}, {"old", "late", "new", "zone"}),
        ({"fra": "ikke-en-dato"}, {"old", "late", "new", "zone"}),
        ({"enhet": "99999"}, {"old", "late", "new", "zone"}),
        ({"kategori": "9" * 30}, {"old", "late", "new", "zone"}),
        ({"kategori": "abc"}, {"old", "late", "new", "zone"}),
    ],
)
def test_filters(login, cast, cases, query, names):
    assert {case.pk for case in listed(login(cast.reporter), **query)} == {cases[name].pk for name in names}


def test_unit_with_those_below_category_and_period(login, cast, cases, units):
    client = login(cast.reporter)
    assert set(listed(client, enhet=units.home_care.pk)) == {cases["old"], cases["late"], cases["zone"]}
    assert listed(client, enhet=units.zone.pk) == [cases["zone"]]
    assert listed(client, kategori=factories.make_category().pk) == [cases["late"]]
    day = (timezone.localdate() - datetime.timedelta(days=70)).isoformat()
    assert set(listed(client, til=day)) == {cases["old"]}
    assert cases["old"] not in listed(client, fra=day)


def test_mine_handled_waiting_and_with_my_measure(login, cast, cases):
    assert listed(login(cast.leader), mine="handled") == [cases["late"]]
    assert cases["late"] in listed(login(cast.leader), mine="waiting")
    cases["late"].set_cause(cast.leader, root_cause="Uklart", cause=factories.make_cause())
    factories.make_action(cases["late"], cast.leader, cast.colleague)
    assert listed(login(cast.colleague), mine="action") == [cases["late"]]


def test_by_page(login, cast, cases, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit)
    case = factories.make_case(cast.reporter, page=page)
    assert listed(login(cast.outsider), side=page.document.document_id) == [case]
    assert listed(login(cast.outsider), side="FL-9999") == []


def test_sorting(login, cast, cases):
    client = login(cast.reporter)
    assert listed(client, sorter="oldest")[0] == cases["old"]
    assert listed(client, sorter="risk")[0] == cases["late"]
    assert listed(client, sorter="deadline")[0] in (cases["old"], cases["late"])
    assert listed(client, sorter="; drop table") == listed(client)


@pytest.mark.parametrize("sorting", ["newest", "oldest"])
def test_the_order_of_arrival_says_nothing_of_null(cast, sorting):
    """PostgreSQL then reads the first rows from the index of arrival instead of sorting a million."""
    asked = str(Selection(cast.reporter, QueryDict(f"sorter={sorting}")).cases().query)
    assert "ORDER BY" in asked
    assert "NULLS" not in asked


def test_a_case_without_assessment_comes_last_by_risk(login, cast, cases):
    Case.objects.filter(pk=cases["old"].pk).update(probability=None, consequence=None)
    assert listed(login(cast.reporter), sorter="risk")[0].probability is not None
    asked = str(Selection(cast.reporter, QueryDict("sorter=risk")).cases().query)
    assert "NULLS LAST" in asked


def test_filters_in_use_are_chips_that_can_be_taken_away(login, cast, cases):
    selection = login(cast.reporter).get(URL, {"type": "improvement", "q": "trapp"}).context["selection"]
    assert {chip.query for chip in selection.chips()} == {"type=improvement", "q=trapp"}


def test_an_empty_register_and_an_empty_selection_say_so(login, cast):
    assert b"empty" in login(cast.reporter).get(URL).content
    assert b"empty" in login(cast.reporter).get(URL, {"q": "finnesikke"}).content


@pytest.mark.parametrize("page", ["0", "-1", "9999", "abc"])
def test_odd_page_numbers_give_a_page(login, cast, cases, page):
    assert login(cast.reporter).get(URL, {"s": page, "status": "open"}).status_code == 200


def test_few_queries_however_many_cases(login, cast, units, django_assert_max_num_queries):
    for number in range(30):
        factories.make_case(cast.reporter, title=f"Sak {number}", sealed=number % 5 == 0)
    for person in (cast.leader, cast.outsider, cast.quality_manager):
        client = login(person)
        with django_assert_max_num_queries(15):
            client.get(URL, {"status": "open"})


# Sealed cases are nowhere


@pytest.fixture
def sealed(cast, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit)
    return factories.make_case(
        cast.reporter, title="Skjermet hendelse med medisin", sealed=True, page=page, law_breach=True
    )


@pytest.mark.parametrize(
    "who", ["colleague", "outsider", "handler", "quality_manager", "auditor", "service_desk", "administrator"]
)
def test_a_sealed_case_is_in_no_list_search_export_or_suggestion(login, cast, sealed, who):
    client = login(getattr(cast, who))
    similar = factories.make_case(cast.reporter, title="Hendelse med medisin på natta")
    for url in (
        "/saker/?alle=1",
        "/saker/?q=Skjermet",
        f"/saker/?q={sealed.reference}",
        "/saker/?lovbrudd=on",
        f"/saker/?side={sealed.page_document_id}",
        "/meld/lignende/?q=skjermet+hendelse+medisin+natta",
        similar.get_absolute_url(),
    ):
        assert "Skjermet hendelse" not in client.get(url).content.decode()
    book = load_workbook(io.BytesIO(client.get("/saker/eksport.xlsx").content))
    assert sealed.reference not in {row[0].value for row in book.active.rows}


def test_a_sealed_case_is_not_among_the_cases_of_its_page(login, cast, sealed):
    for person in (cast.outsider, cast.leader):
        page = login(person).get(sealed.page.url, follow=True)
        assert page.status_code == 200
        assert "Skjermet hendelse" not in page.content.decode()


@pytest.mark.parametrize("who", ["reporter", "leader", "deputy", "director"])
def test_those_who_may_find_the_sealed_case(login, cast, sealed, who):
    assert sealed in listed(login(getattr(cast, who)), q="Skjermet")


# Saved views


def test_a_view_is_saved_used_and_deleted(login, cast):
    client = login(cast.reporter)
    client.post("/saker/visninger/", {"name": "Mine åpne", "query": "mine=reported&status=open"})
    view = SavedView.objects.get(user=cast.reporter)
    page = client.get(URL, {"alle": "1"}).content.decode()
    assert "Mine åpne" in page and "?mine=reported&amp;status=open" in page
    client.post(f"/saker/visninger/{view.pk}/slett/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{"name": "", "query": "status=open"}, {"name": "x" * 61, "query": "a=b"}, {"name": "To", "query": "a" * 1001}],
)
def test_a_view_that_cannot_be_saved_is_refused(login, cast, data):
    login(cast.reporter).post("/saker/visninger/", data)
    assert not SavedView.objects.exists()


def test_two_views_of_one_person_have_two_names(login, cast):
    for query in ("status=open", "status=closed"):
        login(cast.reporter).post("/saker/visninger/", {"name": "Min", "query": query})
    login(cast.leader).post("/saker/visninger/", {"name": "Min", "query": "status=open"})
    assert SavedView.objects.filter(user=cast.reporter).count() == 1
    assert SavedView.objects.filter(user=cast.leader).count() == 1


def test_nobody_deletes_anothers_view(login, cast):
    view = SavedView.objects.create(user=cast.reporter, name="Min", query="status=open")
    assert login(cast.leader).post(f"/saker/visninger/{view.pk}/slett/").status_code == 404
    assert SavedView.objects.exists()


def test_a_saved_query_leads_nowhere_else(login, cast):
    answer = login(cast.reporter).post("/saker/visninger/", {"name": "Ond", "query": "//ond.example"})
    assert answer.url.startswith("/saker/?")


# Export


def sheet(client, **query):
    answer = client.get("/saker/eksport.xlsx", query)
    assert answer["Content-Disposition"].startswith("attachment")
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.rows]


def test_the_export_is_what_is_listed(login, cast, cases):
    rows = sheet(login(cast.reporter), status="open")
    assert len(rows) == 4
    assert {row[0] for row in rows[1:]} == {cases[name].reference for name in ("late", "new", "zone")}


def test_the_export_hides_what_the_list_hides(login, cast):
    factories.make_case(cast.reporter, description="Ring Reporter Testesen på 912 34 567.")
    assert "912 34 567" not in str(sheet(login(cast.outsider)))
    assert "Reporter Testesen" not in str(sheet(login(cast.outsider)))
    assert "Reporter Testesen" in str(sheet(login(cast.leader)))


@pytest.mark.parametrize("text", ["=1+1", "+47 mangler", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://ond")'])
def test_cells_that_a_spreadsheet_would_run_are_made_harmless(login, cast, text):
    factories.make_case(cast.reporter, title="Formel", description=text + " i teksten")
    description = sheet(login(cast.leader))[1][4]
    assert description.startswith("'")


def test_an_export_too_large_is_refused_with_a_message(login, cast, cases, monkeypatch):
    monkeypatch.setattr(exports, "MAX_ROWS", 2)
    answer = login(cast.reporter).get("/saker/eksport.xlsx", follow=True)
    assert answer.redirect_chain
    assert "4" in str(next(iter(answer.context["messages"])))


def test_the_register_demands_login(client, db):
    for url in (URL, "/saker/eksport.xlsx", "/saker/2026-00001/"):
        assert client.get(url).status_code == 302


def test_visible_and_can_agree_on_the_register(cast):
    factories.make_case(cast.reporter)
    factories.make_case(cast.reporter, sealed=True)
    for person in vars(cast).values():
        assert all(Reading(person, case).text(case.title) for case in Case.objects.visible_to(person))
