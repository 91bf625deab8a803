"""Lessons (S21): pages with a quiz, and who has completed them. A page is a lesson because its edition in
force has questions; so lessons are written, approved and kept like every other document."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q, QuerySet

from handbook.models import Edition, LessonCompletion
from handbook.terms import Audience, Kind
from organisation.models import RoleAssignment, Unit, User, within
from organisation.roles import Right, Role

# Whose task a lesson is about, by the roles they hold. Everybody reports.
ROLES: dict[str, frozenset[Role]] = {
    Audience.HANDLER: frozenset({Role.UNIT_LEADER, Role.DEPUTY, Role.CASE_HANDLER}),
    Audience.LEADER: frozenset({Role.UNIT_LEADER, Role.DEPUTY}),
    Audience.EDITOR: frozenset({Role.PROCESS_OWNER, Role.QUALITY_EDITOR, Role.QUALITY_MANAGER}),
    Audience.AUDITOR: frozenset({Role.AUDITOR}),
}


@dataclass(frozen=True)
class Taken:
    """A lesson, whether it is about the person's own tasks, and the completion of it if there is one."""

    lesson: Edition
    is_asked: bool
    completion: LessonCompletion | None


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
    """A lesson in force, the edition of it the person completed, and whether it is about the person's own tasks."""

    edition: Edition
    completed: LessonCompletion | None
    is_mine: bool

    @property
    def audience(self) -> str:
        return str(Audience(audience_of(self.edition)).label)

    @property
    def minutes(self) -> int:
        return (self.edition.quiz or {})["minutes"]

    @property
    def is_new_since(self) -> bool:
        """Completed, but in an edition that a substantial change has replaced."""
        return self.completed is not None and self.completed.edition.major < self.edition.major

    @property
    def is_done(self) -> bool:
        return self.completed is not None and not self.is_new_since


def lessons_in_force() -> "QuerySet[Edition]":
    """The editions people learn from, in the order of the handbook."""
    lessons = Edition.objects.in_force().filter(kind=Kind.LESSON).select_related("document__page")
    return lessons.defer("html", "text").order_by("document__page__path")


def with_quiz() -> list[Edition]:
    """The lessons in force. One query."""
    return [edition for edition in lessons_in_force() if edition.quiz]


def audience_of(lesson: Edition) -> str:
    return (lesson.quiz or {})["audience"]


def is_for(lesson: Edition, roles: Collection[str]) -> bool:
    """Whether the lesson is about the tasks of who holds these roles."""
    wanted = ROLES.get(audience_of(lesson))
    return wanted is None or not wanted.isdisjoint(roles)


def lessons_for(user: User) -> list[Lesson]:
    """Every lesson with what the person has done. Three queries."""
    roles = set(RoleAssignment.objects.current().filter(user=user).values_list("role", flat=True))
    done: dict[int, LessonCompletion] = {}
    for completion in LessonCompletion.objects.of(user).order_by("at"):
        done[completion.document_id] = completion
    return [Lesson(edition, done.get(edition.document_id), is_for(edition, roles)) for edition in with_quiz()]


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
class Count:
    """How many of those a lesson is for have completed it."""

    lesson: Edition
    done: int
    asked: int


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    people: int
    counts: list[Count]


@dataclass(frozen=True)
class Register:
    """Lessons across and units down."""

    lessons: list[Edition]
    rows: list[UnitRow]

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)

    @property
    def totals(self) -> list[Count]:
        columns = zip(*(row.counts for row in self.rows), strict=True)
        return [
            Count(column[0].lesson, sum(c.done for c in column), sum(c.asked for c in column)) for column in columns
        ]


def register(user: User) -> Register:
    """How many have completed what, in the units the person follows. Four queries."""
    lessons = with_quiz()
    units = Unit.objects.active().filter(within(followed_up_by(user), "path"))
    with_people = units.annotate(number=models.Count("people", filter=Q(people__is_active=True))).filter(number__gt=0)
    done, holders = _done(lessons), _holders()
    rows = []
    for unit in with_people:
        asked = {**holders.get(unit.pk, {}), Audience.REPORTER: unit.number}
        counts = [
            Count(lesson, done.get((unit.pk, lesson.document_id), 0), asked.get(audience_of(lesson), 0))
            for lesson in lessons
        ]
        rows.append(UnitRow(unit, unit.number, counts))
    return Register(lessons, rows)


def _done(lessons: Sequence[Edition]) -> dict[tuple[int, int], int]:
    """How many of those asked have completed, by unit and document."""
    asked = Q(pk__in=[])
    for lesson in lessons:
        roles = ROLES.get(audience_of(lesson))
        holding = Q(user__in=_current().filter(role__in=roles).values("user")) if roles else Q()
        asked |= Q(document=lesson.document_id) & holding
    completions = LessonCompletion.objects.of_lessons(lessons).filter(asked, user__is_active=True)
    grouped = completions.values("user__unit", "document").annotate(number=models.Count("user", distinct=True))
    rows: Any = grouped.values_list("user__unit", "document", "number")
    return {(unit, document): number for unit, document, number in rows}


def _holders() -> dict[int, dict[str, int]]:
    """How many people of each unit hold the roles of each audience."""
    numbers = {
        audience: models.Count("user", distinct=True, filter=Q(role__in=roles)) for audience, roles in ROLES.items()
    }
    rows: Any = _current().values("user__unit").annotate(**numbers).order_by()
    return {row["user__unit"]: row for row in rows}


def _current() -> "QuerySet[RoleAssignment]":
    return RoleAssignment.objects.current().filter(user__is_active=True)


def people_of(unit: Unit, lessons: Sequence[Edition]) -> list[tuple[User, list[Taken]]]:
    """The people of one unit with what each has completed. Three queries."""
    completed = Prefetch("lessons", LessonCompletion.objects.of_lessons(lessons), to_attr="done")
    assigned = Prefetch("assignments", _current(), to_attr="held")
    rows: list[tuple[User, list[Taken]]] = []
    person: Any
    for person in User.objects.active().filter(unit=unit).prefetch_related(completed, assigned):
        done = {completion.document_id: completion for completion in person.done}
        roles = {assignment.role for assignment in person.held}
        taken = [Taken(lesson, is_for(lesson, roles), done.get(lesson.document_id)) for lesson in lessons]
        rows.append((person, taken))
    return rows
