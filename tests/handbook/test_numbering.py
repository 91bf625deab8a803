"""Numbers follow places; document ids never change (S15)."""

from typing import Any

import pytest

from handbook.models import ChapterPage, Document, ProcedurePage
from handbook.numbering import number_at

pytestmark = pytest.mark.django_db


def numbers(*pages: Any) -> list[str]:
    return [Document.objects.get(page_id=page.pk).number for page in pages]


@pytest.mark.parametrize(("parent", "place", "number"), [("", 5, "5"), ("5", 3, "5.3"), ("5.3", 12, "5.3.12")])
def test_number_at(parent: str, place: int, number: str) -> None:
    assert number_at(parent, place) == number


def test_chapters_are_one_to_eight(handbook: Any) -> None:
    chapters = Document.objects.filter(page__in=ChapterPage.objects.all()).in_tree_order()
    assert [d.number for d in chapters] == [str(n) for n in range(1, 9)]


def test_new_pages_are_numbered_last(pages: Any) -> None:
    assert numbers(pages.process, pages.access, pages.lost) == ["5.1", "5.1.1", "5.1.2"]


def test_reordering_renumbers_siblings_and_keeps_ids(pages: Any) -> None:
    before = pages.lost.document.document_id
    pages.lost.move(pages.access, "left")
    assert numbers(pages.access, pages.lost) == ["5.1.2", "5.1.1"]
    assert Document.objects.get(page_id=pages.lost.pk).document_id == before


def test_moving_renumbers_both_places_and_everything_below(pages: Any) -> None:
    other = ChapterPage.objects.get(slug="ledelsesprosesser")
    pages.process.move(other, "last-child")
    assert numbers(pages.process, pages.access, pages.lost) == ["3.1", "3.1.1", "3.1.2"]


def test_history_is_written_only_where_a_number_changes(pages: Any) -> None:
    kept, changed = pages.access.document, pages.lost.document
    rows = kept.history.count(), changed.history.count()
    third = pages.add(pages.process, ProcedurePage, "Passord")
    third = ProcedurePage.objects.get(pk=third.pk)
    third.move(pages.lost, "left")
    assert numbers(pages.access, third, pages.lost) == ["5.1.1", "5.1.2", "5.1.3"]
    assert (kept.history.count(), changed.history.count()) == (rows[0], rows[1] + 1)


def test_deleting_a_draft_closes_the_gap(pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Utkast")
    last = pages.add(pages.process, ProcedurePage, "Sist")
    assert numbers(last) == ["5.1.4"]
    ProcedurePage.objects.get(pk=draft.pk).delete()
    assert numbers(last) == ["5.1.3"]


def test_document_ids_are_distinct_and_in_series(pages: Any) -> None:
    ids = list(Document.objects.order_by("pk").values_list("document_id", flat=True))
    assert len(set(ids)) == len(ids)
    assert ids[0] == "FL-0001"


def test_slugs_have_plain_letters(pages: Any) -> None:
    page = pages.add(pages.process, ProcedurePage, "Blåbær og fløte på øya")
    assert page.slug == "blabaer-og-flote-pa-oya"
    assert pages.add(pages.process, ProcedurePage, "Versjoner").slug == "versjoner-side"
