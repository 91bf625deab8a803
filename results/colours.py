"""The colour of an indicator: how a value stands to its limits (S65). Pure functions."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy


class Direction(models.TextChoices):
    HIGHER = "higher", _lazy("Higher is better")
    LOWER = "lower", _lazy("Lower is better")


class Colour(models.TextChoices):
    """Each with a word that says the same."""

    GREEN = "green", _lazy("On target")
    YELLOW = "yellow", _lazy("Close to target")
    RED = "red", _lazy("Off target")
    UNKNOWN = "unknown", _lazy("Not measured")


@dataclass(frozen=True)
class Limits:
    """What a value is held against: `green` and better is green, `yellow` and better is yellow, the rest is red."""

    direction: str
    target: Decimal
    green: Decimal
    yellow: Decimal

    def check(self) -> None:
        """Raises ValidationError when the limits are at odds with each other."""
        if not self.is_reached(self.green, self.yellow):
            raise ValidationError({"yellow": _("The yellow limit can't be stricter than the green one.")})
        if not self.is_reached(self.target, self.green):
            raise ValidationError({"green": _("The green limit can't be stricter than the target.")})

    def is_reached(self, value: Decimal, limit: Decimal) -> bool:
        """Whether the value is as good as the limit, or better."""
        return value >= limit if self.direction == Direction.HIGHER else value <= limit

    def colour(self, value: Decimal | None) -> Colour:
        """A value that is exactly at a limit has reached it. None: not measured."""
        if value is None:
            return Colour.UNKNOWN
        if self.is_reached(value, self.green):
            return Colour.GREEN
        return Colour.YELLOW if self.is_reached(value, self.yellow) else Colour.RED
