"""What was received, divided by cause, unit, chapter, page, category and channel; the most first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from wagtail.models import Page

from cases.models import Case, Category, Cause
from cases.models.case_queryset import CaseQuerySet
from handbook.models import ChapterPage, Document
from organisation.models import Unit
from results.statistics.scope import Scope

MOST_PAGES = 20


@dataclass(frozen=True)
class Portion:
    """One of the things divided by: its key in the database, what it is called, how many cases, and where they are."""

    key: Any
    label: str
    number: int
    address: str


@dataclass(frozen=True)
class Breakdown:
    """Those that have some, the most first; `rest` are the cases that have none of the things."""

    portions: list[Portion]
    rest: Portion | None = None

    @property
    def total(self) -> int:
        """Cases that have one of the things."""
        return sum(portion.number for portion in self.portions)

    @property
    def by_key(self) -> dict[Any, Portion]:
        return {portion.key: portion for portion in self.portions}


def by_cause(scope: Scope) -> Breakdown:
    """By the cause that was set. Two queries."""
    numbers = counted(scope.received(), "cause")
    names = dict(Cause.objects.filter(pk__in=numbers).values_list("pk", "name"))
    rest = _rest(numbers.pop(None, 0), _("No cause set"), scope.address_of_received(without_cause=True))
    return Breakdown(_portions(numbers, names, lambda pk: scope.address_of_received(cause=pk)), rest)


def by_category(scope: Scope) -> Breakdown:
    """Two queries."""
    numbers = counted(scope.received(), "category")
    names = dict(Category.objects.filter(pk__in=numbers).values_list("pk", "name"))
    rest = _rest(numbers.pop(None, 0), _("No category"), scope.address_of_received(without_category=True))
    return Breakdown(_portions(numbers, names, lambda pk: scope.address_of_received(category=pk)), rest)


def by_channel(scope: Scope) -> Breakdown:
    """By how it was reported. One query."""
    numbers = counted(scope.received(), "channel")
    names = {code: str(label) for code, label in Case.Channel.choices}
    return Breakdown(_portions(numbers, names, lambda code: scope.address_of_received(channel=code)))


def by_page(scope: Scope, most: int = MOST_PAGES) -> Breakdown:
    """The pages reported from most often. Two queries."""
    numbers = counted(scope.received(), "page_document_id")
    rest = _rest(numbers.pop("", 0), _("Not reported from a page"), scope.address_of_received(without_page=True))
    numbers = dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:most])
    found = Document.objects.filter(document_id__in=numbers)
    names = {code: code for code in numbers} | {document.document_id: str(document) for document in found}
    return Breakdown(_portions(numbers, names, lambda code: scope.address_of_received(page=code)), rest)


def by_chapter(scope: Scope) -> Breakdown:
    """By the chapter that the page stands in today. Three queries."""
    numbers = counted(scope.received(), "page")
    chapters = {page.path: page for page in ChapterPage.objects.only("pk", "path", "title").order_by("path")}
    paths = dict(Page.objects.filter(pk__in=numbers).values_list("pk", "path"))
    depths = {len(path) for path in chapters}
    of_chapter: dict[int, int] = {}
    for pk, path in paths.items():
        for chapter in filter(None, (chapters.get(path[:depth]) for depth in depths)):
            of_chapter[chapter.pk] = of_chapter.get(chapter.pk, 0) + numbers[pk]
    names = {page.pk: page.title for page in chapters.values()}
    rest = _rest(numbers.get(None, 0), _("From no page"), scope.address_of_received(without_chapter=True))
    return Breakdown(_portions(of_chapter, names, lambda pk: scope.address_of_received(chapter=pk)), rest)


def by_unit(scope: Scope) -> Breakdown:
    """By the units right below the one chosen, each with those below it; and what the chosen one has itself. Two or
    three queries."""
    numbers = counted(scope.received(), "unit")
    top, belongs_to, names = unit_tree(scope.unit)
    of_unit: dict[int, int] = {}
    for pk, number in numbers.items():
        of_unit[belongs_to[pk]] = of_unit.get(belongs_to[pk], 0) + number

    def address(pk: int) -> str:
        return scope.address_of_received(unit=pk, unit_itself=pk == top)

    return Breakdown(_portions(of_unit, names, address))


def unit_tree(top: Unit | None) -> tuple[int | None, dict[int, int], dict[int, str]]:
    """The key of the chosen unit; which of it and those right below it every unit belongs to; and their names. One or
    two queries."""
    top = top or Unit.objects.municipality()
    if top is None:
        return None, {}, {}
    length = len(top.path) + Unit.steplen
    keys: dict[str, int] = {}
    names, belongs_to = {}, {}
    for pk, path, name in Unit.objects.under([top.path]).values_list("pk", "path", "name"):
        if len(path) <= length:
            keys[path], names[pk] = pk, name
        belongs_to[pk] = keys[path[:length]]
    return top.pk, belongs_to, names


def counted(cases: CaseQuerySet, field: str) -> dict[Any, int]:
    """How many cases by the value of the field. One query."""
    return dict(cases.values_list(field).annotate(number=Count("*")))


def _portions(numbers: dict[Any, int], names: dict[Any, str], address: Callable[[Any], str]) -> list[Portion]:
    made: Iterable[Portion] = (Portion(key, names[key], number, address(key)) for key, number in numbers.items())
    return sorted(made, key=lambda portion: (-portion.number, portion.label))


def _rest(number: int, label: str, address: str) -> Portion | None:
    return Portion(None, label, number, address) if number else None
