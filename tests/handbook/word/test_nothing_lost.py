"""Every word of a Word file is on the page or in the report, counted another way than the reader does (G10)."""

import html
import io
import re
import unicodedata
import zipfile

import pytest
from PIL import Image

from handbook.word.drafting import strings
from handbook.word.reading import read
from handbook.word.structure import Picture
from tests.handbook.word import nasty
from tests.handbook.word.files import changed, drafted, part

FILES = nasty.all_of_them()
NOT_SHOWN = re.compile(r"(styles|settings|fontTable|webSettings|theme\d*|item\d*|itemProps\d*)\.xml|/glossary/|_rels/")
OLDER = re.compile(r"<mc:Fallback\b.*?</mc:Fallback>", re.DOTALL)
SIGNS = re.compile(r'<w:r>(?:(?!</w:r>).)*<w:rFonts w:ascii="(?:Wingdings|Symbol)"(?:(?!</w:r>).)*</w:r>')
HIDDEN = re.compile(r"(<w:r>(?:(?!</w:r>).)*<w:vanish ?/>(?:(?!</w:r>).)*</w:r>)")
TEXTS = re.compile(r"<(?:w:t|w:delText|a:t|m:t|c:v)(?: [^>]*)?>([^<]*)</")
ATTRIBUTES = re.compile(
    r"<(?:w:listEntry w:val|w:listItem [^>]*?w:displayText|v:textpath [^>]*?string|w:lvlText w:val|wp:docPr [^>]*?descr)"
    r'="([^"]*)"'
)
NEW_WORD = r"<w:(?:t|tab|br|cr|p|sym|noBreakHyphen)\b"
GOES_ON = re.compile(
    rf"</w:t>(?:(?!{NEW_WORD}).)*?</w:r>(?:<w:proofErr[^>]*>)*<w:r\b[^>]*>"
    r"(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>|<w:rPr/>)?<w:t\b[^>]*>"
)
WORD = re.compile(r"\w+")


def words(text):
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "").lower()
    return {word for word in WORD.findall(plain) if not word.isdecimal()}


def words_in(content):
    """Every word in every part that shows text, by regular expressions alone."""
    found = set()
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        for name in file.namelist():
            if name.startswith("word/") and name.endswith(".xml") and not NOT_SHOWN.search(name):
                xml = HIDDEN.sub(r"\1<apart/>", SIGNS.sub("", OLDER.sub("", file.read(name).decode())))
                if name == "word/numbering.xml":
                    used = set(re.findall(r'<w:numId w:val="(\d+)"', file.read("word/document.xml").decode()))
                    xml = xml if "90" in used else ""
                xml = re.sub(r"<w:softHyphen */>", "", xml)
                for text in TEXTS.findall(GOES_ON.sub("", xml)) + ATTRIBUTES.findall(xml):
                    found |= words(re.sub(r"%\d", " ", html.unescape(text)))
    return found


def report_of(draft):
    return "\n".join(f"{remark.text} {remark.where}" for remark in draft.remarks)


@pytest.mark.parametrize("name", FILES)
def test_no_word_is_lost(name):
    draft = drafted(FILES[name])
    shown = words(" ".join([draft.title, draft.summary, *strings(draft.body)]))
    assert words_in(FILES[name]) - shown - words(report_of(draft)) == set()


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"unknown", "contents_list"}))
def test_what_is_left_out_is_told_by_what_it_is(name):
    assert "Words that were not taken" not in report_of(drafted(FILES[name]))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("numbered_headings", "simplified: The numbers that Word put before headings are not kept"),
        ("numbered_headings", "left_out: Words that Word put before headings or points: “Kapittel”"),
        ("continued_list", "simplified: A list that went on from an earlier one begins at 1 again"),
        ("picture_between_steps", "simplified: A list that went on from an earlier one begins at 1 again"),
        ("list_from_seven", "simplified: A list that began at 7 begins at 1 now"),
        ("tracked", "left_out: Text that was marked as deleted: “strøket formulering”"),
        ("tracked", "left_out: A row of a table that was marked as deleted: “fjernet rad”"),
        ("links", "simplified: References to other places in the same file are ordinary text: 1"),
        ("drawn", "left_out: The lines and shapes around text boxes"),
        ("drawn", "left_out: A drawn shape"),
        ("hidden", "left_out: Hidden text: “skjult merknad”"),
        ("pictures", "left_out: Picture of a kind that can't be shown (EMF): “Planskisse”"),
        ("tables", "left_out: Text that Word hides in a merged cell: “under den sammenslåtte”"),
        ("tables", "for: “Pkt, Aktivitet, Ansvarlig”"),
        ("definitions", "for: “Ord, Forklaring”"),
        ("notes", "left_out: A footnote that no mark leads to: “Foreldreløs note”"),
        ("sheets", "left_out: Pictures at the top or foot of the sheets"),
        ("controls", "left_out: Field that was not filled in: “Velg et bygg”"),
    ],
)
def test_what_cannot_be_kept_is_told(name, said):
    remarks = drafted(FILES[name]).remarks
    assert said in "\n".join(f"{remark.level}: {remark.text}" for remark in remarks)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unfinished_field", "<p>Hele resten av dokumentet</p>"),
        ("fields", "<p>☒ Godkjent</p><p>Sone: Nordre</p>"),
        ("equations", "Frekvensen er (skader)/(årsverk)+tid^(2) per år."),
        ("symbols", "<p>✓ kontrollert</p><p>✓ haket av</p><p>α stråling</p><p>≥ 18 år</p><p>☺ glad</p>"),
        ("symbols", "e\u2011postadresse"),
        ("other_scripts", "<p>grunn (lese)</p>"),
        ("links", '<a href="https://lovdata.no/lov#§7">paragraf sju</a>'),
        ("faked_headings", "{'type': 'heading', 'value': 'ANSVAR'}"),
        ("tables", "[{'values': ['', '']}, {'values': ['', '']}]"),
    ],
)
def test_what_can_be_kept_is_kept(name, words):
    assert words in str(drafted(FILES[name]).body)


def test_what_was_cut_away_from_a_picture_is_not_taken():
    sizes = [Image.open(io.BytesIO(picture.content)).size for picture in pictures_of(FILES["pictures"])]
    assert sizes == [(40, 30), (20, 15)]


def test_a_picture_cut_to_nothing_is_left_out():
    whole = FILES["pictures"]
    document = part(whole, "word/document.xml").replace(b'l="50000" b="50000"', b'l="50000" r="60000"')
    assert [len(pictures_of(content)) for content in (whole, changed(whole, "word/document.xml", document))] == [2, 1]


def pictures_of(content):
    return [item for item in read(content).items if isinstance(item, Picture)]
