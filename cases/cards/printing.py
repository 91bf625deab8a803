"""Report cards as a PDF to print and cut: two on a sheet of A4, tagged for screen readers (PDF/UA-1)."""

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from cases.cards import numbers
from cases.models import CardBatch
from organisation.pdf import typesetting

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "template.typ"


@cache
def words(language: str) -> dict[str, Any]:
    """What stands on a card in a language."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))[language]


def pdf_of(batch: CardBatch, municipality: str) -> bytes:
    """The cards of a batch, the same however often it is printed."""
    texts = words(batch.language)
    data = {
        "lang": batch.language,
        "municipality": municipality,
        "title": texts["document"].format(first=numbers.label(batch.first), last=numbers.label(batch.last)),
        "words": texts,
        "cards": [_card(number, texts) for number in batch.numbers],
    }
    codes = {f"{number}.svg": _code(number) for number in batch.numbers}
    return typesetting.typeset(data, codes, template=TEMPLATE)


def _card(number: int, texts: dict[str, Any]) -> dict[str, str]:
    label = numbers.label(number)
    return {"label": label, "picture": f"{number}.svg", "alt": texts["code"].format(number=label)}


def _code(number: int) -> bytes:
    """The QR code. A quarter of it may be hidden by a thumb or a stain (level Q)."""
    picture = BytesIO()
    segno.make(numbers.address(number), error="q", micro=False).save(picture, kind="svg", border=2, light="#fff")
    return picture.getvalue()
