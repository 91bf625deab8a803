"""What comes with the product to begin from: templates with the threats most municipalities meet (G23, S58), and
controls most have.

`load` adds what is missing and changes nothing that is there: what a municipality has written is its own. A template
that is there keeps its own rows.
"""

import tomllib
from pathlib import Path
from typing import Any

from simple_history.utils import bulk_create_with_history

from organisation import clock
from risk.content import FROM_LIBRARY
from risk.models import Control, Template, Threat

FOLDER = Path(__file__).parent / "data"
HEAD = ("name", "use", "sub_kind", "version_label", "about")


def load() -> tuple[int, int]:
    """Add the templates, with their rows, and the controls that are not there. How many of each were added."""
    return _load_templates(), _load_controls()


def templates() -> list[dict[str, Any]]:
    """The templates of the product as written: the head, and `rows` of aspect, threat and measures."""
    return tomllib.loads((FOLDER / "templates.toml").read_text(encoding="utf-8"))["template"]


def controls() -> list[list[str]]:
    """The controls of the product as written: code, name, how it works."""
    return tomllib.loads((FOLDER / "controls.toml").read_text(encoding="utf-8"))["control"]


def _load_templates() -> int:
    there = set(Template.objects.values_list("name", flat=True))
    new = [row for row in templates() if row["name"] not in there]
    for row in new:
        template = Template.objects.create(**{name: row.get(name, "") for name in HEAD})
        threats = [
            Threat(template=template, place=place, **dict(zip(FROM_LIBRARY, texts, strict=True)))
            for place, texts in enumerate(row["rows"], 1)
        ]
        bulk_create_with_history(threats, Threat, default_date=clock.now())
    return len(new)


def _load_controls() -> int:
    there = set(Control.objects.values_list("code", flat=True))
    new = [
        Control(code=code, name=name, description=description)
        for code, name, description in controls()
        if code not in there
    ]
    bulk_create_with_history(new, Control, default_date=clock.now())
    return len(new)
