"""Editions: frozen once, numbered, signed, chained, and impossible to change (G4)."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from handbook import editions
from handbook.models import Document, Edition, ProcedurePage
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db


def test_first_edition_is_number_one_with_author_and_approver(pages: Any, cast: Any) -> None:
    edition = pages.access.document.edition_in_force()
    assert (edition.label, edition.is_major) == ("1", True)
    assert edition.author == cast.editor
    assert edition.author_name == str(cast.editor)
    assert edition.approver_name == str(cast.process_owner)
    assert edition.approver_capacity == f"Prosesseier for {pages.access.owner_unit}"
    assert edition.number == "5.1.1"
    assert edition.owner_unit_name == pages.access.owner_unit.name


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ([True, True], ["1", "2", "3"]),
        ([False, False], ["1", "1.1", "1.2"]),
        ([True, False, True], ["1", "2", "2.1", "3"]),
    ],
)
def test_major_takes_next_whole_number_and_editorial_next_decimal(
    pages: Any, cast: Any, changes: list[bool], labels: list[str]
) -> None:
    for number, major in enumerate(changes):
        pages.access.body = paragraphs(f"Tekst {number}")
        editions.publish(pages.access, cast.approver, "Endret.", major)
    assert [e.label for e in pages.access.document.editions.order_by("major", "minor")] == labels


def test_publishing_the_same_again_makes_no_edition(pages: Any, cast: Any) -> None:
    pages.access.body = paragraphs("Om tilgang til fagsystem.")
    again = editions.publish(pages.access, cast.approver, "Ingenting nytt.")
    assert again.label == "1"
    assert pages.access.document.editions.count() == 1


@pytest.mark.parametrize("field", ["title", "summary", "users", "benefit"])
def test_any_change_a_reader_sees_makes_an_edition(pages: Any, cast: Any, field: str) -> None:
    setattr(pages.access, field, "Noe annet")
    assert editions.publish(pages.access, cast.approver, "Endret.").label == "2"


def test_checksum_is_reproducible_and_chained(pages: Any, cast: Any) -> None:
    first = pages.access.document.edition_in_force()
    pages.access.body = paragraphs("Ny tekst")
    second = editions.publish(pages.access, cast.approver, "Ny tekst.")
    second = Edition.objects.get(pk=second.pk)
    assert first.is_intact()
    assert second.is_intact()
    assert second.sha256 == editions.checksum(second)
    assert (first.previous_sha256, second.previous_sha256) == ("", first.sha256)
    second.html += "<p>Smuglet inn</p>"
    assert not second.is_intact()


@pytest.mark.parametrize("statement", ["UPDATE handbook_edition SET title = 'x'", "DELETE FROM handbook_edition"])
def test_the_database_refuses_to_change_an_edition(pages: Any, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_model_refuses_to_change_an_edition(pages: Any) -> None:
    edition = pages.access.document.edition_in_force()
    with pytest.raises(TypeError):
        edition.save()
    with pytest.raises(TypeError):
        edition.delete()


def test_editions_survive_purge_of_revisions_and_loss_of_the_page(pages: Any, unguarded: None) -> None:
    document = pages.access.document
    Page.objects.filter(pk=pages.access.pk).update(live_revision=None, latest_revision=None)
    Revision.objects.all().delete()
    ProcedurePage.objects.filter(pk=pages.access.pk).delete()
    document.refresh_from_db()
    assert document.page is None
    assert document.latest_edition().title == "Tilgang til fagsystem"
    assert document.edition_in_force() is None


def test_publishing_takes_the_right_at_the_owning_unit(pages: Any, cast: Any) -> None:
    for person in (cast.outsider, cast.leader, cast.auditor, cast.administrator):
        with pytest.raises(PermissionDenied):
            editions.publish(pages.access, person, "Uten rett.")
    editions.publish(pages.access, cast.process_owner, "Med rett.")


def test_superuser_without_a_role_may_not_publish(pages: Any, cast: Any) -> None:
    cast.outsider.is_superuser = True
    with pytest.raises(PermissionDenied):
        editions.publish(pages.access, cast.outsider, "Uten rett.")


def test_demo_editions_are_dated_in_the_past(pages: Any, cast: Any) -> None:
    at = timezone.now() - datetime.timedelta(days=400)
    pages.add(pages.process, ProcedurePage, "Passord")
    page = ProcedurePage.objects.get(title="Passord")
    edition = editions.publish(page, cast.approver, "Første.", at=at)
    assert edition.valid_from == timezone.localdate(at)
    assert edition.approved_at == at
    page.refresh_from_db()
    assert page.first_published_at == at


def test_substantial_change_moves_the_review_date_and_editorial_does_not(pages: Any, cast: Any) -> None:
    first = pages.access.document.edition_in_force()
    pages.access.body = paragraphs("Rettet skrivefeil")
    editorial = editions.publish(pages.access, cast.approver, "Rettet.", major=False)
    assert editorial.review_date == first.review_date
    assert first.review_date == editions.months_after(first.valid_from, 12)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 11, 24), 24, (2028, 11, 24)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_months_after(day: tuple[int, int, int], months: int, expected: tuple[int, int, int]) -> None:
    assert editions.months_after(datetime.date(*day), months) == datetime.date(*expected)


def test_an_edition_ends_when_the_next_begins(pages: Any, cast: Any) -> None:
    first = pages.access.document.edition_in_force()
    pages.access.body = paragraphs("Ny tekst")
    second = editions.publish(pages.access, cast.approver, "Ny.")
    assert first.valid_to == second.valid_from
    assert second.valid_to is None


def test_publishing_costs_few_queries(pages: Any, cast: Any, django_assert_max_num_queries: Any) -> None:
    pages.access.body = paragraphs("Ny tekst")
    revision = pages.access.save_revision(user=cast.quality_manager)
    page = revision.as_object()
    with django_assert_max_num_queries(15):
        editions.freeze(page, revision)


def test_a_page_that_is_not_valid_is_not_published_from_code(pages: Any, cast: Any) -> None:
    pages.access.title = ""
    with pytest.raises(ValidationError):
        editions.publish(pages.access, cast.approver, "Uten tittel.")
    document = Document.of(pages.access)
    assert document.latest_edition().title == "Tilgang til fagsystem"
    assert document.approvals.count() == 1
