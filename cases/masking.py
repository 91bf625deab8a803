"""Hiding personal data from those without need (G18, S30). Pure functions.

Reading an ordinary case is open to every employee so that all can learn from it; who it concerns is
not needed for that. Numbers and addresses are found by their shape, names by the list of people the
case knows.
"""

import re
from collections.abc import Iterable

HIDDEN = "▒▒▒"
NATIONAL_ID = re.compile(r"(?<!\w)\d{6}[ .]?\d{5}(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w-])(?:(?:\+|00)47[ ]?)?(?:\d{8}|\d{2}(?: \d{2}){3}|\d{3} \d{2} \d{3})(?![\w-])")

# Beginnings of words that often mean health, children in need or violence: such a case is proposed to be sealed.
SENSITIVE = re.compile(
    r"\b(?:diagnos|sykdom|sjukdom|medisin|legemid|kreft|demen[st]|allergi|epilep|psyk|depresj|selvmord|selvskad|rusmid"
    r"|overdose|vold\b|voldel|overgrep|mishandl|barnevern|omsorgssvikt|gravid|abort|hiv\b)",
    re.IGNORECASE,
)


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with national identity numbers, e-mail addresses, phone numbers and the given names
    replaced by a grey mark."""
    for pattern in (EMAIL, NATIONAL_ID, PHONE):
        text = pattern.sub(HIDDEN, text)
    for name in sorted({name for name in names if len(name) > 2}, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}(s?)\b", HIDDEN, text, flags=re.IGNORECASE)
    return text


def personal_data_in(text: str) -> list[str]:
    """What kinds of personal data the text seems to hold: "national_id", "phone", "email"."""
    kinds = {"national_id": NATIONAL_ID, "phone": PHONE, "email": EMAIL}
    return [kind for kind, pattern in kinds.items() if pattern.search(text)]


def is_sensitive(text: str) -> bool:
    """Whether the text seems to be about somebody's health, violence or a child in need, or names a person by number:
    the case is then proposed to be sealed (G18)."""
    return bool(NATIONAL_ID.search(text) or SENSITIVE.search(text))
