"""Collect, check and compile the translations, with Babel, so that no system gettext is needed."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

LANGUAGES = ["nb"]
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
APPS = ["config", "home", "results", "audits", "handbook", "risk", "cases", "search", "organisation"]


class Command(BaseCommand):
    help = "Collect texts into locale/<language>/LC_MESSAGES/django.po and compile them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when a text lacks its translation")
        parser.add_argument("--compile-only", action="store_true", help="only compile what is there")
        parser.add_argument("--fill", type=Path, nargs="*", default=[], help="JSON files of text → translation")

    def handle(self, *args: Any, **options: Any) -> None:
        template = None if options["compile_only"] else collect()
        for language in LANGUAGES:
            path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
            catalog = load(path, language)
            if template is not None and options["check"]:
                check(catalog, template, language)
            elif template is not None:
                catalog.update(template, no_fuzzy_matching=True)
                catalog.obsolete.clear()
                for source in options["fill"]:
                    fill(catalog, json.loads(source.read_text()))
                save(path, catalog)
            compile_catalog(path, catalog)


def collect() -> Catalog:
    """Every text for translation in our own code and templates."""
    catalog = Catalog(charset="utf-8")
    folders = [settings.BASE_DIR / app for app in APPS] + [settings.BASE_DIR / "templates"]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
            continue
        source = path.read_text()
        if path.suffix != ".py":
            calls = templatize(source, origin=str(path))
            source = "\n".join(line.strip() for line in calls.splitlines())
        for _line, text, comments, context in extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators"]):
            catalog.add(
                text, locations=[(str(path.relative_to(settings.BASE_DIR)), 0)], auto_comments=comments, context=context
            )
    return catalog


def load(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def save(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False)


def compile_catalog(path: Path, catalog: Catalog) -> None:
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def fill(catalog: Catalog, translations: dict[str, Any]) -> None:
    """Put in translations for texts that have none."""
    for message in catalog:
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        if key in translations and not any(message.string if isinstance(message.string, tuple) else [message.string]):
            value = translations[key]
            message.string = tuple(value) if isinstance(value, list) else value


def check(catalog: Catalog, template: Catalog, language: str) -> None:
    """Raise when a text in the code has no, an empty or a fuzzy translation."""
    missing = []
    for message in template:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        translated = catalog.get(key, message.context)
        strings = () if translated is None else translated.string
        strings = strings if isinstance(strings, (tuple, list)) else (strings,)
        if translated is None or translated.fuzzy or not strings or not all(strings):
            missing.append(key)
    if missing:
        raise CommandError(f"{len(missing)} texts lack a translation to {language}:\n" + "\n".join(missing))
