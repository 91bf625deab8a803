"""The maturity areas that come with the product: those of internal control (COSO), and the chapters of the handbook.

`load` adds what is missing and changes nothing that is there: what a municipality has written is its own.
"""

import tomllib
from pathlib import Path
from typing import Any

from results.models import MaturityArea

FILE = Path(__file__).parent / "data" / "maturity_areas.toml"


def areas() -> list[dict[str, Any]]:
    """The areas as written, in order, each with its five `levels`."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["area"]


def load() -> int:
    """Add the areas that are not there. How many were added."""
    there = set(MaturityArea.objects.values_list("code", flat=True))
    new = [(place, row) for place, row in enumerate(areas(), 1) if row["code"] not in there]
    for place, row in new:
        texts = {f"level_{number}": text for number, text in enumerate(row["levels"], 1)}
        facts = {name: row[name] for name in ("code", "framework", "name", "about")}
        MaturityArea.objects.create(place=place * 10, **facts, **texts)
    return len(new)
