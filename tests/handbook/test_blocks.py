"""Every block renders what was written, and all of it ends up in the edition's text."""

import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document as File

from handbook import editions
from handbook.rendering import ascii_slug

pytestmark = pytest.mark.django_db

WRITTEN = [
    ("purpose", "<p>Hensikten her</p>", ["Hensikten her"]),
    ("scope", "<p>Alle enheter</p>", ["Alle enheter"]),
    ("heading", "Egen overskrift", ["Egen overskrift"]),
    (
        "text",
        "<p>Løpende tekst</p><ul><li>Første punkt</li><li>Andre punkt</li></ul>",
        ["Løpende tekst", "Første punkt"],
    ),
    (
        "steps",
        {"title": "Trinnene", "steps": [{"text": "<p>Gjør det</p>", "role": "leder", "deadline": "samme dag"}]},
        ["Trinnene", "Gjør det Responsible: leder · deadline: samme dag"],
    ),
    ("callout", {"tone": "danger", "title": "", "text": "<p>Stopp</p>"}, ["Danger", "Stopp"]),
    (
        "table",
        {
            "table": {
                "caption": "Frister",
                "columns": [{"type": "text", "heading": "Hva"}, {"type": "text", "heading": "Når"}],
                "rows": [{"values": ["<p>Svar</p>", "<p>Tre uker</p>"]}],
            }
        },
        ["Frister", "Hva | Når", "Svar | Tre uker"],
    ),
    ("checklist", {"title": "Sjekk", "items": ["Dør låst"]}, ["Sjekk", "Dør låst"]),
    ("records", [{"what": "Skjema", "where": "Arkivet", "keep": "5 år"}], ["Skjema | Arkivet | 5 år"]),
    ("risks", [{"risk": "Brann", "measure": "Vaktrunde"}], ["Brann | Vaktrunde"]),
    ("references", [{"title": "Loven § 1", "note": "Plikten", "url": ""}], ["Loven § 1 Plikten"]),
    ("definitions", [{"term": "Avvik", "meaning": "Brudd på krav"}], ["Avvik", "Brudd på krav"]),
]


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    """Headings are frozen in the language of the site; here the msgids themselves."""
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize(("kind", "value", "lines"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_a_block_is_in_html_and_in_text(pages: Any, cast: Any, kind: str, value: Any, lines: list[str]) -> None:
    pages.access.body = json.dumps([{"type": kind, "value": value}])
    edition = editions.publish(pages.access, cast.approver, "Prøve.")
    for line in lines:
        assert line in edition.text.splitlines()


def with_file(page: Any, file: File) -> None:
    page.body = json.dumps([{"type": "attachments", "value": [{"document": file.pk, "note": "Til utskrift"}]}])


def test_an_edition_keeps_its_attachments_when_the_file_is_replaced_and_deleted(
    pages: Any, cast: Any, login: Any
) -> None:
    file = File.objects.create(title="Skjema", file=ContentFile(b"innhold", name="skjema.txt"))
    with_file(pages.access, file)
    first = editions.publish(pages.access, cast.approver, "Vedlegg.")
    kept = first.content["attachments"][0]
    address = f"/d/{first.document_code}/vedlegg/{kept['sha256']}/"
    assert "Skjema (TXT)" in first.text
    assert f'href="{address}"' in first.html
    file.file = ContentFile(b"nytt innhold", name="skjema.txt")
    file.save()
    with_file(pages.access, File.objects.get(pk=file.pk))
    second = editions.publish(pages.access, cast.approver, "Nytt skjema.")
    assert second.label == "3"
    assert second.content["attachments"][0]["sha256"] != kept["sha256"]
    file.delete()
    answer = login(cast.outsider).get(address)
    assert b"".join(answer.streaming_content) == b"innhold"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_unknown_attachment_is_not_found(pages: Any, cast: Any, login: Any) -> None:
    document_id = pages.access.document.document_id
    assert login(cast.outsider).get(f"/d/{document_id}/vedlegg/{'0' * 64}/").status_code == 404


def test_pages_right_below_are_listed_by_the_page_itself(pages: Any, cast: Any) -> None:
    related = [{"type": "pages", "value": [pages.access.pk, pages.chapter.pk]}]
    pages.process.body = json.dumps(related)
    edition = editions.publish(pages.process, cast.approver, "Se også.")
    assert "Tilgang til fagsystem" not in edition.text
    assert "5 Støtteprosesser" in edition.text


def test_users_and_benefit_follow_the_purpose(pages: Any, cast: Any) -> None:
    pages.access.users, pages.access.benefit = "Alle ansatte", "Trygghet"
    pages.access.body = [("purpose", "<p>Hvorfor</p>"), ("text", "<p>Resten</p>")]
    lines = editions.publish(pages.access, cast.approver, "Nytte.").text.splitlines()
    assert lines.index("Hvorfor") < lines.index("Alle ansatte") < lines.index("Trygghet") < lines.index("Resten")


@pytest.mark.parametrize(
    ("title", "slug"), [("Støtteprosesser", "stotteprosesser"), ("Å være på øya", "a-vaere-pa-oya"), ("§ 25-1", "25-1")]
)
def test_ascii_slug(title: str, slug: str) -> None:
    assert ascii_slug(title) == slug
