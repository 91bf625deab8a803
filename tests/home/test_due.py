"""How a deadline is said."""

import datetime

import pytest
from django.utils import translation

from home.due import ago, due

TODAY = datetime.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days", "text", "tone"),
    [
        (-3, "3 days late", "bad"),
        (-1, "1 day late", "bad"),
        (0, "Today", "bad"),
        (1, "Tomorrow", "warn"),
        (7, "1. dec", "warn"),
        (8, "2. dec", ""),
        (60, "23. jan 2027", ""),
    ],
)
def test_late_and_today_are_bad_and_a_week_is_a_warning(days: int, text: str, tone: str) -> None:
    with translation.override("en"):
        said = due(TODAY + datetime.timedelta(days), TODAY)
    assert (said.text, said.tone) == (text, tone)


def test_no_deadline_is_said() -> None:
    with translation.override("en"):
        assert due(None, TODAY).text == "No deadline"


@pytest.mark.parametrize(("days", "text"), [(0, "today"), (1, "yesterday"), (6, "18. nov"), (400, "20. oct 2025")])
def test_what_is_new_is_dated_as_people_say_it(days: int, text: str) -> None:
    with translation.override("en"):
        assert ago(TODAY - datetime.timedelta(days), TODAY) == text
