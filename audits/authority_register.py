"""The authorities that come with the product. `load` adds what is missing and changes nothing that is there."""

import tomllib
from pathlib import Path

from simple_history.utils import bulk_create_with_history

from audits.models import Authority
from organisation import clock

FILE = Path(__file__).parent / "data" / "authorities.toml"


def authorities() -> list[list[str]]:
    """The authorities as written: name, what it looks into, web address."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["authority"]


def load() -> int:
    """Add the authorities that are not there; how many were added."""
    there = set(Authority.objects.values_list("name", flat=True))
    new = [Authority(name=name, fields=about, address=url) for name, about, url in authorities() if name not in there]
    bulk_create_with_history(new, Authority, default_date=clock.now())
    return len(new)
