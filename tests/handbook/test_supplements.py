"""A unit's own practice beside the common page (S14): shown in place to its people, found by all."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import Page

from handbook import editions, mandates, navigation, supplements
from handbook.models import Document, ProcedurePage, SupplementPage
from handbook.numbering import supplement_number_at
from handbook.terms import Kind
from organisation import clock
from organisation.models import Reminder, Unit, User
from tests import factories

BODY = [("heading", "Hos oss"), ("text", "<h3>Nøkler</h3><p>Vi henter nøkkelen i skapet.</p>")]


def add(parent: Page, unit: Unit, title: str = "Tilgang i hjemmetjenesten", **fields: Any) -> SupplementPage:
    fields.setdefault("owner_unit", unit)
    page = SupplementPage(title=title, applies_to=unit, live=False, body=fields.pop("body", BODY), **fields)
    return Page.objects.get(pk=parent.pk).add_child(instance=page)


@pytest.fixture
def supplement(pages: Any, units: Any, cast: Any) -> SupplementPage:
    """Home care's supplement to `pages.access`, approved by its leader."""
    page = add(pages.access, units.home_care)
    editions.publish(page, cast.leader, "Første versjon", author=cast.quality_manager)
    return SupplementPage.objects.get(pk=page.pk)


def soup_of(login: Any, user: User, url: str) -> BeautifulSoup:
    return BeautifulSoup(login(user).get(url).content, "html.parser")


# In place


def test_its_people_read_it_in_place_and_others_see_only_the_link(cast, login, pages, supplement):
    mine = soup_of(login, cast.reporter, pages.access.url)
    assert "Vi henter nøkkelen i skapet." in mine.text
    assert "Leader Testesen" in mine.find(class_="supplement").text
    other = soup_of(login, cast.outsider, pages.access.url)
    assert "Vi henter nøkkelen" not in other.text
    assert supplement.title in other.text


def test_its_people_do_not_meet_it_again_among_those_of_other_units(cast, login, pages, units, supplement):
    links = soup_of(login, cast.reporter, pages.access.url).find("main").find_all("a", string=supplement.title)
    assert len(links) == 1
    another = add(pages.access, units.zone, "Tilgang i sone nord")
    editions.publish(another, cast.leader, "Første")
    listed = soup_of(login, cast.reporter, pages.access.url).find(attrs={"aria-labelledby": "local-supplements"})
    assert [link.text for link in listed.find_all("a")] == [another.title]


def test_its_people_fill_in_its_checklists_from_the_common_page(cast, login, pages, units):
    body = [*BODY, ("checklist", {"title": "Nøkkelskapet", "items": ["Skapet er låst"]})]
    page = add(pages.access, units.home_care, body=body)
    edition = editions.publish(page, cast.leader, "Første versjon", author=cast.quality_manager)
    way = f"/d/{edition.document_code}/sjekkliste/2/"
    assert soup_of(login, cast.reporter, pages.access.url).find("a", href=way)
    assert not soup_of(login, cast.outsider, pages.access.url).find("a", href=way)


def test_people_of_a_unit_below_read_it_too_and_those_above_do_not(cast, login, pages, units, supplement):
    zone = factories.make_user("zone_nurse", units.zone)
    assert soup_of(login, zone, pages.access.url).find(class_="supplement")
    assert not soup_of(login, cast.director, pages.access.url).find(class_="supplement")


def test_who_has_no_unit_reads_the_common_page(cast, login, pages, supplement):
    User.objects.filter(pk=cast.reporter.pk).update(unit=None)
    assert not soup_of(login, cast.reporter, pages.access.url).find(class_="supplement")


def test_ids_do_not_collide_and_headings_stand_in_order(cast, login, pages, units, supplement):
    own = ProcedurePage.objects.get(pk=pages.access.pk)
    own.body = BODY
    editions.publish(own, cast.approver, "Samme overskrift")
    soup = soup_of(login, cast.reporter, pages.access.url)
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    levels = [int(heading.name[1]) for heading in soup.find("main").find_all(["h1", "h2", "h3", "h4"])]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert soup.find(class_="supplement").find("h3").text.strip() == "Hos oss"


def test_links_inside_follow_their_new_ids():
    html = '<h2 id="a">A</h2><p><a href="#a">A</a> <a href="/d/FL-1/#a">B</a></p><p id="x" aria-labelledby="a x"></p>'
    soup = BeautifulSoup(supplements.inserted(html, "fl"), "html.parser")
    assert soup.h3["id"] == "fl-a"
    assert [link["href"] for link in soup.find_all("a")] == ["#fl-a", "/d/FL-1/#a"]
    assert soup.find(id="fl-x")["aria-labelledby"] == "fl-a fl-x"


def test_a_draft_and_a_withdrawn_supplement_are_not_shown(cast, login, pages, units, supplement):
    draft = add(pages.access, units.zone, "Bare et utkast")
    factories.withdraw(supplement)
    html = login(cast.reporter).get(pages.access.url).content.decode()
    assert draft.title not in html and supplement.title not in html


def test_it_costs_one_query_however_many_there_are(cast, pages, units, supplement, django_assert_num_queries):
    another = add(pages.access, units.zone, "Tilgang i sone nord")
    editions.publish(another, cast.leader, "Første")
    page = Page.objects.get(pk=pages.access.pk)
    with django_assert_num_queries(1):
        found = supplements.of(page, cast.reporter)
        assert [edition.title for edition in found.mine] == [supplement.title]
        assert [edition.title for edition in found.others] == [another.title]


# Place and number


def test_it_has_its_own_number_and_does_not_disturb_its_siblings(pages, units, supplement):
    number = Document.objects.get(page=pages.access).number
    assert supplement.document.number == supplement_number_at(number, 1)
    child = pages.add(pages.access, ProcedurePage, "Underordnet rutine")
    assert child.document.number == f"{number}.1"
    second = add(pages.access, units.zone, "Sone nord")
    assert second.document.number == supplement_number_at(number, 2)


def test_renumbering_keeps_the_two_rows_apart(pages, units, supplement):
    lost = ProcedurePage.objects.get(pk=pages.lost.pk)
    lost.move(Page.objects.get(pk=pages.access.pk), "first-child")
    number = Document.objects.get(page=pages.access).number
    assert Document.objects.get(page=lost).number == f"{number}.1"
    assert Document.objects.get(page=supplement).number == supplement_number_at(number, 1)


def test_it_stands_in_no_menu_but_has_the_way_back(cast, login, pages, supplement):
    menu = navigation.menu(pages.access.path)
    assert menu.children == []
    assert navigation.menu(supplement.path).ancestors[-1].title == pages.access.title
    assert pages.access.title in soup_of(login, cast.outsider, supplement.url).find(class_="ds-alert").text


def test_everybody_finds_it_and_sees_what_it_belongs_to(cast, login, pages, supplement):
    [hit] = login(cast.outsider).get("/sok/?q=skapet").context["hits"]
    assert (hit.title, hit.context) == (supplement.title, pages.access.title)


# Approving


def test_the_leader_and_the_deputy_of_the_unit_approve_it(cast, supplement):
    assert mandates.capacity(cast.leader, supplement) and mandates.capacity(cast.deputy, supplement)
    assert cast.leader in mandates.approvers(supplement)


@pytest.mark.parametrize("who", ["reporter", "handler", "it_leader", "process_owner", "auditor"])
def test_nobody_else_publishes_it(cast, who, supplement):
    assert mandates.capacity(getattr(cast, who), supplement) is None
    with pytest.raises(PermissionDenied):
        editions.publish(supplement, getattr(cast, who), "Nei")


def test_a_leader_does_not_approve_the_common_page(cast, pages, units):
    pages.access.applies_to = units.home_care
    assert mandates.capacity(cast.leader, pages.access) is None


# Refused


def refusal(parent: Page, unit: Unit | None, **fields: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        add(parent, unit, **fields)  # type: ignore[arg-type]
    return refused.value.message_dict


def test_a_second_supplement_of_the_same_unit_is_refused_at_the_field(pages, units, supplement):
    assert refusal(pages.access, units.home_care, title="Nummer to").keys() == {"applies_to"}


def test_the_whole_municipality_and_nobody_are_refused_at_the_field(pages, units):
    assert "applies_to" in refusal(pages.access, units.municipality)
    assert "applies_to" in refusal(pages.access, None, owner_unit=units.it)


def test_an_owner_elsewhere_is_refused_at_the_field(pages, units):
    assert "owner_unit" in refusal(pages.access, units.home_care, owner_unit=units.it)
    assert "owner_unit" in refusal(pages.access, units.home_care, owner_unit=units.zone)


def test_no_supplement_to_a_supplement_not_by_moving_either(pages, units, supplement):
    assert SupplementPage not in SupplementPage.allowed_subpage_models()
    other = add(pages.lost, units.home_care, "Annet tillegg")
    for moved in (other, ProcedurePage.objects.get(pk=pages.lost.pk)):
        with pytest.raises(PermissionDenied):
            moved.move(Page.objects.get(pk=supplement.pk), "last-child")


def test_a_move_can_not_make_a_second_one_or_leave_the_procedures(pages, units, supplement):
    other = add(pages.lost, units.home_care, "Annet tillegg")
    for to in (pages.access, pages.chapter):
        with pytest.raises(PermissionDenied):
            SupplementPage.objects.get(pk=other.pk).move(Page.objects.get(pk=to.pk), "last-child")


def test_the_editor_is_told_beside_the_field(cast, login, pages, units, supplement):
    sent = {"title": "Til", "slug": "til", "owner_unit": units.home_care.pk, "applies_to": units.home_care.pk}
    sent |= {"summary": "", "review_months": "12", "change_kind": "major", "change_note": ""}
    sent |= {"body-count": "0", "users": "", "benefit": "", "action-publish": "1"}
    url = f"/admin/pages/add/handbook/supplementpage/{pages.access.pk}/"
    answer = login(cast.quality_manager).post(url, sent)
    assert answer.status_code == 200
    assert "applies_to" in answer.context["form"].errors


# When the common page changes


@pytest.fixture
def changed(pages: Any, cast: Any) -> Any:
    def change(major: bool) -> None:
        page = ProcedurePage.objects.get(pk=pages.access.pk)
        page.body = [("text", f"<p>Ny tekst {major}.</p>")]
        at = clock.now() + datetime.timedelta(minutes=5)
        editions.publish(page, cast.approver, "Endret", major=major, at=at)

    return change


def test_a_substantial_change_asks_for_a_check_and_reminds_once(cast, login, changed, supplement):
    changed(True)
    assert "ds-alert" in str(soup_of(login, cast.leader, supplement.url).find(attrs={"data-color": "warning"}))
    assert supplements.remind_outdated() == 2
    assert set(Reminder.objects.values_list("user__username", flat=True)) == {"leader", "deputy"}
    assert supplements.remind_outdated() == 0


def test_an_editorial_change_asks_for_nothing(cast, login, changed, supplement):
    changed(False)
    assert not soup_of(login, cast.leader, supplement.url).find(attrs={"data-color": "warning"})
    assert supplements.remind_outdated() == 0


def test_approving_it_anew_answers_the_question(cast, changed, supplement):
    changed(True)
    supplement.body = [("text", "<p>Vi gjør det nå slik.</p>")]
    editions.publish(supplement, cast.leader, "Tilpasset", at=clock.now() + datetime.timedelta(minutes=9))
    assert not supplements.outdated().exists()
    assert supplement.document.latest_edition().kind == Kind.SUPPLEMENT
