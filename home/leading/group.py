"""A group of red things on the leader's page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window

from cases.models import Case
from cases.register import reading_of_visible
from home.due import Due
from organisation.models import User

SHOWN = 4


@dataclass(frozen=True)
class Item:
    """One red thing: what, why, where, and how late."""

    title: str
    url: str
    why: str
    tag: Due


@dataclass(frozen=True)
class Group:
    """Red things of one kind: how many there are, the worst of them, and where they all are. `hint` says what to do."""

    code: str
    title: str
    number: int
    items: list[Item]
    url: str
    hint: str = ""


def group_of(
    code: str, title: str, rows: QuerySet[Any], item: Callable[[Any], Item], url: str, hint: str = ""
) -> Group:
    """One query: the first rows, each with how many there are."""
    first = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return Group(code, title, first[0].total if first else 0, [item(row) for row in first], url, hint)


def first_of(
    code: str, title: str, rows: Sequence[Any], item: Callable[[Any], Item], url: str, hint: str = ""
) -> Group:
    """The same of what is found already."""
    return Group(code, title, len(rows), [item(row) for row in rows[:SHOWN]], url, hint)


def item_of_case(case: Case, user: User, tag: Due) -> Item:
    """A case as the person reads it."""
    why = f"{case.reference} · {case.get_status_display()} · {case.unit}"
    return Item(reading_of_visible(case, user).text(case.title), case.get_absolute_url(), why, tag)
