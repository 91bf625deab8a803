"""Report cards as a PDF to print and cut: two on a sheet of A4, tagged for screen readers (PDF/UA-1)."""

import json
import shutil
import tempfile
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from cases.cards import numbers
from cases.models import CardBatch

HERE = Path(__file__).resolve().parent
INTER = settings.NODE_MODULES / "@expo-google-fonts" / "inter"
WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
LAST_SURE_LETTER = "\u024f"  # what follows Latin Extended-B may be in no font of ours, and PDF/UA refuses that


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(INTER / weight) for weight in WEIGHTS])


@cache
def words(language: str) -> dict[str, Any]:
    """What stands on a card in a language."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))[language]


def pdf_of(batch: CardBatch, municipality: str) -> bytes:
    """The cards of a batch, the same however often it is printed."""
    texts = words(batch.language)
    data = {
        "lang": batch.language,
        "municipality": _printable(municipality),
        "title": texts["document"].format(first=numbers.label(batch.first), last=numbers.label(batch.last)),
        "words": texts,
        "cards": [_card(number, texts) for number in batch.numbers],
    }
    with tempfile.TemporaryDirectory(prefix="felles-cards-") as name:
        folder = Path(name)
        shutil.copy(HERE / "template.typ", folder)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for number in batch.numbers:
            (folder / f"{number}.svg").write_bytes(_code(number))
        return typst.compile(
            str(folder / "template.typ"), root=str(folder), font_paths=_fonts(), pdf_standards="ua-1"
        )  # fmt: skip


def _card(number: int, texts: dict[str, Any]) -> dict[str, str]:
    label = numbers.label(number)
    return {"label": label, "picture": f"{number}.svg", "alt": texts["code"].format(number=label)}


def _code(number: int) -> bytes:
    """The QR code. A quarter of it may be hidden by a thumb or a stain (level Q)."""
    picture = BytesIO()
    segno.make(numbers.address(number), error="q", micro=False).save(picture, kind="svg", border=2, light="#fff")
    return picture.getvalue()


def _printable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable() and letter <= LAST_SURE_LETTER)
