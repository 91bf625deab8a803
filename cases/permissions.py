"""Who may do what with a case. `visible_condition` is the same rule as `can(…, Act.READ, …)`, as a
database condition; a test holds the two together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from organisation.models import User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from wagtail.models import Page

    from cases.models import Case


ANONYMOUS_TO_COLLEAGUES = "colleagues"  # of Case.Anonymity


class Act(StrEnum):
    """What can be done with a case."""

    REPORT = "report"
    READ = "read"
    READ_WHOLE = "read_whole"
    KNOW_REPORTER = "know_reporter"
    READ_INTERNAL = "read_internal"
    READ_HISTORY = "read_history"
    COMMENT = "comment"
    ATTACH = "attach"
    HANDLE = "handle"
    REASSIGN = "reassign"
    SEAL = "seal"
    ARCHIVE = "archive"
    TRIAGE = "triage"
    SEND_BACK = "send_back"
    ADD = "add"
    WRITE_OUT = "write_out"
    ASK_RELEVANCE = "ask_relevance"


def can(user: User, act: Act, case: "Case | None") -> bool:
    """Whether the person may do it. `case` is None for what needs no case (report, record)."""
    if not user.is_active:
        return False
    if act == Act.REPORT:
        return True
    if case is None:
        return False
    return _RULES[act](user, case)


def _reads(user: User, case: "Case") -> bool:
    if case.needs_triage:
        return user.pk == case.handler_id or _sorts(user, case)
    return not case.sealed or user.has_right(Right.READ_SEALED_CASES, case.unit) or belongs(user, case)


def belongs(user: User, case: "Case") -> bool:
    """Whether the person has to do with this very case, and does not read it by a role only: reporter, handler, and of
    a sealed one those responsible for its measures and the named readers."""
    if user.pk in (case.reporter_id, case.handler_id):
        return True
    if not case.sealed:
        return False
    return case.readers.filter(user=user).exists() or case.actions.filter(responsible=user).exists()


def _reads_whole(user: User, case: "Case") -> bool:
    if case.sealed or case.needs_triage:
        return _reads(user, case)
    units = [unit for unit in (case.unit, case.page_owner) if unit]
    return belongs(user, case) or any(user.has_right(Right.READ_WHOLE_CASES, unit) for unit in units)


def _knows_reporter(user: User, case: "Case") -> bool:
    """Who reads the case whole sees the reporter's name. Of one who is anonymous to colleagues: only the reporter, the
    case handler, and those who handle cases in the very unit that has it – not from above, and not by other rights."""
    return _reads_whole(user, case) and is_close_to(user, case)


def is_close_to(user: User, case: "Case") -> bool:
    """Of those who read the case whole, who knows the reporter's name."""
    if case.anonymity != ANONYMOUS_TO_COLLEAGUES or user.pk in (case.reporter_id, case.handler_id):
        return True
    return case.unit.path in user.right_paths(Right.HANDLE_CASES)


def _handles(user: User, case: "Case") -> bool:
    """The handler, and those with the right at the unit; a sealed case only those who may read it. Before it is
    sorted, those who sort it."""
    if case.needs_triage:
        return _sorts(user, case)
    return _reads(user, case) and (user.pk == case.handler_id or user.has_right(Right.HANDLE_CASES, case.unit))


def _reassigns(user: User, case: "Case") -> bool:
    return _handles(user, case) or (_reads(user, case) and user.has_right(Right.ROUTE_CASES, case.unit))


def _reads_internal(user: User, case: "Case") -> bool:
    return _handles(user, case) or (_reads(user, case) and user.has_right(Right.READ_CASE_HISTORY, case.unit))


def _comments(user: User, case: "Case") -> bool:
    """Everybody who reads may speak, but an auditor changes nothing (G1)."""
    return _reads(user, case) and not _only_audits(user, case)


def may_follow(user: User) -> bool:
    """Whether the person may follow anything: everybody but who only audits, who changes nothing (G1)."""
    audits = user.has_right(Right.READ_CASE_HISTORY) and not user.has_right(Right.HANDLE_CASES)
    return user.is_active and not audits


def _attaches(user: User, case: "Case") -> bool:
    return _handles(user, case) or user.pk == case.reporter_id


def _archives(user: User, case: "Case") -> bool:
    """Those who look after the archive, of what they may read: to a sealed case they are given access first."""
    return _reads(user, case) and user.has_right(Right.ARCHIVE_CASES, case.unit)


def _sorts(user: User, case: "Case") -> bool:
    """Those who receive what comes from outside, at the unit that has it."""
    return user.has_right(Right.TAKE_IN, case.unit)


def _triages(user: User, case: "Case") -> bool:
    return case.needs_triage and _sorts(user, case)


def _sends_back(user: User, case: "Case") -> bool:
    """The unit it was sorted to. A sealed case is sent to the right unit instead: what the unit has written in it is
    not for those who sort."""
    return case.has_correspondent and not case.needs_triage and not case.sealed and _reassigns(user, case)


def _adds(user: User, case: "Case") -> bool:
    """Those who receive what comes from outside, to the cases they may read."""
    return _reads(user, case) and _sorts(user, case)


def _writes_out(user: User, case: "Case") -> bool:
    """Those who speak for the municipality to the person outside who reported the case."""
    return case.has_correspondent and (_handles(user, case) or (_reads(user, case) and _sorts(user, case)))


def _asks_relevance(user: User, case: "Case") -> bool:
    """Those who lead the unit that handled it, or look after quality there; a sealed case is asked about nowhere."""
    return not case.sealed and _reads(user, case) and user.has_right(Right.ASK_RELEVANCE, case.unit)


def _only_audits(user: User, case: "Case") -> bool:
    reads_as_auditor = user.has_right(Right.READ_CASE_HISTORY, case.unit) and not user.has_right(Right.HANDLE_CASES)
    return reads_as_auditor and user.pk not in (case.reporter_id, case.handler_id)


_RULES = {
    Act.READ: _reads,
    Act.READ_WHOLE: _reads_whole,
    Act.KNOW_REPORTER: _knows_reporter,
    Act.READ_INTERNAL: _reads_internal,
    Act.READ_HISTORY: _reads_internal,
    Act.COMMENT: _comments,
    Act.ATTACH: _attaches,
    Act.HANDLE: _handles,
    Act.REASSIGN: _reassigns,
    Act.SEAL: _handles,
    Act.ARCHIVE: _archives,
    Act.TRIAGE: _triages,
    Act.SEND_BACK: _sends_back,
    Act.ADD: _adds,
    Act.WRITE_OUT: _writes_out,
    Act.ASK_RELEVANCE: _asks_relevance,
}


def composes_questions(user: User, page: "Page | None") -> bool:
    """Whether the person may compose the extra questions of a page (G17): who may write the page, by the right
    to write in the handbook at the unit that owns it. `page` is None for any page at all."""
    if not user.is_active or not user.has_right(Right.WRITE_HANDBOOK):
        return False
    return page is None or page.specific.permissions_for_user(user).can_edit()


def visible_condition(user: User, case: str = "") -> Q:
    """The cases the person may read, as a condition on Case, or on what has one: `case` is then "case__"."""
    if not user.is_active:
        return Q(pk__in=[])
    readers = apps.get_model("cases", "CaseReader").objects.filter(user=user).values("case")
    actions = apps.get_model("cases", "Action").objects.filter(responsible=user).values("case")
    sorted_ones = Q(**{f"{case}needs_triage": False}) & (
        Q(**{f"{case}sealed": False})
        | Q(**{f"{case}reporter": user})
        | Q(**{f"{case}handler": user})
        | Q(**{f"{case}pk__in": readers})
        | Q(**{f"{case}pk__in": actions})
        | within(user.right_paths(Right.READ_SEALED_CASES), f"{case}unit__path")
    )
    unsorted = Q(**{f"{case}needs_triage": True}) & (
        Q(**{f"{case}handler": user}) | within(user.right_paths(Right.TAKE_IN), f"{case}unit__path")
    )
    return sorted_ones | unsorted


def whole_condition(user: User) -> Q:
    """Of the cases the person may read, those read whole, as a condition on Case."""
    paths = user.right_paths(Right.READ_WHOLE_CASES)
    return (
        Q(sealed=True)
        | Q(needs_triage=True)
        | Q(reporter=user)
        | Q(handler=user)
        | within(paths, "unit__path")
        | within(paths, "page_owner__path")
    )


def known_condition(user: User) -> Q:
    """Of the cases the person reads whole, those where the person knows who reported it, as a condition on Case."""
    return (
        ~Q(anonymity=ANONYMOUS_TO_COLLEAGUES)
        | Q(reporter=user)
        | Q(handler=user)
        | Q(unit__path__in=user.right_paths(Right.HANDLE_CASES))
    )
