"""The risk matrix: which risks stand in which of its 25 squares (S55, S80). Pure computing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.risk import LEVELS, Colour, colour

if TYPE_CHECKING:
    from risk.models import Risk

Place = tuple[int, int]  # probability, consequence


@dataclass(frozen=True)
class Numbered:
    """A risk with its number in the form."""

    number: int
    risk: "Risk"


@dataclass(frozen=True)
class Square:
    """One square: how many risks stand there, and either the risks themselves or the address where they are listed."""

    probability: int
    consequence: int
    count: int = 0
    risks: tuple[Numbered, ...] = ()
    address: str = ""

    @property
    def score(self) -> int:
        return self.probability * self.consequence

    @property
    def colour(self) -> Colour:
        return colour(self.score)


@dataclass(frozen=True)
class Matrix:
    """Lines from the highest probability down, each with its squares from the lowest consequence up. `unplaced`: how
    many risks are not scored."""

    lines: list[list[Square]]
    unplaced: int = 0

    @property
    def taken(self) -> list[Square]:
        """The squares where something stands, the most serious first."""
        squares = (square for line in self.lines for square in line if square.count)
        return sorted(squares, key=lambda square: (-square.score, -square.consequence))


def before(rows: "Iterable[Risk]") -> Matrix:
    """The rows of an assessment, numbered as in the form, as they were assessed."""
    return _of_rows((row, (row.probability, row.consequence)) for row in rows)


def after(rows: "Iterable[Risk]") -> Matrix:
    """The same after measures, expected or confirmed; a row where nothing is said of that stays where it was."""
    return _of_rows((row, _place_after(row)) for row in rows)


def of_counts(counts: Iterable[tuple[Place, int]], address: Callable[[int, int], str]) -> Matrix:
    """How many stand in each square, with the address where they are listed. A square may be named several times."""
    numbers: Counter[Place] = Counter()
    for place, number in counts:
        numbers[place] += number

    def square(p: int, c: int) -> Square:
        return Square(p, c, numbers[p, c], address=address(p, c) if numbers[p, c] else "")

    return Matrix([[square(p, c) for c in LEVELS] for p in reversed(LEVELS)])


def _place_after(row: "Risk") -> tuple[int | None, int | None]:
    if row.residual_score is None:
        return row.probability, row.consequence
    return row.residual_probability, row.residual_consequence


def _of_rows(placed: "Iterable[tuple[Risk, tuple[int | None, int | None]]]") -> Matrix:
    standing: dict[Place, list[Numbered]] = {}
    unplaced = 0
    for number, (row, (probability, consequence)) in enumerate(placed, 1):
        if probability is None or consequence is None:
            unplaced += 1
        else:
            standing.setdefault((probability, consequence), []).append(Numbered(number, row))
    return Matrix([[_square(p, c, standing.get((p, c), [])) for c in LEVELS] for p in reversed(LEVELS)], unplaced)


def _square(probability: int, consequence: int, risks: list[Numbered]) -> Square:
    return Square(probability, consequence, len(risks), tuple(risks))
