"""Every word of a Word file is on the page or in the report, counted another way than the reader does (G10)."""

import html
import io
import re
import unicodedata
import zipfile

import pytest

from handbook.word.drafting import strings
from tests.handbook.word import nasty
from tests.handbook.word.files import drafted

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
