"""The words of a text that say something, cut so that Norwegian endings and compounds fall away. Pure functions."""

import re

STEM = 6
ENDING = re.compile(r"(?<=\w{4})(?:ene|en|et|er|e|a)s?$")
COMMON = frozenset(
    """
alle andre bare ble blir blitt burde dette denne disse eller etter flere fordi fått gjør gjøre gjorde hadde hele
hvis hvor hvorfor ikke ingen inne kunne langt mange måtte noen også over samme siden skal skulle slik tatt uten
under være vært veldig ville
    """.split()  # noqa: SIM905  # a text to read, not forty strings
)


def stems(text: str) -> set[str]:
    """The beginnings of the words: “vikar” and “vikarene” are one, and so are “journal” and “journalsystem”."""
    words = re.findall(r"[a-zæøåéü]{4,}", text.lower())
    return {ENDING.sub("", word)[:STEM] for word in words if word not in COMMON}
