"""Which column is which, by the words above it, however they are written: case, spaces, hyphens and line breaks say
nothing. Sheets are written in Norwegian (either form) or English, whatever language the reader has chosen."""

import re
from collections.abc import Sequence

BOTH_MEASURES = "measures"
LONGEST = 300
SCORED = {
    "probability": "residual_probability",
    "consequence": "residual_consequence",
    "product": "residual_product",
}
_PREVENTIVE = ("forebygg", "førebygg", "preventive")
_LIMITING = ("skadebegrens", "skadeavgrens", "skadereduser", "damagelimiting")
_MEASURE = ("tiltak", "measure")
_BEFORE_OR_AFTER = re.compile(
    r"(før|etter|before|after)(eventuelle|evt|nye|planlagte)?(tiltakene|tiltaka|tiltak|measures)"
)
_AFTER = ("etter", "rest", "after", "residual")
# In order: the first that fits. Most headings hold several of the words.
_CONTAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aspect", ("aspekt", "forholdogkrav", "hvamåvurderes", "kvamåvurderast", "aspect", "whatmustbeassessed")),
    (
        "threat",
        (
            "trussel",
            "trusl",
            "hvakanskje",
            "kvakanskje",
            "gågalt",
            "uønsk",
            "hendelse",
            "hending",
            "threat",
            "whatcan",
        ),
    ),
    ("probability", ("sannsynlig", "sannsynleg", "hyppighet", "probability")),
    ("consequence", ("konsekvens", "alvorlighet", "consequence")),
    ("law_breach", ("lovbrudd", "lovbrot", "bruddpålov", "brotpålov", "breachoflaw")),
)
_EXACTLY = {
    "s": "probability",
    "p": "probability",
    "k": "consequence",
    "c": "consequence",
    "r": "product",
    "sxk": "product",
    "kxs": "product",
    "pxc": "product",
    "produkt": "product",
    "score": "product",
    "sum": "product",
    "nr": "number",
    "no": "number",
    "radnr": "number",
}
_PRODUCT = re.compile(r"(rest|residual)?(risiko|risk)(tall|tal|verdi|score|nivå|grad|level|etter|after)?")


def squeezed(text: str) -> str:
    """The letters and figures only, in small letters. No more of a long text than a heading has."""
    return re.sub(r"[^\w>]|_", "", text[:LONGEST].casefold())


def column_of(texts: Sequence[str]) -> str:
    """The column that these headings name, the lowest first; "" when they name none. A column of measures of both kinds
    is `BOTH_MEASURES`."""
    words = [squeezed(text) for text in texts]
    for place, word in enumerate(words):
        if name := _named(word):
            after = any(sign in above for above in words[place:] for sign in _AFTER)
            return SCORED[name] if after and name in SCORED else name
    return ""


def _named(word: str) -> str:
    if not word:
        return ""
    if "ansvar" in word or "responsible" in word:
        return "responsible"
    if "frist" in word or "deadline" in word:
        return "deadline"
    word = _BEFORE_OR_AFTER.sub("", word)
    if measure := _measure(word):
        return measure
    for name, signs in _CONTAINS:
        if any(sign in word for sign in signs):
            return name
    return "product" if _PRODUCT.fullmatch(word) else _EXACTLY.get(word, "")


def _measure(word: str) -> str:
    prevents, limits = (any(sign in word for sign in signs) for signs in (_PREVENTIVE, _LIMITING))
    if prevents and limits:
        return BOTH_MEASURES
    if prevents:
        return "preventive"
    if limits:
        return "limiting"
    return BOTH_MEASURES if any(sign in word for sign in _MEASURE) else ""
