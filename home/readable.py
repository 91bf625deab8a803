"""Which of some rows a person may read. For lists that an index finds quickly, where the whole
condition of `visible_to` would make the database look through every case."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from cases.models import Case
from organisation.models import User

Row = TypeVar("Row")


def readable(user: User, rows: Iterable[Row], case_of: Callable[[Row], Case]) -> list[Row]:
    """The rows whose case is in `visible_to(user)`. An ordinary case is read by every employee, so only
    the sealed ones are asked for: one query when there are any, else none."""
    rows = list(rows)
    sealed = {case_of(row).pk for row in rows if case_of(row).sealed}
    visible: set[int] = set()
    if sealed:
        visible = set(Case.objects.visible_to(user).filter(pk__in=sealed).values_list("pk", flat=True))
    return [row for row in rows if user.is_active and (not case_of(row).sealed or case_of(row).pk in visible)]


def itself(case: Case) -> Case:
    """The case of a row that is a case."""
    return case


def case_of(row: object) -> Case:
    """The case of a measure or a notice."""
    return row.case  # type: ignore[attr-defined,no-any-return]
