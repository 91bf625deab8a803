"""Lessons (S21): pages with a quiz, and who has completed them. A page is a lesson because its edition in
force has questions; so lessons are written, approved and kept like every other document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from handbook.models import Edition, LessonCompletion
from handbook.terms import Audience, Kind
from organisation.models import Unit, User, within
from organisation.roles import Right

# A lesson, and a person's completion of it if there is one.
Taken = tuple[Edition, LessonCompletion | None]


@dataclass(frozen=True)
class Answered:
    """A question with what was answered."""

    question: str
    options: tuple[str, ...]
    chosen: int | None
    right: int
    why: str

    @property
    def is_right(self) -> bool:
        return self.chosen == self.right


@dataclass(frozen=True)
class Lesson:
    """A lesson in force, and the edition of it the person completed."""

    edition: Edition
    completed: LessonCompletion | None

    @property
    def audience(self) -> str:
        return str(Audience((self.edition.quiz or {})["audience"]).label)

    @property
    def minutes(self) -> int:
        return (self.edition.quiz or {})["minutes"]

    @property
    def is_new_since(self) -> bool:
        """Completed, but in an edition that a substantial change has replaced."""
        return self.completed is not None and self.completed.edition.major < self.edition.major


def lessons_in_force() -> "QuerySet[Edition]":
    """The editions people learn from, in the order of the handbook."""
    lessons = Edition.objects.in_force().filter(kind=Kind.LESSON).select_related("document__page")
    return lessons.defer("html", "text").order_by("document__page__path")


def lessons_for(user: User) -> list[Lesson]:
    """Every lesson with what the person has done. Two queries."""
    done: dict[int, LessonCompletion] = {}
    for completion in LessonCompletion.objects.of(user).order_by("at"):
        done[completion.document_id] = completion
    return [Lesson(edition, done.get(edition.document_id)) for edition in lessons_in_force() if edition.quiz]


def mark(edition: Edition, chosen: Sequence[int | None]) -> list[Answered]:
    """The questions of the edition with the answers given, in the same order."""
    questions = (edition.quiz or {"questions": []})["questions"]
    return [_answered(question, choice) for question, choice in zip(questions, chosen, strict=True)]


def _answered(question: dict[str, Any], chosen: int | None) -> Answered:
    options = question["options"]
    right = next(place for place, option in enumerate(options) if option["right"])
    return Answered(question["question"], tuple(option["text"] for option in options), chosen, right, question["why"])


def complete(user: User, edition: Edition, answers: Sequence[Answered]) -> LessonCompletion | None:
    """Record the completion when every answer is right; None otherwise. Twice is one row."""
    if not answers or not all(answer.is_right for answer in answers):
        return None
    completion, _is_new = LessonCompletion.objects.get_or_create(
        user=user, edition=edition, defaults={"document_id": edition.document_id, "user_name": str(user)}
    )
    return completion


def followed_up_by(user: User) -> frozenset[str]:
    """Tree paths of the units whose people's learning the person follows: leaders their own units, the
    quality manager and the auditor all."""
    return user.right_paths(Right.FOLLOW_UP_PEOPLE)


@dataclass(frozen=True)
class UnitRow:
    """How many of a unit's people have completed each lesson."""

    unit: Unit
    people: int
    completed: list[tuple[Edition, int]]


def register(user: User) -> tuple[list[Edition], list[UnitRow]]:
    """Lessons across and units down, of the units the person follows. Three queries."""
    lessons = [edition for edition in lessons_in_force() if edition.quiz]
    units = Unit.objects.active().filter(within(followed_up_by(user), "path"))
    with_people = units.annotate(number=Count("people", filter=Q(people__is_active=True))).filter(number__gt=0)
    done = (
        LessonCompletion.objects.of_lessons(lessons)
        .filter(user__is_active=True)
        .values("user__unit", "document")
        .annotate(number=Count("user", distinct=True))
        .values_list("user__unit", "document", "number")
    )
    counts: dict[Any, int] = {(unit, document): number for unit, document, number in done}
    rows = [
        UnitRow(unit, unit.number, [(lesson, counts.get((unit.pk, lesson.document_id), 0)) for lesson in lessons])
        for unit in with_people
    ]
    return lessons, rows


def people_of(unit: Unit, lessons: Sequence[Edition]) -> list[tuple[User, list[Taken]]]:
    """The people of one unit with what each has completed. Two queries."""
    wanted = LessonCompletion.objects.of_lessons(lessons)
    people = User.objects.active().filter(unit=unit).prefetch_related(Prefetch("lessons", wanted, to_attr="done"))
    rows: list[tuple[User, list[Taken]]] = []
    for person in people:
        done = {completion.document_id: completion for completion in person.done}  # type: ignore[attr-defined]
        rows.append((person, [(lesson, done.get(lesson.document_id)) for lesson in lessons]))
    return rows
