"""PDF of an edition, a chapter and the handbook (G10), read back with poppler."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from PIL import Image
from wagtail.images import get_image_model

from handbook import editions, printouts
from handbook.blocks import BodyBlock
from handbook.models import Document, Edition, KeptFile, Printout
from handbook.pdf import documents, images
from handbook.pdf.contents import Reading
from organisation import clock
from organisation.pdf import typesetting
from organisation.pdf.pictures import lighter
from tests import factories

if shutil.which("pdftotext") is None and os.environ.get("CI") != "true":
    pytest.skip("NO POPPLER ON THIS MACHINE: PDF tests not run", allow_module_level=True)

BASE = "http://127.0.0.1:8000"
BODY = BodyBlock()


def poppler(program: str, content: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "it.pdf"
    file.write_bytes(content)
    command = [program, *options, str(file), *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def words(tmp_path):
    """`words(content)` is the text of a PDF, line by line as it stands on the paper."""
    return lambda content: poppler("pdftotext", content, tmp_path, "-layout")


@pytest.fixture
def facts(tmp_path):
    return lambda content: poppler("pdfinfo", content, tmp_path)


def publish(page, by, body, **fields):
    page = type(page).objects.get(pk=page.pk)
    page.body = body
    return editions.publish(page, by, **fields)


def read_html(html: str, **options):
    return Reading(prefix="FL-1", base_url=BASE, picture=lambda _address: None, **options).tree(html)


@pytest.fixture
def pdf_of(cast, login):
    """The bytes of the PDF of a page's document, as the reporter gets them."""
    return lambda page: login(cast.reporter).get(f"/d/{page.document.document_id}/pdf/").content


# One edition


def test_it_says_what_it_is_on_every_page(cast, pages, pdf_of, words, facts):
    edition = publish(pages.access, cast.process_owner, [("text", "<p>Ære være blåbær.</p>" * 120)], note="Nå.")
    content = pdf_of(pages.access)
    text = words(content)
    sides = text.split("\f")[:-1]
    assert len(sides) > 2
    for number, side in enumerate(sides, 1):
        assert f"{pages.access.document.number} Tilgang til fagsystem" in side
        assert edition.document_code in side
        assert "Process Owner Testesen" in side
        assert f"{number} " in side and f" {len(sides)}" in side
        assert f"{BASE}/d/{edition.document_code}/" in side
    assert "Reporter Testesen" in text
    assert "Ære være blåbær." in text
    assert re.search(r"Tagged:\s+yes", facts(content))
    assert f"Title:           {pages.access.document.number} Tilgang til fagsystem – v2" in facts(content)


def test_every_font_is_in_the_file(pages, pdf_of, tmp_path):
    lines = poppler("pdffonts", pdf_of(pages.access), tmp_path).splitlines()[2:]
    assert any("Inter" in line for line in lines)
    assert all(line.split()[-5] == "yes" for line in lines)


def test_the_changes_that_led_here_come_last(cast, pages, pdf_of, words):
    publish(pages.access, cast.process_owner, [("text", "<p>Ny tekst.</p>")], note="Ringevakt lagt til.")
    text = words(pdf_of(pages.access))
    assert text.index("Ny tekst.") < text.index("Ringevakt lagt til.") < text.index("Første versjon.")


def test_the_same_again_costs_nothing(cast, login, pages, monkeypatch):
    client = login(cast.reporter)
    address = f"/d/{pages.access.document.document_id}/pdf/"
    first = client.get(address)
    monkeypatch.setattr(typesetting, "typeset", lambda *_args: pytest.fail("set again"))
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    monkeypatch.undo()
    other = login(cast.outsider).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_it_has_a_name_to_find_it_by(cast, login, pages):
    answer = login(cast.reporter).get(f"/d/{pages.access.document.document_id}/pdf/")
    disposition = unquote(answer.headers["Content-Disposition"])
    assert disposition.startswith("inline")
    assert f"{pages.access.document.number} Tilgang til fagsystem – v1.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"


def test_a_few_queries(cast, login, pages, django_assert_max_num_queries):
    client = login(cast.reporter)
    with django_assert_max_num_queries(8):
        client.get(f"/d/{pages.access.document.document_id}/pdf/")


def test_an_old_edition_is_marked_on_every_page(cast, login, pages, words):
    publish(pages.access, cast.process_owner, [("text", "<p>Ny tekst.</p>")], note="Ny.")
    address = f"/d/{pages.access.document.document_id}/versjoner/1/pdf/"
    text = words(login(cast.reporter).get(address).content)
    with_band = documents.Standing(newest=pages.access.document.latest_edition())
    assert "Om tilgang til fagsystem." in text
    assert "Ny tekst." not in text
    assert with_band.warning in text
    assert text.count(with_band.warning) >= text.count("\f")


def test_a_withdrawn_document_is_marked(cast, pages, pdf_of, words):
    factories.withdraw(pages.access)
    assert documents.Standing(withdrawn=True).warning in words(pdf_of(pages.access))


def test_what_is_in_force_is_not_marked(pages, pdf_of, words):
    assert documents.Standing(withdrawn=True).warning not in words(pdf_of(pages.access))


# What must be refused


def test_not_without_login(pages):
    document_id = pages.access.document.document_id
    for address in (f"/d/{document_id}/pdf/", f"/d/{document_id}/versjoner/1/pdf/"):
        assert Client().get(address).status_code == 302
    assert Client().post("/utskrifter/").status_code == 302
    assert Printout.objects.count() == 0


def test_nothing_of_what_was_never_published(cast, login, pages):
    draft = pages.add(pages.process, type(pages.access), "Utkast")
    client = login(cast.quality_manager)
    document_id = draft.document.document_id
    assert client.get(f"/d/{document_id}/pdf/").status_code == 404
    assert client.get(f"/d/{document_id}/versjoner/1/pdf/").status_code == 404
    assert client.post("/utskrifter/", {"dokument": document_id}).status_code == 404


@pytest.mark.parametrize("way", ["FL-9999/pdf/", "{id}/versjoner/9/pdf/", "{id}/versjoner/x/pdf/"])
def test_nothing_of_what_is_not_there(cast, login, pages, way):
    address = "/d/" + way.format(id=pages.access.document.document_id)
    assert login(cast.reporter).get(address).status_code == 404


HOSTILE = [
    '#read("/etc/passwd")',
    '"\\"',
    "$x$ *fet* _kursiv_ `kode`",
    "<script>alert(1)</script>",
    "@ref <label> // ikke en kommentar",
    '#import "@preview/x:1.0.0": *',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(cast, pages, pdf_of, words, text):
    publish(pages.access, cast.process_owner, [("heading", text), ("definitions", [{"term": text, "meaning": text}])])
    shown = " ".join(words(pdf_of(pages.access)).replace("\u200b", "").split())
    assert shown.count(" ".join(text.split())) == 3
    assert "root:" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ja \U0001f600 nei", "😀"),
        ("漢 tegn", "CJK UNIFIED IDEOGRAPH-6F22"),
        ("שלום", "ש"),
        ("a\x07b\u202ec\x00d", "abcd"),
        ("\ud800x", "x"),
        ("≤ → “ ” ½ é", "≤"),
    ],
)
def test_every_character_can_be_printed(text, expected, words):
    shown = words(typesetting.typeset(_one_document(text)))
    assert expected in shown.replace("\u200b", "")


def _one_document(text: str) -> dict:
    document = {
        "level": 1, "label": "doc-1", "name": text, "kicker": "", "summary": text, "identity": "", "warning": "",
        "signed": "", "address": BASE, "facts": [], "body": [{"t": "p", "c": [text]}], "changes": [],
    }  # fmt: skip
    return documents._data("x", [document], None, text)


def test_a_word_without_end_stays_on_the_paper(cast, pages, pdf_of, words, tmp_path):
    publish(pages.access, cast.process_owner, [("text", f"<p>{'x' * 5000}</p>")])
    content = pdf_of(pages.access)
    assert words(content).count("x") >= 5000
    boxes = poppler("pdftotext", content, tmp_path, "-bbox")
    assert max(float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)) < 595


def test_a_wide_table_stays_on_the_paper(cast, pages, tmp_path):
    cells = "".join(f"<td>Ansvarsgruppemøte{n}</td>" for n in range(12))
    body = read_html(f"<table><tr>{cells}</tr></table>")
    data = _one_document("Tabell")
    data["documents"][0]["body"] = body
    boxes = poppler("pdftotext", typesetting.typeset(data), tmp_path, "-bbox")
    assert max(float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)) < 595


# Pictures


@pytest.fixture
def png() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return content.getvalue()


def test_a_picture_of_ours_is_set(png, tmp_path):
    name = default_storage.save("images/trapp.png", ContentFile(png))
    data, pictures = _one_document("Bilde"), images.Pictures()
    reading = Reading(prefix="x", base_url=BASE, picture=pictures.name_of)
    html = f'<figure><img src="/media/{name}" alt="En trapp"><figcaption>Trapp</figcaption></figure>'
    data["documents"][0]["body"] = reading.tree(html)
    content = typesetting.typeset(data, pictures.files)
    assert len(poppler("pdfimages", content, tmp_path, "-list").splitlines()) == 3
    assert "Trapp" in poppler("pdftotext", content, tmp_path)


@pytest.fixture
def heavy() -> bytes:
    """A picture of some megabytes, half of it transparent."""
    noise, content = Image.effect_noise((1800, 900), 90), BytesIO()
    Image.merge("RGBA", (noise, noise, noise, Image.linear_gradient("L").resize(noise.size))).save(content, "PNG")
    assert len(content.getvalue()) > 1_500_000
    return content.getvalue()


def test_a_heavy_picture_is_made_light(heavy, tmp_path):
    name = default_storage.save("images/tung.png", ContentFile(heavy))
    data, pictures = _one_document("Bilde"), images.Pictures()
    reading = Reading(prefix="x", base_url=BASE, picture=pictures.name_of)
    data["documents"][0]["body"] = reading.tree(f'<figure><img src="/media/{name}" alt="Støy"></figure>')
    content = typesetting.typeset(data, pictures.files)
    kind, width = poppler("pdfimages", content, tmp_path, "-list").splitlines()[2].split()[2:4]
    assert (kind, width) == ("image", "1600")
    assert len(content) < 1_000_000


@pytest.mark.parametrize("spoilt", [lambda it: it[:400_000], lambda it: it[:20] + b"\0" * 400_000])
def test_a_heavy_picture_that_is_broken_is_left_out(heavy, spoilt):
    assert lighter(spoilt(heavy)) == b""


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/x.png",
        "//example.com/media/images/x.png",
        "file:///etc/passwd",
        "/media/images/../documents/x.png",
        "/media/images/%2e%2e/documents/x.png",
        "/media/documents/x.png",
        "/media/images/finnes-ikke.png",
        "/media/images/tekst.png",
        "data:image/png;base64,AAAA",
        "",
    ],
)
def test_no_other_picture_is_looked_for(address, png):
    default_storage.save("documents/x.png", ContentFile(png))
    if not default_storage.exists("images/tekst.png"):
        default_storage.save("images/tekst.png", ContentFile(b"\x89PNG but broken"))
    assert images.Pictures().name_of(address) is None


def test_a_picture_that_is_missing_is_its_description(words):
    data = _one_document("Bilde")
    data["documents"][0]["body"] = read_html('<img src="https://example.com/x.png" alt="Slik ser skjemaet ut">')
    assert "Slik ser skjemaet ut" in words(typesetting.typeset(data))


@pytest.fixture
def illustrated(cast, pages, png):
    """The edition of a page with a picture, whose original is gone from the picture library."""
    image = get_image_model()(title="Trapp", file=ImageFile(BytesIO(png), name="trapp.png"), width=40, height=30)
    image.save()
    value = {"image": {"image": image.pk, "decorative": False, "alt_text": "En trapp"}, "caption": "Trappen"}
    edition = publish(pages.access, cast.process_owner, BODY.to_python([{"type": "image", "value": value}]), note="B.")
    image.delete()
    for name in default_storage.listdir("images")[1]:
        default_storage.delete(f"images/{name}")
    return edition


def count_of_pictures(content, tmp_path):
    return len(poppler("pdfimages", content, tmp_path, "-list").splitlines()) - 2


def test_an_edition_shows_the_picture_it_keeps(illustrated, pages, pdf_of, cast, words, tmp_path):
    assert "/bilde/" in illustrated.html
    for content in (pdf_of(pages.access), make(pages.chapter.document, cast.reporter, tmp_path)):
        assert count_of_pictures(content, tmp_path) == 1
        assert "Trappen" in words(content)


def test_an_edition_does_not_show_the_copy_of_another_document(illustrated, pages, django_assert_num_queries):
    address = re.search(r'src="([^"]+)"', illustrated.html)[1]
    assert images.Pictures([illustrated.document_id]).name_of(address)
    with django_assert_num_queries(1):
        assert images.Pictures([pages.lost.document.pk]).name_of(address) is None
    with django_assert_num_queries(0):
        assert images.Pictures().name_of(f"https://example.com{address}") is None


def test_a_copy_that_is_gone_from_the_disk_is_its_description(illustrated, pages, pdf_of, words, tmp_path):
    kept = KeptFile.objects.get(document=illustrated.document)
    kept.file.storage.delete(kept.file.name)
    content = pdf_of(pages.access)
    assert count_of_pictures(content, tmp_path) == 0
    assert "En trapp" in words(content)


def test_links_to_attachments_lead_to_the_copy():
    address = f"/d/FL-0001/vedlegg/{'a' * 64}/"
    (paragraph,) = read_html(f'<p><a href="{address}">Skjema</a></p>', jumps={"FL-0001": "doc-FL-0001"})
    assert paragraph["c"][0]["href"] == BASE + address


# Process drawings and quizzes

DRAWING = {
    "title": "Gangen",
    "source": "Ansatt: Meld fra\nLeder: Er det alvorlig?\n  Ja -> Rådmann: Følg opp\n  Nei -> slutt",
}
QUIZ = {
    "audience": "reporter", "minutes": 3,
    "questions": [{
        "question": "Når melder du fra?", "why": "Fordi det haster.",
        "options": [{"text": "Straks", "right": True}, {"text": "Neste uke", "right": False}],
    }],
}  # fmt: skip


def test_a_drawing_is_a_picture_and_its_words(cast, pages, pdf_of, words, facts, settings):
    settings.LANGUAGE_CODE = "en"  # an alternative text without Norwegian letters stands as it is in the file
    edition = publish(pages.access, cast.process_owner, [("drawing", DRAWING)], note="Tegning.")
    content = pdf_of(pages.access)
    text = " ".join(words(content).split())
    assert text.count("Meld fra") == 2  # in the picture, as text, and in words
    assert text.index("Meld fra") < text.index("Rådmann: Følg opp")
    assert re.search(r"Tagged:\s+yes", facts(content))
    alt = re.search(r'<svg[^>]* aria-label="([^"]+)"', edition.html)[1]
    spelled = [alt.encode("ascii"), b"\xfe\xff" + alt.encode("utf-16-be")]
    assert any(b"/Alt(" + one in content for one in spelled)


@pytest.mark.parametrize(("roles", "lying"), [(3, False), (8, True)])
def test_a_large_drawing_is_cut_into_sheets_that_can_be_read(cast, pages, pdf_of, tmp_path, roles, lying):
    source = "\n".join(f"Rolle {n % roles}: Gjør steg nummer {n} slik det står skrevet" for n in range(60))
    body = [("drawing", {"title": "Langt", "source": source}), ("text", "<p>Etterpå.</p>")]
    publish(pages.access, cast.process_owner, body, note="Tegning.")
    boxes = poppler("pdftotext", pdf_of(pages.access), tmp_path, "-bbox")
    drawn = [sheet for sheet in boxes.split("<page ")[1:] if ">Gjør<" in sheet and not re.search(r">\d:<", sheet)]
    assert len(drawn) > 3
    for sheet in drawn:
        width, height = (float(size) for size in re.match(r'width="([\d.]+)" height="([\d.]+)"', sheet).groups())
        assert (width > height) is lying
        assert max(float(edge) for edge in re.findall(r'xMax="([\d.]+)"', sheet)) < width
        assert max(float(edge) for edge in re.findall(r'yMax="([\d.]+)"', sheet)) < height
        words = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">Gjør<', sheet)
        assert min(float(bottom) - float(top) for top, bottom in words) > 5.5
    assert ">Langt<" in drawn[0]


def test_a_drawing_that_cannot_be_set_is_its_words(words):
    reading = Reading(prefix="x", base_url=BASE, picture=lambda _address: None)
    html = (
        '<figure><svg aria-label="Tegning"><text>A</text></svg><figcaption><ol><li>Gjør</li></ol></figcaption></figure>'
    )
    data = _one_document("Tegning")
    data["documents"][0]["body"] = reading.tree(html)
    text = words(typesetting.typeset(data))
    assert "Tegning" in text and "Gjør" in text


def test_a_quiz_shows_its_questions_and_no_answers(cast, pages, pdf_of, words):
    publish(pages.access, cast.process_owner, [("quiz", QUIZ)], note="Quiz.")
    text = words(pdf_of(pages.access))
    assert "Når melder du fra?" in text
    assert "Straks" not in text and "haster" not in text


# What a page is made of


def test_every_part_of_the_demo_handbook_is_text_in_the_pdf(cast, pages, pdf_of, words):
    body = [
        ("purpose", "<p>Formålet er klart.</p>"),
        ("steps", {"title": "Gangen", "steps": [{"text": "<p>Ring først</p>", "role": "Vakt", "deadline": "straks"}]}),
        ("callout", {"tone": "danger", "title": "Pass på", "text": "<p>Farlig her.</p>"}),
        ("table", {"table": {"columns": [{"type": "text", "heading": "Hvem"}], "rows": [{"values": ["<p>Alle</p>"]}],
                   "caption": "Tabellens navn"}}),
        ("checklist", {"title": "Husk", "items": ["Lås døra", "Slukk lyset"]}),
        ("records", [{"what": "Logg", "where": "Arkivet", "keep": "5 år"}]),
        ("risks", [{"risk": "Brann", "measure": "Varsler"}]),
        ("references", [{"title": "Loven", "note": "paragraf 3", "url": "https://lovdata.no/"}]),
        ("definitions", [{"term": "Avvik", "meaning": "Noe som er galt"}]),
    ]  # fmt: skip
    edition = publish(pages.access, cast.process_owner, body)
    shown = " ".join(words(pdf_of(pages.access)).split())
    for line in edition.text.splitlines()[1:]:
        for part in line.split(" | "):
            assert part in shown, part


def test_blocks_keep_their_shape():
    table, = read_html("<table><caption>Hvem</caption><thead><tr><th>A</th><th>B</th></tr></thead>"
                       "<tr><td colspan=2>C</td></tr></table>")  # fmt: skip
    assert len(table["head"]) == 1 and table["body"][0][0]["colspan"] == 2 and table["caption"] == ["Hvem"]
    (outer,) = read_html("<ul><li>En<ul><li>To</li></ul></li></ul>")
    assert [node["t"] for node in outer["items"][0]] == ["p", "ul"]
    (steps,) = read_html(
        '<ol class="steps"><li><div><p>Gjør</p> <span class="who">Ansvarlig: vakt</span></div></li></ol>'
    )
    assert steps["t"] == "steps" and [node["t"] for node in steps["items"][0]] == ["p", "who"]


def test_what_is_unknown_is_its_text():
    assert read_html("<marquee>Rullende <blink>tekst</blink></marquee>")[0]["c"] == ["Rullende ", "tekst"]


def test_no_heading_level_is_skipped():
    found = read_html("<h4>Dypt</h4><h2>To</h2><h4>Fire</h4>")
    assert [node["level"] for node in found] == [2, 2, 3]


def test_links_lead_to_the_web_or_are_words():
    html = (
        '<p><a href="/d/FL-0002/">a</a><a href="https://ks.no/">b</a><a href="javascript:x">c</a>'
        '<a href="/d/FL-0003/">d</a><a href="#dette">e</a><a href="#borte">f</a></p><h2 id="dette">Her</h2>'
    )
    links = read_html(html, jumps={"FL-0003": "doc-FL-0003"})[0]["c"]
    assert [link.get("href", link.get("to")) for link in links] == [
        f"{BASE}/d/FL-0002/", "https://ks.no/", None, "doc-FL-0003", "FL-1-dette", None,
    ]  # fmt: skip


# A chapter, the handbook


def make(document=None, by=None, tmp_path=None):
    out = tmp_path / "all.pdf"
    printouts.make(Printout(document=document, asked_by=by), out)
    return out.read_bytes()


def test_a_chapter_has_contents_with_page_numbers_and_jumps(cast, pages, tmp_path, words):
    link = f'<p>Se <a linktype="page" id="{pages.lost.pk}">tapt utstyr</a>.</p>'
    publish(pages.access, cast.process_owner, [("text", link)], note="Lenke.")
    document = pages.chapter.document
    content = make(document, cast.reporter, tmp_path)
    sides = words(content).replace("\u2060", "").split("\f")  # typst joins dots and number with it
    lost = next(n for n, side in enumerate(sides, 1) if n > 1 and "Om tapt utstyr." in side)
    assert re.search(rf"Tapt utstyr[ .]+{lost}\n", sides[0])
    addresses = poppler("pdfinfo", content, tmp_path, "-url")
    assert f"/d/{pages.lost.document.document_id}/" not in [
        line.split()[-1].removeprefix(BASE) for line in addresses.splitlines() if f"  {lost - 1} " in line
    ]


def test_bookmarks_and_jumps_lead_to_the_right_pages(cast, pages, tmp_path, words):
    link = f'<p>Se <a linktype="page" id="{pages.lost.pk}">rutinen der</a>.</p>'
    publish(pages.access, cast.process_owner, [("heading", "Gangen"), ("text", link)], note="Lenke.")
    document = pages.chapter.document
    content = make(document, cast.reporter, tmp_path)
    sides = words(content).split("\f")
    place = {page: next(n for n, side in enumerate(sides[1:], 2) if f"Om {page.title.lower()}." in side)
             for page in (pages.process, pages.lost)}  # fmt: skip
    access = next(n for n, side in enumerate(sides, 1) if "rutinen der" in side)
    shown = BeautifulSoup(poppler("pdftohtml", content, tmp_path, "-xml", "-i", "-stdout"), "html.parser")
    bookmarks = [(item.get_text(), int(item["page"])) for item in shown.select("outline item")]
    numbered = Document.objects.in_bulk([page.document.pk for page in (pages.process, pages.access, pages.lost)])
    name = {document.page_id: f"{document.number} {document.title}" for document in numbered.values()}
    wanted = [(name[pages.process.pk], place[pages.process]), (name[pages.access.pk], access), ("Gangen", access),
              (name[pages.lost.pk], place[pages.lost])]  # fmt: skip
    assert [mark for mark in bookmarks if mark in wanted] == wanted
    depth = {item.get_text(): len(item.find_parents("outline")) for item in shown.select("outline item")}
    assert depth[name[pages.process.pk]] + 1 == depth[name[pages.lost.pk]] == depth["Gangen"] - 1
    jumps = {
        (int(a.find_parent("page")["number"]), int(a["href"].rpartition("#")[2])) for a in shown.select('a[href*="#"]')
    }
    assert {(access, place[pages.lost]), (1, place[pages.lost]), (1, access)} <= jumps


def test_a_list_item_that_is_jumped_to_is_found():
    html = '<p><a href="#her">Hit</a></p><ul><li><p id="her">En</p></li></ul><table><tr><td><p id="der">To</p></td></tr></table>'
    data = _one_document("Hopp")
    data["documents"][0]["body"] = read_html(f'{html}<p><a href="#der">Dit</a></p>')
    assert typesetting.typeset(data).startswith(b"%PDF")


def test_only_what_is_in_force_is_in_it(cast, pages, tmp_path, words):
    pages.add(pages.process, type(pages.access), "Et utkast")
    factories.withdraw(pages.lost)
    text = words(make(pages.chapter.document, cast.reporter, tmp_path))
    assert "Tilgang til fagsystem" in text
    assert "Et utkast" not in text
    assert "Tapt utstyr" not in text


def test_a_chapter_costs_one_query(pages, django_assert_num_queries):
    printout = Printout(document=Document.objects.select_related("page").get(page=pages.chapter))
    with django_assert_num_queries(1):
        found = list(printout.editions())
        documents.collection("x", BASE, found, "")
    assert len(found) == 4


def order(client, callbacks, **data):
    with callbacks(execute=True):
        return client.post("/utskrifter/", data)


def test_it_is_ordered_made_and_fetched(cast, login, pages, django_capture_on_commit_callbacks, facts):
    client = login(cast.reporter)
    callbacks = django_capture_on_commit_callbacks
    answer = order(client, callbacks, dokument=pages.chapter.document.document_id)
    printout = Printout.objects.get()
    assert answer.headers["Location"] == f"/utskrifter/{printout.pk}/"
    assert printout.is_ready
    assert f"/utskrifter/{printout.pk}/fil/" in client.get(answer.headers["Location"]).content.decode()
    content = b"".join(client.get(f"/utskrifter/{printout.pk}/fil/").streaming_content)
    assert re.search(r"Tagged:\s+yes", facts(content))


def test_it_is_made_anew_only_when_something_has_changed(cast, login, pages):
    client = login(cast.reporter)
    document_id = pages.chapter.document.document_id
    for _click in range(2):
        client.post("/utskrifter/", {"dokument": document_id})
    assert Printout.objects.count() == 1
    publish(pages.access, cast.process_owner, [("text", "<p>Nytt.</p>")], note="Ny.")
    client.post("/utskrifter/", {"dokument": document_id})
    assert Printout.objects.count() == 2


def test_nobody_sees_the_printout_of_another(cast, login, pages):
    printout, _new = Printout.ask(cast.reporter, None, "look")
    printout.finish(ContentFile(b"pdf"))
    for other in (cast.outsider, cast.leader, cast.quality_manager):
        assert login(other).get(printout.get_absolute_url()).status_code == 404
        assert login(other).get(f"{printout.get_absolute_url()}fil/").status_code == 404
    assert Printout.ask(cast.outsider, None, "look")[0] != printout


def test_while_it_is_made_the_page_says_so_and_there_is_no_file(cast, login, pages):
    printout, _new = Printout.ask(cast.reporter, None, "look")
    printout.report(40)
    client = login(cast.reporter)
    shown = client.get(printout.get_absolute_url()).content.decode()
    assert 'value="40"' in shown
    assert 'http-equiv="refresh"' in shown
    assert client.get(f"{printout.get_absolute_url()}fil/").status_code == 404


def test_a_failure_is_told_and_can_be_tried_again(cast, login, pages, monkeypatch):
    def refuse(*_args):
        raise typesetting.CannotTypeset("no")

    monkeypatch.setattr(typesetting, "typeset_apart", refuse)
    printout, _new = Printout.ask(cast.reporter, None, documents.look())
    printouts.make_printout.call(printout.pk)
    printout.refresh_from_db()
    assert printout.state == Printout.State.FAILED
    assert 'action="/utskrifter/"' in login(cast.reporter).get(printout.get_absolute_url()).content.decode()
    assert Printout.ask(cast.reporter, None, documents.look())[1]


def test_old_ones_are_deleted_with_their_files(cast, pages):
    with clock.set_to(clock.now() - timedelta(days=8)):
        old, _new = Printout.ask(cast.reporter, None, "look")
        old.finish(ContentFile(b"pdf"))
    young, _new = Printout.ask(cast.outsider, None, "look")
    name, storage = old.file.name, old.file.storage
    assert printouts.clean() == 1
    assert list(Printout.objects.all()) == [young]
    assert not storage.exists(name)
    assert printouts.clean() == 0


def test_from_the_command_line(pages, tmp_path, facts):
    out = tmp_path / "handbok.pdf"
    call_command("make_pdf", "--handbook", f"--out={out}", verbosity=0)
    assert re.search(r"Tagged:\s+yes", facts(out.read_bytes()))
    with pytest.raises(CommandError):
        call_command("make_pdf", "--document=FL-9999", f"--out={out}")


def test_the_page_and_the_handbook_lead_to_them(cast, login, pages):
    client = login(cast.reporter)
    publish(pages.access, cast.process_owner, [("text", "<p>Nytt.</p>")], note="Ny.")
    document_id = pages.access.document.document_id
    assert f"/d/{document_id}/pdf/" in client.get(pages.access.url).content.decode()
    assert f"/d/{document_id}/versjoner/1/pdf/" in client.get(f"/d/{document_id}/versjoner/1/").content.decode()
    assert pages.chapter.document.document_id in client.get(pages.chapter.url).content.decode()
    assert 'action="/utskrifter/"' in client.get("/handbok/").content.decode()


def test_levels_follow_the_tree_without_gaps(pages):
    found = Edition.objects.in_force().select_related("document__page").under(pages.chapter)
    found = [edition.document.page for edition in found.order_by("document__page__path")]
    assert documents.levels(found) == [1, 2, 3, 3]
    assert documents.levels([found[0], found[2], found[3]]) == [1, 2, 2]
