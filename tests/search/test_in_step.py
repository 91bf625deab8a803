"""The index in step with what it is about, in the same transaction (G14)."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Page

from cases.models import Handover
from handbook import editions
from organisation.models import User
from search import indexing
from search.models import Entry, IndexState, Word
from search.sources import source
from search.words import VERSION
from tests import factories


def test_a_page_is_found_when_it_is_published(pages: SimpleNamespace, cast: Any, found: Any) -> None:
    page = factories.make_procedure(pages.chapter, cast.editor, title="Hoppetau i gangen", publish=False)
    assert found(cast.outsider, "hoppetau") == []
    editions.publish(page, cast.approver, note="Første", major=True)
    assert found(cast.outsider, "hoppetau") == ["Hoppetau i gangen"]


def test_only_the_edition_in_force_is_searched(pages: SimpleNamespace, cast: Any, found: Any) -> None:
    page = pages.lost.specific
    page.summary = "Ring vakttelefonen."
    editions.publish(page, cast.approver, note="Ny telefon", major=True)
    assert found(cast.outsider, "vakttelefonen") == ["Tapt utstyr"]
    assert found(cast.outsider, "borte") == []


def test_a_withdrawn_page_is_not_found(pages: SimpleNamespace, cast: Any, found: Any) -> None:
    factories.withdraw(Page.objects.get(pk=pages.lost.pk))
    assert found(cast.outsider, "utstyr") == []


def test_a_new_title_is_the_one_that_is_found(pages: SimpleNamespace, cast: Any, found: Any) -> None:
    page = pages.lost.specific
    page.title = "Savnede gjenstander"
    editions.publish(page, cast.approver, note="Nytt navn", major=False)
    assert found(cast.outsider, "savnede") == ["Savnede gjenstander"]
    assert found(cast.outsider, "utstyr") == []


def test_a_page_that_is_moved_has_its_new_number(pages: SimpleNamespace, cast: Any, handbook: Any) -> None:
    target = handbook.get_children().get(slug="hovedprosesser")
    pages.lost.move(target, "last-child")
    pages.lost.document.refresh_from_db()
    entry = Entry.objects.get(key=f"handbook:{pages.lost.document.pk}")
    assert entry.reference == pages.lost.document.number
    assert entry.chapter == pages.lost.document.number.split(".")[0]


def test_pages_that_get_new_numbers_by_it_have_them(pages: SimpleNamespace, cast: Any, handbook: Any) -> None:
    pages.access.move(handbook.get_children().get(slug="hovedprosesser"), "last-child")
    pages.lost.document.refresh_from_db()
    assert Entry.objects.get(key=f"handbook:{pages.lost.document.pk}").reference == pages.lost.document.number


def test_a_case_that_is_corrected_is_found_by_its_new_words(cast: Any, found: Any) -> None:
    case = factories.make_case(cast.reporter, title="Fotball i gangen")
    case.correct(cast.leader, title="Sykkel i gangen", category=None, law_breach=False, version=case.version)
    assert found(cast.outsider, "fotball") == []
    assert found(cast.outsider, "sykler") == ["Sykkel i gangen"]


def test_a_closed_case_is_found_by_what_was_learned_and_its_story_only_while_it_is_told(cast: Any, found: Any) -> None:
    case = factories.make_story(cast.reporter, cast.leader, lesson="Sjekk trekkspillet", story="Nå spiller tubaen.")
    assert found(cast.outsider, "trekkspill") == found(cast.outsider, "tuba") == [case.title]
    case.reopen(cast.leader, reason="Mer å lære.")
    assert found(cast.outsider, "tuba") == []


def test_a_case_is_found_by_its_number_in_the_archive(cast: Any, found: Any) -> None:
    case = factories.make_story(cast.reporter, cast.leader)
    Handover.objects.create(case=case, closed_at=case.closed_at, archive_number="26/7788")
    assert found(cast.outsider, "26/7788") == [case.title]


def test_a_risk_is_found_in_its_row_and_not_when_it_is_removed(cast: Any, found: Any) -> None:
    assessment = factories.make_assessment(cast.leader, title="ROS for bading")
    row = factories.make_risk(assessment, cast.leader, threat="En svømmer får krampe")
    assert found(cast.leader, "krampe") == ["En svømmer får krampe"]
    assert Entry.objects.get(key=f"threat:{row.pk}").url == row.get_absolute_url()
    row.remove(cast.leader)
    assert found(cast.leader, "krampe") == []


def test_what_is_rolled_back_is_not_found(cast: Any, found: Any) -> None:
    class Regret(Exception):
        pass

    def regretted() -> None:
        with transaction.atomic():
            factories.make_case(cast.reporter, title="Angret melding om trampoline")
            raise Regret

    pytest.raises(Regret, regretted)
    assert found(cast.reporter, "trampoline") == []


def test_a_checklist_is_found_and_leads_to_where_it_is_filled_in(pages: SimpleNamespace, cast: Any, found: Any) -> None:
    body = [("checklist", {"title": "Før turen til svaberget", "items": ["Tell barna", "Ta med redningsvester"]})]
    page = factories.make_procedure(pages.chapter, cast.editor, title="Turer", body=body)
    assert "Før turen til svaberget" in found(cast.outsider, "redningsvest")
    entry = Entry.objects.get(source="checklist")
    assert entry.url == f"/d/{page.document.document_id}/sjekkliste/0/"


def test_making_it_anew_gives_the_same(pages: SimpleNamespace, cast: Any) -> None:
    factories.make_case(cast.reporter)
    before = list(Entry.objects.order_by("key").values_list("key", "title_words", "body_words", "body_parts"))
    assert dict(indexing.renew_everything())
    assert list(Entry.objects.order_by("key").values_list("key", "title_words", "body_words", "body_parts")) == before


def test_it_is_made_anew_only_when_the_words_have_changed(pages: SimpleNamespace) -> None:
    IndexState.made(VERSION)
    assert indexing.renew_when_stale() == 0
    IndexState.made(VERSION - 1)
    Entry.objects.all().delete()
    assert indexing.renew_when_stale() == Entry.objects.count() > 0
    assert indexing.renew_when_stale() == 0


def test_words_nobody_uses_any_more_go_when_it_is_made_anew(pages: SimpleNamespace) -> None:
    Word.objects.create(word="utdatert", stem="utdatert")
    list(indexing.renew_everything())
    assert not Word.objects.filter(word="utdatert").exists()
    assert Word.objects.filter(word="fagsystem").exists()


def test_paused_it_is_left_as_it_is(cast: Any) -> None:
    with indexing.paused():
        factories.make_case(cast.reporter)
    assert not Entry.objects.filter(source="case").exists()
    factories.make_case(cast.reporter)
    assert Entry.objects.filter(source="case").count() == 1


def test_a_save_that_changes_no_number_costs_the_index_nothing(
    pages: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    document = pages.access.document
    document.skip_history_when_saving = True
    with django_assert_num_queries(2):  # the row, and that what all readers share has changed
        document.save(update_fields=["review_date"])


def test_a_case_costs_few_queries_more(cast: Any, django_assert_max_num_queries: Any) -> None:
    case = factories.make_case(cast.reporter)
    with django_assert_max_num_queries(7):
        indexing.renew(source("case"), {case.pk})


@pytest.mark.parametrize("number", [1, 40])
def test_renewing_many_costs_as_few(cast: Any, number: int, django_assert_max_num_queries: Any) -> None:
    cases = {factories.make_case(cast.reporter).pk for _n in range(number)}
    with django_assert_max_num_queries(7):
        indexing.renew(source("case"), cases)


def test_an_inactive_reader_is_no_reason_to_fail(cast: Any) -> None:
    User.objects.filter(pk=cast.reporter.pk).update(first_name="", last_name="")
    factories.make_case(User.objects.get(pk=cast.reporter.pk), description="Uten navn")
    assert Entry.objects.filter(source="case", text="Uten navn").exists()
