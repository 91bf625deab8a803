"""Texts for translation stand where they are collected: never inside an f-string, which Babel does not look into."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_AP, WEEKDAYS, WEEKDAYS_ABBR

from config.management.commands.update_messages import APPS

CALLS = {"_", "_lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
FILES = [path for app in APPS for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py"))]


def hidden_texts(source: str) -> list[int]:
    """The lines of f-strings that have a text for translation inside."""
    return [
        string.lineno
        for string in ast.walk(ast.parse(source))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS
    ]


def test_a_text_inside_an_f_string_is_found():
    assert hidden_texts("name = f\"{_('Case')} 1\"") == [1]
    assert hidden_texts('name = f"{case} 1"') == []


@pytest.mark.parametrize("app", APPS)
def test_no_text_hides_inside_an_f_string(app):
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for path in FILES
        if path.relative_to(settings.BASE_DIR).parts[0] == app
        for line in hidden_texts(path.read_text())
    ]
    assert found == []


def test_no_text_of_ours_is_a_word_of_the_calendar():
    """A text without context takes the place of Django's own: "may" as a verb made May “kan” in every date."""
    calendar = {*MONTHS.values(), *MONTHS_3.values(), *MONTHS_AP.values(), *WEEKDAYS.values(), *WEEKDAYS_ABBR.values()}
    with translation.override("en"):
        words = {str(word).lower() for word in calendar}
    with (Path(settings.BASE_DIR) / "locale/nb/LC_MESSAGES/django.po").open("rb") as file:
        ours = {message.id for message in read_po(file) if isinstance(message.id, str) and not message.context}
    assert {text for text in ours if text.lower() in words} == set()
