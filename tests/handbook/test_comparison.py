"""Two texts compared so that a layman reads the difference (G5)."""

import pytest

from handbook.comparison import Change, Part, compare, compare_lines, compare_words, count_changes


def spoken(parts: tuple[Part, ...]) -> str:
    """The parts in short: [-removed-] and [+added+]."""
    signs = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(signs[part.change].format(part.text) for part in parts)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ("Meld innen to dager.", "Meld samme dag.", "Meld [-innen to dager-][+samme dag+]."),
        ("Meld fra.", "Meld fra.", "Meld fra."),
        ("Meld fra", "Meld fra straks", "Meld fra [+straks+]"),
        ("Kjør bil", "Kjør", "Kjør [-bil-]"),
        ("Frist: 30 dager", "Frist: 14 dager", "Frist: [-30-][+14+] dager"),
    ],
)
def test_words(older: str, newer: str, expected: str) -> None:
    assert spoken(compare_words(older, newer)) == expected


def test_a_similar_line_is_compared_by_words_and_a_new_line_is_added_whole() -> None:
    lines = compare_lines(["Leder bestiller tilgang."], ["Leder bestiller tilgang samme dag.", "Noe helt nytt her."])
    assert [spoken(line.parts) for line in lines] == [
        "Leder bestiller tilgang [+samme dag+].",
        "[+Noe helt nytt her.+]",
    ]


def test_a_removed_line_is_shown_where_it_stood() -> None:
    lines = compare_lines(["a b c", "borte nå", "d e f"], ["a b c", "d e f"])
    assert [spoken(line.parts) for line in lines] == ["a b c", "[-borte nå-]", "d e f"]


def test_a_new_line_does_not_take_the_place_of_a_line_far_below() -> None:
    older = ["Lås døra når du går.", "Slukk lyset i gangen.", "Meld fra til leder samme dag."]
    newer = ["Meld fra til leder samme kveld.", "Lås døra når du drar.", "Slukk lyset i boden.", "Meld fra til leder."]
    assert [spoken(line.parts) for line in compare_lines(older, newer)] == [
        "[+Meld fra til leder samme kveld.+]",
        "Lås døra når du [-går-][+drar+].",
        "Slukk lyset i [-gangen-][+boden+].",
        "Meld fra til leder [-samme dag-].",
    ]


def test_rows_that_look_alike_are_paired_with_the_row_they_were() -> None:
    rows = [f"Rom {n} | {n}00 kvadratmeter | vaskes hver dag" for n in range(1, 5)]
    changed = [row.replace("hver dag", "hver uke") for row in rows]
    newer = ["Rom 9 | 900 kvadratmeter | vaskes hver uke", *changed]
    lines = compare_lines(rows, newer)
    assert spoken(lines[0].parts) == f"[+{newer[0]}+]"
    assert [spoken(line.parts) for line in lines[1:]] == [row.replace("dag", "[-dag-][+uke+]") for row in rows]


def test_lines_with_only_spaces_and_full_stops_in_common_are_not_compared_by_words() -> None:
    lines = compare_lines(["Ring vakta nå. Vent."], ["Skriv under her. Gå."])
    assert [spoken(line.parts) for line in lines] == ["[-Ring vakta nå. Vent.-]", "[+Skriv under her. Gå.+]"]


def test_far_from_a_change_is_folded() -> None:
    text = [f"Linje {n}" for n in range(20)]
    changed = [*text]
    changed[10] = "Helt andre ord"
    stretches = compare("\n".join(text), "\n".join(changed))
    assert [(s.folded, len(s.lines)) for s in stretches] == [(True, 9), (False, 4), (True, 8)]
    assert count_changes(stretches) == 2


def test_both_texts_can_be_read_back() -> None:
    older, newer = "En to tre\nfire fem\nseks", "En to\nfem\nseks sju"
    lines = compare_lines(older.splitlines(), newer.splitlines())
    for text, skipped in ((newer, Change.REMOVED), (older, Change.ADDED)):
        kept = ["".join(p.text for p in line.parts if p.change != skipped) for line in lines]
        assert [line.split() for line in kept if line] == [line.split() for line in text.splitlines()]


def test_empty_texts() -> None:
    assert compare("", "") == []
    assert count_changes(compare("", "Noe")) == 1
