"""The coverage matrix: for each requirement the documents that answer it, and whether that holds today (S17).

Computed from what is in force now: a page that is withdrawn leaves a gap at once. Three queries whatever
the number of requirements, mappings and documents.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from handbook.lights import Light
from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.models.requirement import Coverage, Requirement, Standard, clause_order, is_under
from handbook.structure import CHAPTERS


class State(models.TextChoices):
    """How a requirement stands. The value is what the address says."""

    COVERED = "covered", _("Covered")
    LATE = "late", _("Covered, past review")
    GAP = "gap", _("Gap")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


TONES = {State.COVERED: "ok", State.LATE: "warn", State.GAP: "bad", State.NOT_APPLICABLE: ""}
SHOWN_OF_EDITION = ("document", "major", "minor", "valid_from", "review_date", "approver_name", "owner_unit")
SHAPES = {State.COVERED: "●", State.LATE: "◐", State.GAP: "○", State.NOT_APPLICABLE: "–"}


@dataclass(frozen=True)
class Answer:
    """A document that answers a requirement, with its edition in force; without one it answers nothing."""

    coverage: Coverage
    edition: Edition | None

    @property
    def document(self) -> Document:
        return self.coverage.document

    @property
    def in_force(self) -> bool:
        return self.edition is not None

    @property
    def late(self) -> bool:
        return self.in_force and self.document.light == Light.RED

    @property
    def chapter(self) -> int:
        """The chapter the document is in: the first part of its number. 0 when it has none."""
        first = self.document.number.partition(".")[0]
        return int(first) if first.isdecimal() else 0


@dataclass
class Line:
    """A requirement with what answers it."""

    requirement: Requirement
    answers: list[Answer]
    below: "Tally | None" = None  # of the clauses under a heading
    depth: int = 1  # how far below the top of its standard, for indenting

    @cached_property
    def state(self) -> State | None:
        """None for a heading, which asks nothing by itself. One page past its review date is enough to say so."""
        if self.requirement.is_heading:
            return None
        if not self.requirement.applicable:
            return State.NOT_APPLICABLE
        valid = [answer for answer in self.answers if answer.in_force]
        if not valid:
            return State.GAP
        return State.LATE if any(answer.late for answer in valid) else State.COVERED

    @property
    def tone(self) -> str:
        return TONES[self.state] if self.state else ""

    @property
    def shape(self) -> str:
        return SHAPES[self.state] if self.state else ""

    def cells(self) -> list[list[Answer]]:
        """The documents in force by chapter, in the order of the eight chapters."""
        return [
            [answer for answer in self.answers if answer.in_force and answer.chapter == chapter.number]
            for chapter in CHAPTERS
        ]


@dataclass
class Tally:
    """How many requirements are in each state; headings are not counted."""

    counts: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Tally":
        tally = cls()
        for line in lines:
            if line.state:
                tally.counts[line.state] += 1
        return tally

    @property
    def applicable(self) -> int:
        return sum(self.counts.values()) - self.counts[State.NOT_APPLICABLE]

    @property
    def answered(self) -> int:
        return self.counts[State.COVERED] + self.counts[State.LATE]

    @property
    def percent(self) -> int:
        """The share answered, rounded down: 100 only when nothing is missing."""
        return 100 * self.answered // self.applicable if self.applicable else 0

    @property
    def gaps(self) -> int:
        return self.counts[State.GAP]

    @property
    def late(self) -> int:
        return self.counts[State.LATE]

    @property
    def not_applicable(self) -> int:
        return self.counts[State.NOT_APPLICABLE]


@dataclass(frozen=True)
class Share:
    """A standard with how much of it is answered."""

    standard: Standard
    tally: Tally
    lines: list[Line]


def lines(requirements: "QuerySet[Requirement]") -> list[Line]:
    """The requirements in the order of their clauses, with what answers them. Three queries."""
    found = list(requirements.select_related("standard"))
    coverages = Coverage.objects.current().filter(requirement__in=requirements.order_by())
    editions = {
        edition.document_id: edition
        for edition in Edition.objects.in_force()
        .filter(document__in=coverages.order_by().values("document"))
        .select_related("owner_unit")
        .only(*SHOWN_OF_EDITION, *(f"owner_unit__{name}" for name in ("path", "depth", "numchild", "name")))
        .order_by()
    }
    answers: dict[int, list[Answer]] = {}
    for coverage in coverages.select_related("document").order_by("document__page__path", "pk"):
        answer = Answer(coverage, editions.get(coverage.document_id))
        answers.setdefault(coverage.requirement_id, []).append(answer)
    rows = [Line(requirement, answers.get(requirement.pk, [])) for requirement in found]
    _place(rows)
    return rows


def shares(found: Iterable[Line]) -> list[Share]:
    """The lines by standard, each with its tally: standards, our own, laws; ISO 9001 before ISO 14001."""
    by_standard: dict[Standard, list[Line]] = {}
    for line in found:
        by_standard.setdefault(line.requirement.standard, []).append(line)
    kinds: list[str] = [Standard.Kind.STANDARD, Standard.Kind.OWN, Standard.Kind.LAW]
    ordered = sorted(by_standard, key=lambda standard: (kinds.index(standard.kind), clause_order(standard.code)))
    return [Share(standard, Tally.of(by_standard[standard]), by_standard[standard]) for standard in ordered]


def narrowed(found: Iterable[Line], *, state: str = "", words: str = "") -> list[Line]:
    """The lines in this state whose clause or title has the words; headings only where a line below is left."""
    wanted = words.lower().split()
    kept = [line for line in found if line.state and (not state or line.state == state) and _has(line, wanted)]
    ids = {line.requirement.pk for line in kept}
    return [line for line in found if line.requirement.pk in ids or (line.state is None and _above(line, kept))]


def _has(line: Line, words: list[str]) -> bool:
    text = f"{line.requirement.clause} {line.requirement.title} {line.requirement.standard}".lower()
    return all(word in text for word in words)


def _above(heading: Line, kept: list[Line]) -> bool:
    return any(
        line.requirement.standard_id == heading.requirement.standard_id
        and is_under(line.requirement.clause, heading.requirement.clause)
        for line in kept
    )


def _place(rows: list[Line]) -> None:
    """Give each line its depth, and each heading the tally of the clauses below it."""
    parents = {line.requirement.pk: line.requirement.parent_id for line in rows}
    below: dict[int, list[Line]] = {}
    for line in rows:
        above = parents[line.requirement.pk]
        while above is not None:
            line.depth += 1
            below.setdefault(above, []).append(line)
            above = parents.get(above)
    for line in rows:
        if line.requirement.is_heading:
            line.below = Tally.of(below.get(line.requirement.pk, []))


def answered_by(document: Document) -> "QuerySet[Coverage]":
    """The requirements a document answers, by standard and clause. One query."""
    current = document.coverages.current().filter(requirement__standard__active=True)
    return current.select_related("requirement__standard").order_by(
        "-requirement__standard__kind", "requirement__standard__code", "requirement__order"
    )
