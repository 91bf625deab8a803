"""From plain values to a PDF. What no font of ours can show is written in words: PDF/UA refuses a
character without a picture, and a procedure must not be impossible to print because of one."""

import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from organisation.pdf import compiler

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / compiler.MAIN
FONTS = settings.NODE_MODULES / "@expo-google-fonts"
FONT_FOLDERS = tuple(
    str(FONTS / folder)
    for folder in (
        "inter/400Regular",
        "inter/400Regular_Italic",
        "inter/600SemiBold",
        "inter/700Bold",
        "inter/700Bold_Italic",
        "noto-emoji/400Regular",
    )
)
SURE = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("–—‘’“”«»…•·→−≤≥\u200b")
LONGEST_WORD = 40  # Norwegian words up to this length are hyphenated by Typst, and can be searched for
LONGEST_NAME = 14  # file names, addresses: what has signs between its letters
BREAK_AFTER = frozenset("/.?&=_-@#:")
LONGEST_RUN = 600  # seconds
DRAWN_PPI = 120  # the largest drawing becomes 28 million pixels, one of three roles is 190 to the inch in Word
FONT = '#set text(lang: "nb", font: ("Inter", "Noto Emoji", "Libertinus Serif", "DejaVu Sans Mono"))\n'
PROBE = '#set document(title: "?")\n' + FONT
TEXT_KEYS_LEFT_ALONE = frozenset({"t", "id", "to", "href", "src", "label", "tone", "address"})


class CannotTypeset(Exception):
    """Typst refused: a fault of ours, since no text can make it refuse."""


def typeset(
    data: Any, pictures: dict[str, bytes] | None = None, *, archived: bool = False, template: Path = TEMPLATE
) -> bytes:
    """The PDF of one document, here and now: some milliseconds; `archived` as PDF/A too. Raises CannotTypeset."""
    with _folder(data, pictures or {}, template) as folder:
        try:
            return compiler.compile_folder(folder, FONT_FOLDERS, compiler.ARCHIVED if archived else compiler.STANDARD)
        except (typst.TypstError, RuntimeError) as error:
            raise CannotTypeset(str(error)) from error


def typeset_apart(data: Any, pictures: dict[str, bytes], out: Path) -> int:
    """The PDF of many documents, in a process of its own that gives its memory back; returns the
    megabytes it took. Raises CannotTypeset."""
    with _folder(data, pictures) as folder:
        command = [sys.executable, "-I", str(HERE / "compiler.py"), str(folder), str(out), *FONT_FOLDERS]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_RUN, check=True)  # noqa: S603
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise CannotTypeset(str(error.stderr)[-1000:]) from error
    return int(run.stdout)


@contextmanager
def _folder(data: Any, pictures: dict[str, bytes], template: Path = TEMPLATE) -> Iterator[Path]:
    """A folder with the template, the data and the pictures: all that Typst may read."""
    with tempfile.TemporaryDirectory(prefix="felles-pdf-") as name:
        folder = Path(name)
        shutil.copy(template, folder / compiler.MAIN)
        (folder / "data.json").write_text(json.dumps(showable(data), ensure_ascii=False), encoding="utf-8")
        for filename, content in pictures.items():
            (folder / filename).write_bytes(content)
        yield folder


def can_print(name: str, content: bytes) -> bool:
    """Whether Typst can set the picture: tried alone, so that one broken file spoils no handbook."""
    with tempfile.TemporaryDirectory(prefix="felles-pdf-") as folder:
        (Path(folder) / name).write_bytes(content)
        return _compiles(Path(folder), f'{PROBE}#image("{name}", alt: "?", width: 1cm)')


def png_of(svg: str) -> bytes:
    """A drawing as PNG, for those who can't show SVG. Raises CannotTypeset."""
    with tempfile.TemporaryDirectory(prefix="felles-pdf-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_text(svg, encoding="utf-8")
        (folder / compiler.MAIN).write_text(
            '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")', encoding="utf-8"
        )
        try:
            return compiler.picture_of_folder(folder, FONT_FOLDERS, DRAWN_PPI)
        except (typst.TypstError, RuntimeError) as error:
            raise CannotTypeset(str(error)) from error


def showable(value: Any) -> Any:
    """The same values with every text printable: see `printable`. Names that steer are left alone."""
    missing = unshowable(_texts(value))
    return _replaced(value, missing)


def _replaced(value: Any, missing: frozenset[str]) -> Any:
    if isinstance(value, str):
        return printable(value, missing)
    if isinstance(value, list):
        return [_replaced(item, missing) for item in value]
    if isinstance(value, dict):
        return {key: item if key in TEXT_KEYS_LEFT_ALONE else _replaced(item, missing) for key, item in value.items()}
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in TEXT_KEYS_LEFT_ALONE:
                yield from _texts(item)


def printable(text: str, missing: Iterable[str] = ()) -> str:
    """The text without control characters, with names for what can't be shown, and with places where
    long words may break."""
    plain = text.isascii() and text.isprintable()
    shown = text if plain else "".join(_shown(character, missing) for character in text)
    return " ".join(map(_breakable, shown.split(" "))) if len(shown) > LONGEST_NAME else shown


def _shown(character: str, missing: Iterable[str]) -> str:
    if character in SURE or character == "\n":
        return character
    if _is_invisible(character):
        return ""
    if character in missing:
        return f"[{unicodedata.name(character, f'U+{ord(character):04X}')}]"
    return character


def _is_invisible(character: str) -> bool:
    """Control and format characters: those that turn the reading order could make a text say something else."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0f"


def _breakable(word: str) -> str:
    """A long word with places to break: after the signs of an address, else at every so many letters."""
    if len(word) <= LONGEST_NAME or (len(word) <= LONGEST_WORD and BREAK_AFTER.isdisjoint(word)):
        return word
    pieces, run = [], 0
    for character in word:
        pieces.append(character)
        run += 1
        if (character in BREAK_AFTER and run > 3) or run >= LONGEST_WORD:
            pieces.append("\u200b")
            run = 0
    return "".join(pieces).removesuffix("\u200b")


def unshowable(texts: Iterable[str]) -> frozenset[str]:
    """The characters that no font can show."""
    asked = {character for text in texts if not text.isascii() for character in text} - SURE
    return frozenset(c for c in asked if not _is_invisible(c) and not c.isspace() and not _has_glyph(c))


@lru_cache(maxsize=20_000)
def _has_glyph(character: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="felles-pdf-") as folder:
        (Path(folder) / "data.json").write_text(json.dumps(character), encoding="utf-8")
        return _compiles(Path(folder), f'{PROBE}#json("data.json")')


def _compiles(folder: Path, markup: str) -> bool:
    (folder / compiler.MAIN).write_text(markup, encoding="utf-8")
    try:
        compiler.compile_folder(folder, FONT_FOLDERS)
    except (typst.TypstError, RuntimeError):
        return False
    return True
