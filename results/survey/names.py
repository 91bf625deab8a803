"""Names told apart by what they say and not how they are written: case, spaces, hyphens and Norwegian letters."""

import re
import unicodedata

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ð": "d"})
DOUBLE_A = re.compile("a{2,}")  # å before 1917, and in names
BEFORE_NAMES = ("resultatenhet", "virksomheten", "virksomhet", "enheten", "enhet")


def folded(text: str) -> str:
    """Only letters and digits, small, without accents: "RE Hjemme-tjenesten" is "rehjemmetjenesten"."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isalnum())
    return DOUBLE_A.sub("a", letters)


def core(text: str) -> str:
    """The name without the word for what it is: "RE Sykehjem" and "Enhet sykehjem" are both "sykehjem"."""
    words = text.split()
    if len(words) > 1 and (words[0].upper() == "RE" or folded(words[0]) in BEFORE_NAMES):
        words = words[1:]
    return folded("".join(words))
