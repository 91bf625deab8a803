"""The register that comes with the product: the clauses of the standards and laws most municipalities follow.

`load` adds what is missing and changes nothing that is there: what a municipality has written is its own.
"""

import tomllib
from pathlib import Path
from typing import Any

from simple_history.utils import bulk_create_with_history

from handbook.models.requirement import Requirement, Standard
from organisation import clock

REGISTER = Path(__file__).parent / "data" / "requirements.toml"


def load() -> tuple[int, int]:
    """Add the standards and clauses that are not there. How many of each were added."""
    standards = requirements = 0
    for row in tomllib.loads(REGISTER.read_text(encoding="utf-8"))["standard"]:
        standard, is_new = Standard.objects.get_or_create(slug=row["slug"], defaults=_facts(row))
        standards += is_new
        requirements += _load_clauses(standard, row["clauses"])
    return standards, requirements


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("code", "title", "kind", "issue", "url")}


def _load_clauses(standard: Standard, clauses: list[list[Any]]) -> int:
    """Add the clauses that are not there, in a few queries for all of them."""
    there = set(standard.requirements.values_list("clause", flat=True))
    new = [
        Requirement(standard=standard, clause=clause, title=title, is_heading=bool(heading))
        for clause, title, *heading in clauses
        if clause not in there
    ]
    for requirement in new:
        requirement.take_place([])
    bulk_create_with_history(new, Requirement, default_date=clock.now())
    everything = list(standard.requirements.all())
    for requirement in everything:
        requirement.take_place(everything)
    if new:
        Requirement.objects.bulk_update(everything, ["parent"])
    return len(new)
