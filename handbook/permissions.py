"""Who may do what in the handbook. Reading is for every employee: nothing in it is secret, and
what nobody knows can't be followed. Writing and publishing follow the unit that owns the page."""

from enum import StrEnum
from typing import TYPE_CHECKING

from organisation.models import User
from organisation.roles import Right

if TYPE_CHECKING:
    from handbook.models import ControlledPage, Document


class Act(StrEnum):
    """What can be done with a page."""

    READ = "read"
    READ_DRAFT = "read_draft"
    WRITE = "write"
    PUBLISH = "publish"


def can(user: User, act: Act, page: "ControlledPage | None") -> bool:
    """Whether the person may do it. `page` is None before it exists: then anywhere counts.

    Raises ValueError on an act that is not in `Act`.
    """
    act = Act(act)
    if not user.is_active or not user.is_authenticated:
        return False
    unit = page.owner_unit if page is not None and page.owner_unit_id else None
    match act:
        case Act.READ:
            return page is None or page.live or user.has_right(Right.WRITE_HANDBOOK, unit)
        case Act.READ_DRAFT | Act.WRITE:
            return user.has_right(Right.WRITE_HANDBOOK, unit)
        case Act.PUBLISH:
            return user.has_right(Right.PUBLISH_HANDBOOK, unit)


def writes(user: User, document: "Document") -> bool:
    """Whether the person writes the document's page. Nobody does when the page is gone."""
    return document.page is not None and can(user, Act.WRITE, document.page.specific)
