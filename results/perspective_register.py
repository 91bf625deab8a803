"""The perspectives that come with the product (S65). `load` adds those that are missing, by name, and changes none."""

import tomllib
from pathlib import Path

from results.models import Perspective

FILE = Path(__file__).parent / "data" / "perspectives.toml"


def load() -> int:
    """Add the perspectives that are not there; how many were added."""
    rows: list[tuple[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["perspective"]
    there = set(Perspective.objects.values_list("name", flat=True))
    new = [(place, *row) for place, row in enumerate(rows, 1) if row[0] not in there]
    for place, name, about in new:
        Perspective(place=place, name=name, about=about).save_by(None)
    return len(new)
