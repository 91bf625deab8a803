"""Draws the pages of a PDF as pictures. Knows nothing of Django, so that it is also a program of its own:

    python drawing.py <in.pdf> <folder> <most pages> <first page>

A file from outside is opened here, where it can take down nothing but this process, for some seconds and some
memory. It writes the number of pages on the first line, then one line for each page when `<page>.jpg` is there.
No script and no attachment of the file is touched.
"""

import resource
import sys
from pathlib import Path

import pypdfium2

DOTS_PER_INCH = 200  # enough for a QR code and for reading handwriting
LONGEST_SIDE = 2340  # pixels: A4 at that
QUALITY = 80
SECONDS = 120
MEMORY = 3 * 1024**3

PASSWORD, DAMAGED, TOO_MANY = 3, 4, 5  # what the program ends with


def draw(page: pypdfium2.PdfPage, path: Path) -> None:
    scale = min(DOTS_PER_INCH / 72, LONGEST_SIDE / max(*page.get_size(), 1))
    page.render(scale=scale).to_pil().convert("RGB").save(path, "JPEG", quality=QUALITY)


def main(source: Path, folder: Path, most: int, first: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        return PASSWORD if "password" in str(error).lower() else DAMAGED
    sys.stdout.write(f"{len(document)}\n")
    sys.stdout.flush()
    if len(document) > most:
        return TOO_MANY
    for number in range(first, len(document) + 1):
        try:
            draw(document[number - 1], folder / f"{number}.jpg")
        except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
            return DAMAGED
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
