"""The colour of a value, and numbers as people write them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from results import numbers
from results.colours import Colour, Direction, Limits

HIGHER = Limits(Direction.HIGHER, Decimal(85), Decimal(80), Decimal(70))
LOWER = Limits(Direction.LOWER, Decimal(5), Decimal(6), Decimal(8))


@pytest.mark.parametrize(
    ("limits", "value", "colour"),
    [
        (HIGHER, "80", Colour.GREEN),
        (HIGHER, "79.9999", Colour.YELLOW),
        (HIGHER, "70", Colour.YELLOW),
        (HIGHER, "69.9999", Colour.RED),
        (HIGHER, "200", Colour.GREEN),
        (HIGHER, "-1", Colour.RED),
        (LOWER, "6", Colour.GREEN),
        (LOWER, "6.0001", Colour.YELLOW),
        (LOWER, "8", Colour.YELLOW),
        (LOWER, "8.0001", Colour.RED),
        (LOWER, "0", Colour.GREEN),
    ],
)
def test_a_value_at_a_limit_has_reached_it(limits: Limits, value: str, colour: Colour) -> None:
    assert limits.colour(Decimal(value)) == colour


def test_nothing_measured_has_no_colour() -> None:
    assert HIGHER.colour(None) == Colour.UNKNOWN


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(Direction.HIGHER, Decimal(85), Decimal(70), Decimal(80)), "yellow"),
        (Limits(Direction.HIGHER, Decimal(75), Decimal(80), Decimal(70)), "green"),
        (Limits(Direction.LOWER, Decimal(5), Decimal(8), Decimal(6)), "yellow"),
        (Limits(Direction.LOWER, Decimal(7), Decimal(6), Decimal(8)), "green"),
    ],
)
def test_limits_at_odds_are_refused(limits: Limits, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        limits.check()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4,6", "4.6"),
        ("4.6", "4.6"),
        ("87 %", "87"),
        ("87,5%", "87.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1.234,50", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1.234.567", "1234567"),
        ("−3", "-3"),
        ("-3,25", "-3.25"),
        ("12 000 kr", "12000"),
        ("4,12345", "4.1234"),
        ("007", "7"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert numbers.read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", "ca. 4", "4,5,6", "NaN", "inf", "1e5", "4-5", "12345678901", "٣", "4%%", "=1+1", "1..2"]
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        numbers.read_number(text)


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [
        (Decimal("87.5000"), "%", "87,5\u00a0%"),
        (Decimal("100.0000"), "", "100"),
        (Decimal("1234567.89"), "kr", "1\u00a0234\u00a0567,89\u00a0kr"),
        (Decimal("-0.001"), "", "0"),
        (Decimal("-2.5"), "", "\u22122,5"),
        (None, "%", "–"),
    ],
)
def test_numbers_are_said_in_norwegian(value: Decimal | None, measure: str, words: str) -> None:
    assert numbers.in_words(value, measure) == words
