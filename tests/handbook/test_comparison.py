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
        ("Meld fra", "Meld fra straks", "Meld fra[+ straks+]"),
        ("Kjør bil", "Kjør", "Kjør[- bil-]"),
        ("Frist: 30 dager", "Frist: 14 dager", "Frist: [-30-][+14+] dager"),
    ],
)
def test_words(older: str, newer: str, expected: str) -> None:
    assert spoken(compare_words(older, newer)) == expected


def test_a_similar_line_is_compared_by_words_and_a_new_line_is_added_whole() -> None:
    lines = compare_lines(["Leder bestiller tilgang."], ["Leder bestiller tilgang samme dag.", "Noe helt nytt her."])
    assert [spoken(line.parts) for line in lines] == [
        "Leder bestiller tilgang[+ samme dag+].",
        "[+Noe helt nytt her.+]",
    ]


def test_a_removed_line_is_shown_where_it_stood() -> None:
    lines = compare_lines(["a b c", "borte nå", "d e f"], ["a b c", "d e f"])
    assert [spoken(line.parts) for line in lines] == ["a b c", "[-borte nå-]", "d e f"]


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
        assert "\n".join(line for line in kept if line) == text


def test_empty_texts() -> None:
    assert compare("", "") == []
    assert count_changes(compare("", "Noe")) == 1
