"""The requirement register: order, what applies, and mapping to pages (S17)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from handbook.models import Coverage, Requirement, Standard
from handbook.models.requirement import clause_slug, is_under
from organisation.history import StaleVersion
from tests import factories


@pytest.fixture
def requirement(db: None) -> Requirement:
    return factories.make_requirement("7.5.3")


@pytest.mark.parametrize(
    "clauses",
    [
        ["7", "7.1", "7.2", "7.9", "7.10", "8"],
        ["4.1", "10.2", "A.5", "A.5.9", "A.5.10", "A.6.1"],
        ["§ 2 A-1", "§ 2 A-6", "§ 11", "§ 11 a", "§ 25-1", "§ 25-1 a", "§ 25-1 b"],
        ["§ 5 nr. 1", "§ 5 nr. 2", "§ 5 nr. 10"],
    ],
)
def test_clauses_come_in_the_order_people_count(clauses: list[str], db: None) -> None:
    for clause in reversed(clauses):
        factories.make_requirement(clause)
    assert list(Requirement.objects.values_list("clause", flat=True)) == clauses


def test_a_clause_finds_its_place_whatever_the_order_it_is_entered_in(db: None) -> None:
    deepest = factories.make_requirement("7.5.3")
    top = factories.make_requirement("7", is_heading=True)
    other = factories.make_requirement("7.50")
    between = factories.make_requirement("7.5", is_heading=True)
    for requirement in (deepest, other, between):
        requirement.refresh_from_db()
    assert (deepest.parent, between.parent, other.parent) == (between, top, top)


def test_addresses_of_clauses() -> None:
    assert [clause_slug(clause) for clause in ("7.5.3", "A.5.9", "§ 25-1 a", "§ 5 nr. 1", "art. 32")] == [
        "7.5.3",
        "a.5.9",
        "25-1-a",
        "5-nr-1",
        "art-32",
    ]
    assert is_under("§ 25-1 a", "§ 25-1")
    assert not is_under("§ 25-10", "§ 25-1")


def test_a_clause_is_in_a_standard_once(requirement: Requirement) -> None:
    double = Requirement(standard=requirement.standard, clause="7.5.3", title="Igjen")
    with pytest.raises(ValidationError) as refused:
        double.full_clean()
    assert "clause" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_the_register_comes_with_the_product_and_loads_twice(capsys: Any, db: None) -> None:
    call_command("load_requirements")
    first = Requirement.objects.count()
    changed = Requirement.objects.get(standard__slug="iso-9001", clause="7.5.3")
    changed.title = "Vår egen formulering"
    changed.save()
    call_command("load_requirements")
    assert Requirement.objects.count() == first > 350
    assert Requirement.history.filter(history_type="+").count() == first
    changed.refresh_from_db()
    assert changed.title == "Vår egen formulering"
    assert "Added 0 standards and 0 requirements." in capsys.readouterr().out
    annex = Requirement.objects.filter(standard__slug="iso-27001", clause__startswith="A.", is_heading=False)
    assert annex.count() == 93
    by_theme = [annex.filter(parent__clause=clause).count() for clause in ("A.5", "A.6", "A.7", "A.8")]
    assert by_theme == [37, 8, 14, 34]


def test_nothing_in_the_register_is_deleted(requirement: Requirement) -> None:
    for record in (requirement, requirement.standard):
        with pytest.raises(ValidationError):
            record.delete()


def test_what_does_not_apply_needs_a_reason(requirement: Requirement, cast: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        requirement.set_applicability(cast.quality_manager, applicable=False, reason="  ")
    assert "reason" in refused.value.message_dict
    requirement.set_applicability(cast.quality_manager, applicable=False, reason="Vi lager ikke varer.")
    requirement.refresh_from_db()
    assert (requirement.applicable, requirement.reason, requirement.version) == (False, "Vi lager ikke varer.", 2)
    assert requirement.history.first().actor_label == str(cast.quality_manager)


@pytest.mark.parametrize("who", ["editor", "process_owner", "auditor", "director", "outsider", "administrator"])
def test_only_who_looks_after_the_register_says_what_applies(who: str, requirement: Requirement, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        requirement.set_applicability(getattr(cast, who), applicable=False, reason="Nei")


def test_what_applies_is_not_said_from_an_old_version(requirement: Requirement, cast: Any) -> None:
    requirement.set_applicability(cast.quality_manager, applicable=False, reason="En grunn", version=1)
    with pytest.raises(StaleVersion):
        requirement.set_applicability(cast.quality_manager, applicable=True, version=1)


def test_a_page_is_mapped_by_who_writes_it(requirement: Requirement, pages: Any, cast: Any) -> None:
    coverage = Coverage.link(cast.process_owner, requirement, pages.access.document, "Avsnittet om tilgang.")
    assert coverage.linked_by == cast.process_owner
    assert coverage.history.get().actor_label == str(cast.process_owner)


@pytest.mark.parametrize("who", ["outsider", "leader", "auditor", "administrator", "service_desk"])
def test_a_page_is_not_mapped_by_others(who: str, requirement: Requirement, pages: Any, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        Coverage.link(getattr(cast, who), requirement, pages.access.document)
    coverage = factories.make_mapping(cast.editor, requirement, pages.access)
    with pytest.raises(PermissionDenied):
        coverage.describe(getattr(cast, who), note="Nei")
    with pytest.raises(PermissionDenied):
        coverage.end(getattr(cast, who))


def test_a_superuser_without_a_role_maps_nothing(requirement: Requirement, pages: Any, units: Any) -> None:
    user = factories.make_user("root", units.it)
    user.is_superuser = True
    user.save()
    with pytest.raises(PermissionDenied):
        Coverage.link(user, requirement, pages.access.document)


def test_writing_for_another_unit_is_not_enough(requirement: Requirement, pages: Any, cast: Any, units: Any) -> None:
    page = factories.make_procedure(pages.chapter, cast.quality_manager, title="Besøk", owner_unit=units.home_care)
    with pytest.raises(PermissionDenied):
        Coverage.link(cast.process_owner, requirement, page.document)


def test_a_page_is_mapped_to_a_requirement_once(requirement: Requirement, pages: Any, cast: Any) -> None:
    first = factories.make_mapping(cast.editor, requirement, pages.access)
    with pytest.raises(ValidationError) as refused:
        factories.make_mapping(cast.editor, requirement, pages.access)
    assert "document" in refused.value.message_dict
    first.end(cast.editor)
    assert factories.make_mapping(cast.editor, requirement, pages.access).pk != first.pk


def test_what_can_not_be_mapped(requirement: Requirement, pages: Any, cast: Any) -> None:
    document = pages.access.document
    heading = factories.make_requirement("7.5", is_heading=True)
    left_out = factories.make_requirement("8.3")
    left_out.set_applicability(cast.quality_manager, applicable=False, reason="En grunn")
    draft = pages.add(pages.process, type(pages.access), "Utkast")
    factories.withdraw(pages.lost)
    pages.lost.document.refresh_from_db()
    for target, page, field in (
        (heading, document, "requirement"),
        (left_out, document, "requirement"),
        (requirement, draft.document, "document"),
        (requirement, type(document).objects.get(pk=pages.lost.document.pk), "document"),
    ):
        with pytest.raises(ValidationError) as refused:
            Coverage.link(cast.editor, target, page)
        assert field in refused.value.message_dict


def test_a_mapping_that_ended_stays_as_it_was(requirement: Requirement, pages: Any, cast: Any) -> None:
    coverage = factories.make_mapping(cast.editor, requirement, pages.access, "Før")
    coverage.describe(cast.editor, note="Etter", version=1)
    with pytest.raises(StaleVersion):
        coverage.end(cast.editor, version=1)
    coverage.end(cast.editor, version=2)
    assert coverage.ended_by == cast.editor
    for change in (lambda: coverage.end(cast.editor), lambda: coverage.describe(cast.editor, note="Nei")):
        with pytest.raises(ValidationError):
            change()
    assert coverage.history.count() == 3


def test_standards_out_of_use_are_out_of_the_list(requirement: Requirement) -> None:
    Standard.objects.update(active=False)
    assert not Standard.objects.active().exists()


def test_the_register_in_the_admin_says_yes_and_no_in_words(cast: Any, login: Any) -> None:
    factories.make_requirement("7", is_heading=True)
    factories.make_requirement("7.5.3")
    page = login(cast.quality_manager).get("/admin/handbook/requirement/?q=7.5").content.decode()
    assert "icon-yes" not in page and "icon-no" not in page
    assert "out of" not in page
    assert login(cast.auditor).get("/admin/handbook/requirement/").status_code != 200
