"""Who looks at the page of a unit, and what several parts of it ask for: each is found once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from organisation.models import Unit, User
from results import scorecard
from results.scorecard import Line


@dataclass(frozen=True)
class Whose:
    """Who looks, and at which unit (with those below)."""

    user: User
    unit: Unit

    @cached_property
    def red_indicators(self) -> list[Line]:
        """What is off target today, here and below. Indicators are open to every employee."""
        return scorecard.red(self.unit)


def address(name: str, *args: Any, **parameters: Any) -> str:
    """A page by its name, narrowed down."""
    return f"{reverse(name, args=args)}?{urlencode(parameters)}"
