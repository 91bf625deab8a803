"""The arithmetic of risk: probability × consequence, 1–5 each (S54, G19). Pure functions."""

from enum import StrEnum

LEVELS = range(1, 6)
DEMANDS_MEASURE_ABOVE = 10
MODERATE_ABOVE = 4


class Colour(StrEnum):
    """The colour of a score in the matrix."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def score(probability: int | None, consequence: int | None) -> int | None:
    """The product, 1–25, or None when either is not set."""
    if probability is None or consequence is None:
        return None
    return probability * consequence


def demands_measure(value: int | None, law_breach: bool) -> bool:
    """Whether the score (over 10: 10 does not, 12 does) or a breach of law demands a measure."""
    return law_breach or (value is not None and value > DEMANDS_MEASURE_ABOVE)


def colour(value: int) -> Colour:
    """Green up to 4, yellow up to 10, red above: red is exactly what demands a measure."""
    if value <= MODERATE_ABOVE:
        return Colour.GREEN
    return Colour.YELLOW if value <= DEMANDS_MEASURE_ABOVE else Colour.RED
