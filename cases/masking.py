"""Hiding personal data from those without need (G18, S30). Pure functions.

Reading an ordinary case is open to every employee so that all can learn from it; who it concerns is
not needed for that. Numbers and addresses are found by their shape, names by the list of people the
case knows.
"""

import re
from collections.abc import Iterable
from pathlib import Path

HIDDEN = "▒▒▒"
CONTROLS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
NATIONAL_ID = re.compile(r"(?<!\w)\d{6}[ .]?\d{5}(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w-])(?:(?:\+|00)47[ ]?)?(?:\d{8}|\d{2}(?: \d{2}){3}|\d{3} \d{2} \d{3})(?![\w-])")

# Beginnings of words, one a line, whole words with $ after; the same list is shown to <personal-data-hint> in the browser.
HEALTH_STEMS = tuple((Path(__file__).parent / "health_words.txt").read_text(encoding="utf-8").split())


def without_names(text: str, names: Iterable[str]) -> str:
    """The text with the names replaced by a grey mark."""
    for name in sorted({name for name in names if len(name) > 2}, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}(s?)\b", HIDDEN, text, flags=re.IGNORECASE)
    return text


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with national identity numbers, e-mail addresses, phone numbers and the given names
    replaced by a grey mark."""
    for pattern in (EMAIL, NATIONAL_ID, PHONE):
        text = pattern.sub(HIDDEN, text)
    return without_names(text, names)


def hides_in(text: str) -> bool:
    """Whether the mask would hide a number or an address in the text."""
    return any(pattern.search(text) for pattern in (EMAIL, NATIONAL_ID, PHONE))


def personal_data_in(text: str) -> list[str]:
    """What kinds of personal data the text holds: "national_id" with right control digits, "phone", "email"."""
    found = {
        "national_id": any(is_national_id(number) for number in NATIONAL_ID.findall(text)),
        "phone": PHONE.search(text),
        "email": EMAIL.search(text),
    }
    return [kind for kind, there in found.items() if there]


def is_national_id(number: str) -> bool:
    """Whether the digits are a national identity or D-number: both control digits are right (modulo 11)."""
    digits = [int(char) for char in number if char.isdigit()]
    return len(digits) == 11 and all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 == 0 for weights in CONTROLS
    )


def health_words_in(text: str) -> list[str]:
    """The words of the text that are about somebody's health, violence or a child in need, in the order they stand,
    each once."""
    words = re.findall(r"[a-zæøåéü]+", text.lower())
    return list(dict.fromkeys(word for word in words if f"{word}$".startswith(HEALTH_STEMS)))


def is_sensitive(text: str) -> bool:
    """Whether the text seems to be about somebody's health, violence or a child in need, or names a person by number:
    the case is then proposed to be sealed (G18)."""
    return bool(NATIONAL_ID.search(text) or health_words_in(text))
