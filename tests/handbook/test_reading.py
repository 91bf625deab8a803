"""Reading the handbook: the edition in force, earlier ones, what changed (G4, G5)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from handbook import editions, navigation
from handbook.models import ProcedurePage, Withdrawal
from handbook.models.document import Document
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
ADDRESS = "/handbok/stotteprosesser/informasjonssikkerhet/tilgang-til-fagsystem/"
MOST_QUERIES = 15  # with the page's requirements, mandates, reading duties and risks


@pytest.fixture
def reader(login: Any, cast: Any) -> Any:
    return login(cast.outsider)


@pytest.fixture
def revised(pages: Any, cast: Any) -> Any:
    """`pages.access` with editions 1, 2 and 2.1."""
    pages.access.body = paragraphs("Meld samme dag.")
    editions.publish(pages.access, cast.approver, "Fristen var for lang.")
    pages.access.body = paragraphs("Meld fra samme dag.")
    editions.publish(pages.access, cast.approver, "Skrivefeil.", major=False)
    return pages


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_page_shows_the_edition_in_force_with_its_control(reader: Any, pages: Any, cast: Any) -> None:
    answer = reader.get(ADDRESS)
    assert answer.status_code == 200
    for shown in ("5.1.1", "Tilgang til fagsystem", "Slik får du tilgang.", "FL-0010", str(cast.process_owner)):
        assert shown in text(answer)
    assert text(answer).count("<h1") == 1


def test_readers_get_what_was_frozen_and_not_what_is_drafted(reader: Any, pages: Any, cast: Any) -> None:
    pages.access.title = "Nytt navn"
    pages.access.body = paragraphs("Utkast som ingen skal se")
    pages.access.save_revision(user=cast.process_owner)
    assert "Utkast som ingen skal se" not in text(reader.get(ADDRESS))
    Page.objects.filter(pk=pages.access.pk).update(title="Endret utenom")
    assert "<h1>Tilgang til fagsystem</h1>" in text(reader.get(ADDRESS))


def test_a_page_never_published_is_not_found(reader: Any, pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Utkast")
    assert reader.get(ADDRESS.replace("tilgang-til-fagsystem", "utkast")).status_code == 404
    document_id = draft.document.document_id
    for rest in ("", "versjoner/", "versjoner/1/", "sammenlign/1/2/"):
        assert reader.get(f"/d/{document_id}/{rest}").status_code == 404


@pytest.mark.parametrize(
    "rest", ["versjoner/9/", "versjoner/x/", "versjoner/1.7/", "sammenlign/1/9/", "sammenlign/", "tull/"]
)
def test_unknown_versions_are_not_found(reader: Any, pages: Any, rest: str) -> None:
    assert reader.get(ADDRESS + rest).status_code == 404


def test_every_version_is_listed_with_note_and_people(reader: Any, revised: Any, cast: Any) -> None:
    page = text(reader.get(ADDRESS + "versjoner/"))
    for shown in ("Fristen var for lang.", "Skrivefeil.", "Første versjon.", str(cast.process_owner)):
        assert shown in page
    assert "versjoner/2.1/" in page
    assert "sammenlign/2/2.1/" in page


def test_an_expired_version_says_so_and_leads_to_the_one_in_force(reader: Any, revised: Any) -> None:
    page = text(reader.get(ADDRESS + "versjoner/1/"))
    assert "Om tilgang til fagsystem." in page
    assert "Meld fra samme dag." not in page
    assert 'data-color="warning"' in page
    assert f'href="{ADDRESS}"' in page
    assert 'data-color="warning"' not in text(reader.get(ADDRESS + "versjoner/2.1/"))


def test_the_comparison_marks_words_for_eyes_and_ears(reader: Any, revised: Any) -> None:
    page = text(reader.get(ADDRESS + "sammenlign/2/2.1/"))
    assert "<ins>" in page
    assert "ds-sr-only" in page
    assert "Skrivefeil." in page


def test_the_form_puts_the_older_first(reader: Any, revised: Any) -> None:
    answer = reader.get(ADDRESS + "sammenlign/?fra=2.1&til=1")
    assert answer.headers["Location"] == ADDRESS + "sammenlign/1/2.1/"


def test_the_permanent_address_follows_the_page(reader: Any, pages: Any) -> None:
    address = f"/d/{pages.access.document.document_id}/"
    assert reader.get(address).headers["Location"] == ADDRESS
    pages.access.move(pages.chapter, "last-child")
    assert reader.get(address).headers["Location"] == "/handbok/stotteprosesser/tilgang-til-fagsystem/"


def test_the_page_shows_its_present_number_and_the_edition_its_own(reader: Any, revised: Any) -> None:
    revised.access.move(revised.lost, "right")
    assert '<span class="num">5.1.2</span>' in text(reader.get(ADDRESS)).split("<h1")[0]
    assert (
        '<span class="num">5.1.1</span>'
        in text(reader.get(ADDRESS + "versjoner/1/")).split("<h1")[0].split("<header")[-1]
    )


def test_a_withdrawn_page_is_marked_and_still_read(reader: Any, revised: Any) -> None:
    factories.withdraw(revised.access)
    address = f"/d/{revised.access.document.document_id}/"
    for url in (ADDRESS, address, ADDRESS + "versjoner/2.1/"):
        answer = reader.get(url)
        assert answer.status_code == 200
        assert "Meld fra samme dag." in text(answer)
        assert 'data-color="warning"' in text(answer)
        assert 'id="meld"' not in text(answer)
    assert reader.get(ADDRESS + "versjoner/").status_code == 200


def test_pages_below_a_withdrawn_process_stay_in_its_chapter(reader: Any, pages: Any, cast: Any) -> None:
    Withdrawal.objects.create(document=pages.process.document, by=cast.approver, reason="Slått sammen.")
    pages.process.unpublish()
    menu = navigation.menu(Page.objects.get(pk=pages.access.pk).path)
    assert [entry.number for entry in menu.chapters] == [str(n) for n in range(1, 9)]
    assert [entry.number for entry in menu.chapters[4].children] == ["5.1.1", "5.1.2"]
    assert reader.get(ADDRESS).status_code == 200


def test_a_lost_page_keeps_its_editions_readable(reader: Any, revised: Any, unguarded: None) -> None:
    address = f"/d/{revised.access.document.document_id}/"
    ProcedurePage.objects.get(pk=revised.access.pk).delete()
    for rest in ("", "versjoner/", "versjoner/1/", "sammenlign/1/2.1/"):
        assert reader.get(address + rest).status_code == 200


def test_links_in_text_and_related_pages_are_permanent(pages: Any, cast: Any) -> None:
    pages.access.body = [
        ("text", f'<p>Se <a linktype="page" id="{pages.lost.pk}">5.1.2 Tapt utstyr</a>.</p>'),
        ("pages", [Page.objects.get(pk=pages.lost.pk)]),
    ]
    edition = editions.publish(pages.access, cast.approver, "Lenker.")
    address = f"/d/{pages.lost.document.document_id}/"
    assert edition.html.count(f'href="{address}"') == 2
    assert "5.1.2 Tapt utstyr" in edition.text


def test_nothing_an_editor_writes_becomes_script(reader: Any, pages: Any, cast: Any) -> None:
    pages.access.title = "<script>alert(1)</script>"
    pages.access.summary = "<img src=x onerror=alert(1)>"
    pages.access.body = [("heading", "<b>Hei</b>"), ("definitions", [{"term": "<i>", "meaning": "<script>"}])]
    editions.publish(pages.access, cast.approver, "Prøve.")
    page = text(reader.get(ADDRESS))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;Hei&lt;/b&gt;" in page


def test_headings_get_lasting_anchors_and_a_table_of_contents(pages: Any, cast: Any) -> None:
    pages.access.body = [("heading", "Før du går"), ("heading", "Før du går"), ("purpose", "<p>Hvorfor</p>")]
    edition = editions.publish(pages.access, cast.approver, "Overskrifter.")
    assert [anchor for anchor, _heading in edition.toc][:2] == ["for-du-gar", "for-du-gar-2"]
    assert 'id="for-du-gar-2"' in edition.html


def test_login_is_required(client: Any, pages: Any) -> None:
    for url in (ADDRESS, ADDRESS + "versjoner/", "/handbok/", f"/d/{pages.access.document.document_id}/"):
        assert client.get(url).status_code == 302


def test_lists_of_chapter_process_and_handbook(reader: Any, pages: Any) -> None:
    assert "5.1.1" in text(reader.get("/handbok/stotteprosesser/"))
    process = text(reader.get("/handbok/stotteprosesser/informasjonssikkerhet/"))
    assert "Tapt utstyr" in process
    assert "<table" in process
    assert "Brukerbehov" in text(reader.get("/handbok/"))


def queries_of(reader: Any, url: str) -> list[str]:
    reader.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(url).status_code == 200
    noise = ("SAVEPOINT", "RELEASE SAVEPOINT")
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(noise)]


@pytest.mark.parametrize("size", [20, 2_000])
def test_a_procedure_costs_few_queries_in_a_tree_of_any_size(reader: Any, pages: Any, cast: Any, size: int) -> None:
    grow(pages, size)
    asked = queries_of(reader, ADDRESS)
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def grow(pages: Any, size: int) -> None:
    """Fill the tree cheaply: sections with procedures, without editions."""
    chapter = Page.objects.get(pk=pages.chapter.pk)
    template = Page.objects.get(pk=pages.lost.pk)
    rows = []
    for section in range(size // 20):
        for place in range(20):
            path = f"{chapter.path}{section + 900:04d}" + ("" if place == 0 else f"{place:04d}")
            depth = chapter.depth + (1 if place == 0 else 2)
            rows.append(
                Page(
                    path=path,
                    depth=depth,
                    title=f"Side {section} {place}",
                    slug=f"s-{section}-{place}",
                    live=True,
                    url_path=f"{chapter.url_path}s-{section}-{place}/",
                    content_type=template.content_type,
                    locale=template.locale,
                    numchild=19 if place == 0 else 0,
                )
            )
    made = Page.objects.bulk_create(rows)
    Document.objects.bulk_create(
        Document(document_id=f"T-{page.pk}", page=page, number="5.9", title=page.title) for page in made
    )
