"""How it goes with the cases of findings, for one reader: a case the reader may not read is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cases.models import Case
from organisation.models import User


@dataclass(frozen=True)
class Followed:
    """A finding, or another thing with a case, and its case as far as the reader may know of it."""

    thing: Any
    case: Case | None

    @property
    def is_open(self) -> bool:
        return self.case is not None and self.case.is_open

    @property
    def has_hidden_case(self) -> bool:
        return self.case is None and self.thing.case_id is not None


def of(things: Iterable[Any], reader: User) -> list[Followed]:
    """Each with its case. One query."""
    rows = list(things)
    ids = [row.case_id for row in rows if row.case_id]
    cases = Case.objects.visible_to(reader).for_list().in_bulk(ids) if ids else {}
    return [Followed(row, cases.get(row.case_id)) for row in rows]
