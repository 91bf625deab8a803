"""Numbers as people write them in Norwegian, and as files hold them: decimal comma, spaces, percent signs (S65)."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

MOST_DIGITS, DECIMALS = 10, 4  # of what a measurement can hold
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']")
WORDS = re.compile(r"(%|prosent|kr\.?|kroner|,-)$", re.IGNORECASE)
GROUPS = {",": re.compile(r"\d{1,3}(,\d{3}){2,}"), ".": re.compile(r"\d{1,3}(\.\d{3}){2,}")}
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def read_number(text: str) -> Decimal:
    """The number in the text, with at most four decimals: "1 234,5", "1.234,50", "87 %", "−3", "4.6".

    A comma or a full stop alone is the decimal sign; where there are both, the last one is. Raises ValueError when it is
    not a number, or has more than ten digits before the decimal sign.
    """
    plain = WORDS.sub("", SPACES.sub("", text)).replace("\u2212", "-").replace("\u2013", "-")
    sign, digits = (plain[0], plain[1:]) if plain[:1] in ("-", "+") else ("", plain)
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (".", ",") if comma > point else (",", ".")
        digits = digits.replace(thousands, "").replace(decimal, ".")
    elif GROUPS[","].fullmatch(digits) or GROUPS["."].fullmatch(digits):
        digits = digits.replace(",", "").replace(".", "")
    else:
        digits = digits.replace(",", ".")
    if not NUMBER.fullmatch(digits) or len(digits.split(".")[0].lstrip("0")) > MOST_DIGITS or not digits.isascii():
        raise ValueError("not a number")
    return round(Decimal(sign + digits), DECIMALS)


def in_words(value: Decimal | float | None, measure: str = "") -> str:
    """The number as it is read in Norwegian, with at most two decimals and what it is measured in; "–" for none."""
    if value is None:
        return "–"
    text = f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",").rstrip("0").rstrip(",")
    text = text.replace("-", "\u2212") if text not in ("-0", "0") else "0"
    return f"{text}\u00a0{measure}" if measure else text


def change_in_words(change: Decimal, measure: str = "") -> str:
    """A change with its sign; percent becomes percentage points."""
    if not change:
        return _("unchanged")
    name = _("percentage points") if measure == "%" else measure
    return f"{'+' if change > 0 else ''}{in_words(change, name)}"


def written(value: Decimal) -> str:
    """The number as it is written in a field: all its decimals, with a comma and without spaces."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")
