"""Passages: every text of a body by itself, found again and replaced without harming the rest (S4)."""

import pytest

from handbook import passages

STEPS = {
    "type": "steps",
    "value": {
        "title": "Slik gjør du",
        "steps": [
            {"type": "item", "value": {"text": "<p>Meld fra.</p>", "role": "leder", "deadline": ""}},
            {"type": "item", "value": {"text": "<p>Skriv under.</p>", "role": "", "deadline": "straks"}},
        ],
    },
}
TABLE = {
    "type": "table",
    "value": {
        "table": {
            "columns": [{"type": "text", "heading": "Hva"}, {"type": "text", "heading": "Når"}],
            "rows": [{"values": ["<p>Kontroll</p>", "<p>Hver måned</p>"]}],
            "caption": "",
        }
    },
}
CHECKLIST = {"type": "checklist", "value": {"title": "Husk", "items": [{"type": "item", "value": "Nøkler"}]}}
BODY = [
    {"type": "purpose", "value": "<p>Trygghet.</p>"},
    {"type": "heading", "value": "Vakt"},
    {"type": "text", "value": '<p>Ring <a linktype="page" id="7">vakta</a> og <b>si fra</b>.</p><p>Så venter du.</p>'},
    {"type": "text", "value": "<ul><li>En<ul><li>Inni</li></ul></li><li>To &amp; tre</li></ul>"},
    STEPS,
    TABLE,
    CHECKLIST,
    {"type": "pages", "value": [{"type": "item", "value": 3}]},
    {"type": "ukjent", "value": "Noe fra en annen tid"},
]
TOC = [("vakt", "Vakt"), ("slik-gjor-du", "Slik gjør du"), ("husk", "Husk")]


def text_of(body: list, path: str) -> str:
    return next(passage.text for passage in passages.passages_of(body) if passage.path == path)


def test_every_text_is_a_passage_in_its_section():
    found = [(passage.heading, passage.text) for passage in passages.passages_of(BODY, TOC)]
    assert found == [
        ("", "Trygghet."),
        ("Vakt", "Vakt"),
        ("Vakt", "Ring vakta og si fra."),
        ("Vakt", "Så venter du."),
        ("Vakt", "En"),
        ("Vakt", "Inni"),
        ("Vakt", "To & tre"),
        ("Slik gjør du", "Slik gjør du"),
        ("Slik gjør du", "Meld fra."),
        ("Slik gjør du", "leder"),
        ("Slik gjør du", "Skriv under."),
        ("Slik gjør du", "straks"),
        ("Slik gjør du", "Kontroll"),
        ("Slik gjør du", "Hver måned"),
        ("Husk", "Husk"),
        ("Husk", "Nøkler"),
    ]


@pytest.mark.parametrize("passage", passages.passages_of(BODY), ids=lambda passage: passage.path)
def test_a_passage_is_replaced_and_nothing_else(passage):
    changed = passages.replaced(BODY, passage.path, "Noe <b>helt</b> annet & nytt")
    before = {p.path: p.text for p in passages.passages_of(BODY)}
    after = {p.path: p.text for p in passages.passages_of(changed)}
    assert after == {**before, passage.path: "Noe <b>helt</b> annet & nytt"}


def test_links_and_bold_text_follow_along():
    changed = passages.replaced(BODY, "2/0", "Ring vakta for IT og gi beskjed.")
    assert changed[2]["value"].startswith(
        '<p>Ring <a id="7" linktype="page">vakta</a> for IT og <b>gi beskjed</b>.</p>'
    )


def test_line_breaks_are_kept_both_ways():
    body = [{"type": "text", "value": "<p>En<br/>To</p>"}]
    assert text_of(body, "0/0") == "En\nTo"
    assert passages.replaced(body, "0/0", "En\nTo\nTre")[0]["value"] == "<p>En<br/>To<br/>Tre</p>"


def test_a_paragraph_can_be_taken_out_but_not_the_only_text_of_a_step():
    assert passages.replaced(BODY, "2/1", "")[2]["value"].endswith("</p>")
    assert "venter" not in passages.replaced(BODY, "2/1", "")[2]["value"]
    assert passages.may_be_empty(BODY, "2/1") and passages.may_be_empty(BODY, "4.steps.0.role")
    assert not passages.may_be_empty(BODY, "4.steps.0.text/0") and not passages.may_be_empty(BODY, "6.items.0")


def test_a_passage_that_has_moved_is_found():
    moved = [{"type": "text", "value": "<p>Nytt først.</p>"}, *BODY]
    assert passages.find(moved, "2/1", "Så venter du.") == "3/1"


def test_a_passage_that_is_changed_or_stands_twice_is_not_guessed():
    assert passages.find(BODY, "2/1", "Så venter du ikke.") is None
    twice = [{"type": "text", "value": "<p>Likt.</p><p>Likt.</p>"}]
    assert passages.find(twice, "5/0", "Likt.") is None
    assert passages.find(twice, "0/1", "Likt.") == "0/1"


@pytest.mark.parametrize("path", ["", "99/0", "x", "2/9", "2/x", "4.steps.7.text/0", "4.title.x", "-1/0", "7.0"])
def test_a_path_that_leads_nowhere_is_refused(path):
    with pytest.raises(LookupError):
        passages.replaced(BODY, path, "Hei")
