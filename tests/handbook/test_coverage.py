"""The coverage matrix: what is answered today, what isn't, and the pages that say so (S17)."""

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from handbook import coverage, editions
from handbook.coverage import State
from handbook.models import Coverage, Document, Edition, ProcedurePage, Requirement, Standard
from organisation import clock
from tests import factories


def state_of(requirement: Requirement) -> State | None:
    return coverage.lines(Requirement.objects.filter(pk=requirement.pk))[0].state


@pytest.fixture
def requirement(db: None) -> Requirement:
    return factories.make_requirement("7.5.3")


@pytest.fixture
def mapping(requirement: Requirement, pages: Any, cast: Any) -> Coverage:
    return factories.make_mapping(cast.editor, requirement, pages.access, "Slik gjør vi det.")


def test_a_page_in_force_covers(requirement: Requirement, mapping: Coverage) -> None:
    assert state_of(requirement) == State.COVERED


def test_without_a_page_there_is_a_gap(requirement: Requirement) -> None:
    assert state_of(requirement) == State.GAP


def test_a_withdrawn_page_leaves_a_gap_at_once(
    requirement: Requirement, mapping: Coverage, pages: Any, cast: Any
) -> None:
    factories.withdraw(pages.access)
    assert state_of(requirement) == State.GAP
    editions.publish(ProcedurePage.objects.get(pk=pages.access.pk), cast.process_owner, "Igjen.", author=cast.editor)
    assert state_of(requirement) == State.COVERED


def test_past_its_review_date_it_covers_with_a_warning(requirement: Requirement, mapping: Coverage, pages: Any) -> None:
    review = mapping.document.edition_in_force().review_date
    late = datetime.datetime.combine(review + datetime.timedelta(1), datetime.time(12), datetime.UTC)
    with clock.set_to(late):
        assert state_of(requirement) == State.LATE


def test_a_mapping_that_ended_covers_nothing(requirement: Requirement, mapping: Coverage, cast: Any) -> None:
    mapping.end(cast.editor)
    assert state_of(requirement) == State.GAP


def test_what_does_not_apply_is_left_out_of_the_share(requirement: Requirement, mapping: Coverage, cast: Any) -> None:
    factories.make_requirement("7.5", is_heading=True)
    factories.make_requirement("8.1")
    out = factories.make_requirement("8.3")
    out.set_applicability(cast.quality_manager, applicable=False, reason="En grunn")
    (share,) = coverage.shares(coverage.lines(Requirement.objects.all()))
    tally = share.tally
    assert (tally.answered, tally.applicable, tally.gaps, tally.not_applicable, tally.percent) == (1, 2, 1, 1, 50)
    heading = next(line for line in share.lines if line.requirement.is_heading)
    assert (heading.state, heading.below.answered, heading.below.applicable) == (None, 1, 1)


def test_documents_stand_under_their_chapter(requirement: Requirement, mapping: Coverage) -> None:
    (line,) = coverage.lines(Requirement.objects.all())
    assert [len(cell) for cell in line.cells()] == [0, 0, 0, 0, 1, 0, 0, 0]


def test_narrowing_keeps_the_headings_above(requirement: Requirement, mapping: Coverage) -> None:
    factories.make_requirement("7.5", is_heading=True)
    factories.make_requirement("8", is_heading=True)
    factories.make_requirement("8.1")
    lines = coverage.lines(Requirement.objects.all())
    assert [line.requirement.clause for line in coverage.narrowed(lines, state="gap")] == ["8", "8.1"]
    assert [line.requirement.clause for line in coverage.narrowed(lines, words="9001 7.5.3")] == ["7.5", "7.5.3"]
    assert coverage.narrowed(lines, words="finnes ikke") == []


def add_many(editor: Any, template: Document, number: int) -> None:
    """Requirements, documents with editions and mappings."""
    standard = Standard.objects.create(code="Stor standard", slug="stor", title="Mye")
    old = template.latest_edition()
    for n in range(number):
        requirement = Requirement(standard=standard, clause=f"9.{n}", title=f"Krav {n}")
        requirement.take_place([])
        Requirement.objects.bulk_create([requirement])
        document = Document.objects.create(document_id=f"FL-9{n:03d}", number=f"5.1.{n}", title=f"Side {n}")
        old.pk, old.approval, old.document, old.document_code = None, None, document, document.document_id
        Edition.objects.bulk_create([old])
        Coverage.objects.bulk_create([Coverage(requirement=requirement, document=document, linked_by=editor)])
        Coverage.objects.bulk_create([Coverage(requirement=requirement, document=template, linked_by=editor)])


@pytest.mark.parametrize(("name", "most"), [("coverage", 11), ("matrix", 11), ("requirement", 14)])
def test_the_pages_cost_the_same_however_much_there_is(
    name: str, most: int, mapping: Coverage, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    """Eight are what every page costs: session, user, roles, notices and saving the session."""
    client = login(cast.colleague)
    address = {
        "coverage": reverse("handbook:coverage") + "?alle=1",
        "matrix": mapping.requirement.standard.get_absolute_url(),
        "requirement": mapping.requirement.get_absolute_url(),
    }[name]
    client.get(address)
    with django_assert_max_num_queries(most) as few:
        assert client.get(address).status_code == 200
    add_many(cast.editor, mapping.document, 60)
    for n in range(30):
        document = Document.objects.get(document_id=f"FL-9{n:03d}")
        Coverage.objects.bulk_create(
            [Coverage(requirement=mapping.requirement, document=document, linked_by=cast.editor)]
        )
    before = len(few.captured_queries)
    with django_assert_max_num_queries(before):
        assert client.get(address).status_code == 200


def test_all_read_the_matrix(mapping: Coverage, cast: Any, login: Any) -> None:
    text = login(cast.outsider).get(mapping.requirement.standard.get_absolute_url()).content.decode()
    assert mapping.document.number in text
    assert mapping.requirement.title in text


def test_without_a_register_the_page_says_how_to_get_one(cast: Any, login: Any) -> None:
    assert "load_requirements" in login(cast.quality_manager).get("/krav/").content.decode()
    assert login(cast.quality_manager).get("/innforing/").status_code == 200


def test_a_wrong_filter_is_left_out(mapping: Coverage, cast: Any, login: Any) -> None:
    answer = login(cast.colleague).get("/krav/?status=tull&standard=ukjent")
    assert answer.status_code == 200
    assert answer.context["form"].asked() == {}


def test_what_is_not_there_is_404(mapping: Coverage, cast: Any, login: Any) -> None:
    client = login(cast.quality_manager)
    for address in ("/krav/ukjent/", "/krav/iso-9001/99.9/", "/d/FL-9999/krav/", "/krav/kobling/0/endre/"):
        assert client.get(address).status_code == 404, address


def test_the_spreadsheet_says_the_same_and_runs_no_formula(mapping: Coverage, cast: Any, login: Any) -> None:
    factories.make_requirement("8.1", title="=1+1")
    answer = login(cast.auditor).get("/krav/eksport.xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows[1:]] == ["7.5.3", "8.1"]
    assert rows[1][4] == mapping.document.document_id
    assert rows[2][2] == "'=1+1"


def test_the_box_on_the_page_costs_one_query_and_hides_when_empty(
    mapping: Coverage, pages: Any, cast: Any, login: Any
) -> None:
    client = login(cast.outsider)
    with_box, without = client.get(pages.access.url).content.decode(), client.get(pages.lost.url).content.decode()
    assert str(mapping.requirement) in with_box
    assert 'id="requirements"' not in without


def test_a_page_is_found_and_mapped(requirement: Requirement, pages: Any, cast: Any, login: Any) -> None:
    client = login(cast.process_owner)
    address = reverse("handbook:link", args=["iso-9001", "7.5.3"])
    hits = client.get(address, {"q": "tilgang"}).context["hits"]
    assert [hit.title for hit in hits] == ["Tilgang til fagsystem"]
    sent = {"document": hits[0].pk, "note": "Hele siden."}
    answer = client.post(f"{address}?q=tilgang", sent)
    assert answer.headers["Location"] == requirement.get_absolute_url()
    again = client.post(f"{address}?q=tilgang", sent)
    assert again.context["form"].errors["document"]
    assert again.context["form"]["note"].value() == "Hele siden."
    assert Coverage.objects.count() == 1


def test_pages_of_other_units_are_not_offered(
    requirement: Requirement, pages: Any, cast: Any, login: Any, units: Any
) -> None:
    page = factories.make_procedure(pages.chapter, cast.quality_manager, title="Besøk", owner_unit=units.home_care)
    client = login(cast.process_owner)
    address = reverse("handbook:link", args=["iso-9001", "7.5.3"])
    assert not client.get(address, {"q": "besøk"}).context["hits"]
    answer = client.post(f"{address}?q=besøk", {"document": page.document.pk})
    assert answer.context["form"].errors["document"]
    assert not Coverage.objects.exists()


def test_a_requirement_is_added_from_the_page(requirement: Requirement, pages: Any, cast: Any, login: Any) -> None:
    address = reverse("handbook:document_requirements", args=[pages.access.document.document_id])
    client = login(cast.process_owner)
    assert list(client.get(address, {"q": "9001 7.5"}).context["hits"]) == [requirement]
    client.post(f"{address}?q=9001", {"requirement": requirement.pk, "note": "Hele siden."})
    mapping = Coverage.objects.get()
    assert not client.get(address, {"q": "9001 7.5"}).context["hits"]
    client.post(reverse("handbook:end_mapping", args=[mapping.pk]), {"version": 1, "fra": "side"})
    assert not Coverage.objects.current().exists()


@pytest.mark.parametrize("who", ["outsider", "leader", "auditor"])
def test_others_read_the_page_of_requirements_and_change_nothing(
    who: str, mapping: Coverage, cast: Any, login: Any
) -> None:
    client = login(getattr(cast, who))
    address = reverse("handbook:document_requirements", args=[mapping.document.document_id])
    other = factories.make_requirement("8.1")
    assert client.get(address, {"q": "8.1"}).status_code == 200
    assert client.post(address, {"requirement": other.pk}).status_code == 403
    assert client.post(reverse("handbook:end_mapping", args=[mapping.pk]), {"version": 1}).status_code == 403
    assert Coverage.objects.current().count() == 1


def test_a_stale_note_gets_409_with_both_texts(mapping: Coverage, cast: Any, login: Any) -> None:
    mapping.describe(cast.editor, note="Det andre skrev")
    address = reverse("handbook:change_mapping", args=[mapping.pk])
    client = login(cast.process_owner)
    answer = client.post(address, {"note": "Det jeg skrev", "version": 1})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Det andre skrev" in text and "Det jeg skrev" in text
    assert client.post(address, {"note": "Det jeg skrev", "version": 2}).status_code == 302


def test_applicability_on_screen(requirement: Requirement, cast: Any, login: Any) -> None:
    client = login(cast.quality_manager)
    address = reverse("handbook:set_applicability", args=["iso-9001", "7.5.3"])
    answer = client.post(address, {"applicable": "no", "reason": "", "version": 1})
    assert answer.context["form"].errors["reason"]
    assert client.post(address, {"applicable": "no", "reason": "En grunn", "version": 1}).status_code == 302
    stale = client.post(address, {"applicable": "yes", "reason": "", "version": 1})
    assert stale.status_code == 409
    assert state_of(requirement) == State.NOT_APPLICABLE


def test_the_register_in_the_admin_refuses_a_stale_save(requirement: Requirement, cast: Any, login: Any) -> None:
    client = login(cast.quality_manager)
    address = f"/admin/handbook/requirement/edit/{requirement.pk}/"
    form = {"standard": requirement.standard_id, "clause": "7.5.3", "title": "Nye ord", "shown_version": 1}
    assert 'name="shown_version"' in client.get(address).content.decode()
    assert client.post(address, form).status_code == 302
    requirement.refresh_from_db()
    assert (requirement.title, requirement.version) == ("Nye ord", 2)
    assert requirement.history.first().actor_label == str(cast.quality_manager)
    assert client.post(address, {**form, "title": "For sent"}).status_code == 200
    requirement.refresh_from_db()
    assert requirement.title == "Nye ord"


@pytest.mark.parametrize(("who", "opens"), [("quality_manager", True), ("editor", False), ("administrator", False)])
def test_the_register_in_the_admin_is_for_who_looks_after_it(who: str, opens: bool, cast: Any, login: Any) -> None:
    client = login(getattr(cast, who))
    for register in ("standard", "requirement"):
        assert (client.get(f"/admin/handbook/{register}/").status_code == 200) is opens
