"""The demo's synonyms and pinned hits: people's own words for what the handbook calls something else."""

import tomllib
from pathlib import Path
from typing import Any

from organisation.models import User
from search.models import Entry, Pin, Synonym


def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "search.toml").read_text(encoding="utf-8"))


def _editor() -> User:
    return User.objects.get(username="redaktor")


def load_synonyms() -> None:
    known = set(Synonym.objects.values_list("words", flat=True))
    for group in _data()["synonyms"]:
        words = "\n".join(group)
        if words not in known:
            Synonym(words=words).save_by(_editor())


def load_pins() -> None:
    """After the index is made: a pin is put on what can be found."""
    for row in _data()["pin"]:
        entry = Entry.objects.open_to_all().filter(title=row["title"]).first()
        if entry is not None:
            Pin.put(_editor(), row["query"], entry.key)
