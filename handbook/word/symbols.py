"""Characters of the fonts that draw signs where other fonts have letters: a "ü" in Wingdings is a tick."""

from typing import Any

from .styles import W

WINGDINGS = dict(
    zip(
        map(ord, '!"()*EFJKLRlmnoquv¨§\x9e\x9f¤ØßàáâèïðûüýþÞ'),
        "✏✂☎✆✉☜☞☺😐☹☼●❍■☐❑◆❖☐▪·•◉➢←→↑↓➔⇦⇨✗✓☒☑→",
        strict=True,
    )
)
SYMBOL = dict(
    zip(
        map(ord, "abcdefghiklmnopqrstuwxyzDFGLPQSWY£³±´¸¹»¥®¬­¯«Þ°²¢Öå·ÒÓÔÎÇÈÑ¶º"),
        "αβχδεφγηικλμνοπθρστυωξψζΔΦΓΛΠΘΣΩΨ≤≥±×÷≠≈∞→←↑↓↔⇒°″′√∑•®©™∈∩∪∇∂≡",
        strict=True,
    )
)
FONTS = {"wingdings": WINGDINGS, "symbol": SYMBOL}
UNREADABLE = ("wingdings", "symbol", "webdings", "zapfdingbats", "zapf dingbats")
PRIVATE = range(0xF000, 0xF100)  # where Word keeps the characters of such fonts


def font_of(properties: Any) -> str:
    """The name of the run's font when it is one that draws signs, else empty."""
    fonts = properties.find(W + "rFonts") if properties is not None else None
    name = (fonts.get(W + "ascii") or "").lower() if fonts is not None else ""
    return name if name.startswith(UNREADABLE) else ""


def shown(code: int, font: str) -> str:
    """The character that a sign looks like; empty when none is known."""
    return FONTS.get(font.lower(), WINGDINGS).get(code - PRIVATE.start if code in PRIVATE else code, "")


def is_private(text: str) -> bool:
    return any(ord(character) in PRIVATE for character in text)
