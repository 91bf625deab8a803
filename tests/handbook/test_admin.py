"""Writing in the admin: the note, the numbers, the rights, what is hidden."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from handbook import editions
from handbook.models import Document, ProcedurePage
from handbook.terms import ChangeKind
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db


def form_of(page: Any, **fields: Any) -> dict[str, Any]:
    data = {
        "title": page.title,
        "kind": page.kind,
        "summary": page.summary,
        "body": streamfield([("text", rich_text("<p>Ny tekst</p>"))]),
        "change_kind": ChangeKind.MAJOR,
        "change_note": "",
        "owner_unit": page.owner_unit_id,
        "applies_to": "",
        "review_months": 12,
        "users": "",
        "benefit": "",
    }
    return {**nested_form_data({**data, **fields}), "principles": ["users"]}


@pytest.fixture
def editor(login: Any, cast: Any) -> Any:
    return login(cast.process_owner)


def edit(client: Any, page: Any, **fields: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page, **fields))


def test_the_note_is_blank_again_after_its_edition_and_kept_in_a_draft(editor: Any, pages: Any, cast: Any) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[pages.access.pk])
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body = paragraphs("Ny.")
    editions.publish(page, cast.process_owner, "Brukt.", author=cast.editor)
    assert editor.get(url).context["form"]["change_note"].value() == ""
    edit(editor, pages.access, change_note="Underveis.")
    assert editor.get(url).context["form"]["change_note"].value() == "Underveis."


def test_a_draft_needs_no_note_and_makes_no_edition(editor: Any, pages: Any) -> None:
    assert edit(editor, pages.access).status_code == 302
    assert pages.access.document.editions.count() == 1


def test_a_new_page_gets_id_and_number_and_is_a_draft(editor: Any, pages: Any, units: Any) -> None:
    page = ProcedurePage(title="Passord og pålogging", owner_unit=units.it)
    url = reverse("wagtailadmin_pages:add", args=["handbook", "procedurepage", pages.process.pk])
    editor.post(url, form_of(page))
    document = Document.objects.get(page__draft_title="Passord og pålogging")
    assert document.number == "5.1.3"
    assert document.latest_edition() is None


@pytest.mark.parametrize("unit", ["it", "home_care"])
def test_a_new_page_is_not_published_by_posting_the_button(editor: Any, pages: Any, units: Any, unit: str) -> None:
    page = ProcedurePage(title="Snarvei", owner_unit=getattr(units, unit))
    url = reverse("wagtailadmin_pages:add", args=["handbook", "procedurepage", pages.process.pk])
    answer = editor.post(url, form_of(page, **{"action-publish": "1"}))
    assert answer.context["form"].errors
    assert not ProcedurePage.objects.filter(title="Snarvei").exists()


def test_the_form_has_nothing_an_editor_cannot_need(editor: Any, pages: Any) -> None:
    fields = editor.get(reverse("wagtailadmin_pages:edit", args=[pages.access.pk])).context["form"].fields
    assert not {"seo_title", "search_description", "show_in_menus", "go_live_at", "expire_at", "slug"} & set(fields)


def test_the_explorer_shows_numbers_in_tree_order(editor: Any, pages: Any) -> None:
    page = editor.get(reverse("wagtailadmin_explore", args=[pages.process.pk])).content.decode()
    assert page.index("5.1.1 Tilgang") < page.index("5.1.2 Tapt")


def test_the_start_shows_drafts_and_what_is_overdue(login: Any, cast: Any, pages: Any) -> None:
    pages.access.body = paragraphs("Kladd")
    pages.access.save_revision(user=cast.process_owner)
    client = login(cast.process_owner)
    page = client.get(reverse("wagtailadmin_home"))
    assert page.status_code == 200
    assert "5.1.1 Tilgang til fagsystem" in page.content.decode()
    other = login(cast.quality_manager).get(reverse("wagtailadmin_home")).content.decode()
    assert "5.1.1 Tilgang til fagsystem" not in other


def test_preview_shows_the_draft_as_readers_would_see_it(editor: Any, pages: Any) -> None:
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[pages.access.pk])
    assert editor.post(url, form_of(pages.access)).json()["is_valid"]
    page = editor.get(url + "?mode=").content.decode()
    assert "Ny tekst" in page
    assert 'data-color="info"' in page


@pytest.mark.parametrize("name", ["reporter", "leader", "auditor"])
def test_those_who_do_not_write_stay_out(login: Any, cast: Any, pages: Any, name: str) -> None:
    client = login(getattr(cast, name))
    for url in (reverse("wagtailadmin_home"), reverse("wagtailadmin_pages:edit", args=[pages.access.pk])):
        assert client.get(url).status_code in (302, 403)
    edit(client, pages.access, change_note="Snik", **{"action-publish": "1"})
    assert pages.access.document.editions.count() == 1


def test_a_withdrawn_page_comes_back_only_as_a_new_edition(pages: Any, cast: Any) -> None:
    factories.withdraw(pages.access)
    document = Document.objects.get(page_id=pages.access.pk)
    assert document.edition_in_force() is None
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    again = editions.publish(page, cast.process_owner, "Gjelder igjen.", author=cast.editor)
    assert again.label == "2"
    assert Document.objects.get(pk=document.pk).edition_in_force() == again


def test_reordering_in_the_explorer_renumbers(editor: Any, pages: Any) -> None:
    editor.post(reverse("wagtailadmin_pages:set_page_position", args=[pages.lost.pk]) + "?position=0")
    assert Document.objects.get(page_id=pages.lost.pk).number == "5.1.1"
    assert Document.objects.get(page_id=pages.access.pk).number == "5.1.2"
