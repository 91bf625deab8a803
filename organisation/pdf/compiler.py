"""Runs Typst on a folder. Knows nothing of Django, so that it is also a program of its own:

    python compiler.py <folder> <out.pdf> <font folder>…

The program takes the memory that a whole handbook needs with it when it ends.
"""

import resource
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

STANDARD: Final = ["ua-1"]  # ISO 14289-1: tagged, so that a screen reader can read it
ARCHIVED: Final = ["a-2a", "ua-1"]  # ISO 19005-2 too: what an archive may keep for ever
MAIN = "template.typ"


@cache
def fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """The fonts of the product and those in Typst; none of the machine's, so that every machine makes the same."""
    return typst.Fonts(include_system_fonts=False, font_paths=list(folders))


def compile_folder(folder: Path, folders: tuple[str, ...], standard: Any = STANDARD) -> bytes:
    """The PDF of `template.typ` in the folder, which can read nothing outside it. Raises typst.TypstError."""
    return typst.compile(str(folder / MAIN), root=str(folder), font_paths=fonts(folders), pdf_standards=standard)


def picture_of_folder(folder: Path, folders: tuple[str, ...], ppi: float) -> bytes:
    """The one page of `template.typ` in the folder as PNG. Raises typst.TypstError."""
    return typst.compile(
        str(folder / MAIN), root=str(folder), font_paths=fonts(folders), format="png", ppi=ppi
    )  # fmt: skip


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(compile_folder(Path(sys.argv[1]), tuple(sys.argv[3:])))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{peak}\n")
