"""A folder of 200 Word files becomes drafts (G10)."""

import tempfile
import time
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

from django.core.management import call_command
from docx import Document as new_document

from handbook.chapters import ensure_site
from handbook.models import ImportedFile
from organisation.roles import Role
from tests.bench.editions import WORDS, person, photographs
from tests.bench.figures import Figure

FILES = 200


def measure() -> Iterator[Figure]:
    person("editor", Role.QUALITY_EDITOR)
    chapter = ensure_site().get_children().first().specific
    pictures = photographs()
    with tempfile.TemporaryDirectory() as name:
        for number in range(FILES):
            folder = Path(name) / f"{number % 10 + 1} Prosess"
            folder.mkdir(exist_ok=True)
            (folder / f"{number} Rutine.docx").write_bytes(word_file(number, next(pictures) if not number % 4 else b""))
        started, busy = time.perf_counter(), time.process_time()
        options = {"under": chapter.document.number, "by": "editor", "stdout": StringIO()}
        call_command("import_word", name, **options)
        yield Figure(f"{FILES} Word files imported", time.perf_counter() - started, "s", 120)
        yield Figure(f"{FILES} Word files imported: processor", time.process_time() - busy, "s", None)
        started = time.perf_counter()
        call_command("import_word", name, **options)
        yield Figure(f"{FILES} Word files imported again", time.perf_counter() - started, "s", 120)
    assert ImportedFile.objects.filter(state=ImportedFile.State.NEW, batch__under=chapter).count() == FILES


def word_file(number: int, picture: bytes) -> bytes:
    """Four pages of headings, lists and tables; some with a picture."""
    document, target = new_document(), BytesIO()
    document.add_heading(f"Rutine {number}", 0)
    for part in range(8):
        document.add_heading(f"Del {part}", 1)
        document.add_paragraph(WORDS * 3)
        for _step in range(5):
            document.add_paragraph(WORDS, style="List Number" if part % 2 else "List Bullet")
        table = document.add_table(5, 4)
        for row in table.rows:
            for cell in row.cells:
                cell.text = "Ord i en celle"
    if picture:
        document.add_picture(BytesIO(picture))
    document.save(target)
    return target.getvalue()
