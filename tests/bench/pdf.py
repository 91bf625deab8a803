"""PDF (G10): one page at once, a handbook of 2,000 sheets, and one with 500 pictures of 1 to 3 MB.

Each procedure is two sheets, and three with a picture.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from handbook.models import Edition
from handbook.pdf import documents
from organisation.pdf import typesetting
from tests.bench.editions import large_handbook
from tests.bench.figures import Figure

PLAIN, PICTURED, SINGLES = 1_000, 500, 10


def measure() -> Iterator[Figure]:
    editions = large_handbook(PLAIN + PICTURED, PICTURED)
    yield Figure("One page as PDF", single(editions[-1]), "s", 0.5)
    yield from whole("2,000 sheets as PDF", editions[PICTURED:])
    yield from whole("2,000 sheets as PDF with 500 pictures", editions[: PICTURED + PLAIN // 4])


def single(edition: Edition) -> float:
    """The median of some; the first reads the fonts."""
    taken = []
    for _turn in range(SINGLES):
        started = time.perf_counter()
        made = documents.single(edition, documents.Standing(), "Kari Nordmann")
        typesetting.typeset(made.data, made.pictures)
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def whole(name: str, editions: list[Edition]) -> Iterator[Figure]:
    started, before = time.perf_counter(), time.process_time() + children().ru_utime
    with tempfile.TemporaryDirectory() as folder:
        made = documents.collection("Håndboka", "http://127.0.0.1:8000/handbok/", editions, "")
        megabytes = typesetting.typeset_apart(made.data, made.pictures, Path(folder) / "it.pdf")
    yield Figure(name, time.perf_counter() - started, "s", 60)
    yield Figure(f"{name}: processor", time.process_time() + children().ru_utime - before, "s", None)
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure(f"{name}: memory of Typst", megabytes, "MB", 2_000)
    yield Figure(f"{name}: memory of the one who starts it", ours, "MB", None)


def children() -> resource.struct_rusage:
    return resource.getrusage(resource.RUSAGE_CHILDREN)
