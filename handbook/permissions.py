"""Who may do what in the handbook. Reading is for every employee: nothing in it is secret, and
what nobody knows can't be followed. Writing, approving, withdrawing and arranging (moving, sorting)
follow the unit that owns the page."""

from enum import StrEnum
from typing import TYPE_CHECKING

from handbook import mandates
from handbook.terms import Kind
from organisation.models import Unit, User
from organisation.roles import Right

if TYPE_CHECKING:
    from handbook.models import ControlledPage, Document, Edition


_LOOKING_AFTER: dict[Right, set[str]] = {
    Right.WRITE_HANDBOOK: {"write"},
    Right.APPROVE_HANDBOOK: {"decide", "withdraw", "review"},
    Right.MANAGE_SYSTEM: {"withdraw", "review"},
    Right.REQUIRE_READING: set(),
    Right.FOLLOW_UP_PEOPLE: set(),
}


class Act(StrEnum):
    """What can be done with a page."""

    READ = "read"
    READ_DRAFT = "read_draft"
    WRITE = "write"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    ARRANGE = "arrange"


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
        case Act.WRITE:
            return user.has_right(Right.WRITE_HANDBOOK, unit)
        case Act.READ_DRAFT:
            return user.has_right(Right.WRITE_HANDBOOK, unit) or _approves(user, page)
        case Act.APPROVE:
            return _approves(user, page)
        case Act.WITHDRAW | Act.ARRANGE:
            return user.has_right(Right.MANAGE_SYSTEM, unit) or _approves(user, page)


def _approves(user: User, page: "ControlledPage | None") -> bool:
    if page is None:
        return user.has_right(Right.APPROVE_HANDBOOK)
    return mandates.capacity(user, page) is not None


def may_review(user: User, unit: Unit) -> bool:
    """Whether the person may say that a document of this unit holds until a later date: those who approve
    for the unit, and those who look after the system (G7)."""
    approves = user.has_right(Right.APPROVE_HANDBOOK, unit)
    return user.is_active and (approves or user.has_right(Right.MANAGE_SYSTEM, unit))


def looked_after(user: User, edition: "Edition") -> set[str]:
    """What the person's roles let them do with the document of an edition: "write", "decide", "withdraw",
    "review", "require" (reading), "names" (of those who have read), "supplement" (write one for the own unit). For the links beside the page, so a reader
    without a role costs no query; who approves by mandate comes from Min side. The screens ask for themselves."""
    held = {right for right in _LOOKING_AFTER if user.has_right(right)}
    if not held:
        return set()
    found = {"names"} if Right.FOLLOW_UP_PEOPLE in held else set()
    if Right.WRITE_HANDBOOK in held and edition.kind not in (Kind.CHAPTER, Kind.SUPPLEMENT):
        found.add("supplement")
    if sets_reading_duties(user, edition):
        found.add("require")
    for right in held:
        if user.has_right(right, edition.owner_unit):
            found |= _LOOKING_AFTER[right]
    return found


def may_require_reading(user: User, owner: Unit, unit: Unit | None) -> bool:
    """Whether the person may ask `unit` (None: the whole municipality) to confirm a document of `owner` (G8):
    who writes for the owner may ask anybody, others only where they have the right."""
    if user.has_right(Right.WRITE_HANDBOOK, owner):
        return True
    asked = unit or Unit.objects.municipality()
    return any(user.has_right(right, asked) for right in (Right.MANAGE_SYSTEM, Right.REQUIRE_READING))


def sets_reading_duties(user: User, edition: "Edition") -> bool:
    """Whether there is anybody at all the person may ask to confirm the edition's document."""
    if user.has_right(Right.MANAGE_SYSTEM) or user.has_right(Right.REQUIRE_READING):
        return True
    return user.has_right(Right.WRITE_HANDBOOK) and user.has_right(Right.WRITE_HANDBOOK, edition.owner_unit)


def reads_draft(user: User, document: "Document") -> bool:
    """Whether the person reads the draft of the document's page: those who write it, and those who approve it."""
    return document.page is not None and can(user, Act.READ_DRAFT, document.page.specific)


def writes(user: User, document: "Document") -> bool:
    """Whether the person writes the document's page. Nobody does when the page is gone."""
    return document.page is not None and can(user, Act.WRITE, document.page.specific)
