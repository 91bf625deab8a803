"""The audit templates that come with the product (S70, S71). `load` adds what is missing and changes nothing that is
there: what a municipality has written is its own."""

import tomllib
from pathlib import Path
from typing import Any

from simple_history.utils import bulk_create_with_history

from audits.models import AuditTemplate, TemplateQuestion
from organisation import clock

FILE = Path(__file__).parent / "data" / "audit_templates.toml"
HEAD = ("name", "purpose", "version_label", "about")


def written() -> list[dict[str, Any]]:
    """The templates as written: the head, and `questions` of text and what to look for."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["template"]


def load() -> int:
    """Add the templates that are not there, by their name. How many were added."""
    there = set(AuditTemplate.objects.values_list("name", flat=True))
    new = [row for row in written() if row["name"] not in there]
    for row in new:
        template = AuditTemplate.objects.create(**{name: row[name] for name in HEAD})
        questions = [
            TemplateQuestion(template=template, place=place, text=text, look_for=look_for)
            for place, (text, look_for) in enumerate(row["questions"], 1)
        ]
        bulk_create_with_history(questions, TemplateQuestion, default_date=clock.now())
    return len(new)
