"""Who may do what: one table of role → rights (G1). Imports nothing of ours.

A role is held at a unit and its rights flow down the unit tree, never up. Everybody with an account
is an employee and may read the handbook and the ordinary cases (masked) and report.
`docs/permissions.md` explains the same table in prose; a test keeps the two alike.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    """What a role can give, at a unit and below."""

    READ_WHOLE_CASES = "cases.read_whole", _("read ordinary cases unmasked")
    READ_SEALED_CASES = "cases.read_sealed", _("read sealed cases")
    HANDLE_CASES = "cases.handle", _("assess, decide and close cases")
    ROUTE_CASES = "cases.route", _("send cases to the right unit")
    ASK_RELEVANCE = "cases.ask_relevance", _("ask other units whether a case is relevant for them")
    TAKE_IN = "cases.take_in", _("receive and sort what comes from inhabitants")
    READ_CASE_HISTORY = "cases.read_history", _("read the full history of cases")
    ARCHIVE_CASES = "cases.archive", _("hand ended cases over to the archive")
    REVIEW_LOOK_UPS = "cases.review_look_ups", _("see who has opened sealed cases")
    RECEIVE_DISCLOSURES = "disclosures.receive", _("receive and follow up whistleblowing")
    MANAGE_REGISTERS = "cases.manage_registers", _("look after causes and categories")
    WRITE_HANDBOOK = "handbook.write", _("write in the handbook")
    APPROVE_HANDBOOK = "handbook.approve", _("approve and withdraw in the handbook")
    REQUIRE_READING = "handbook.require_reading", _("ask the unit to confirm a document")
    APPROVE_SUPPLEMENTS = "handbook.approve_supplement", _("approve the unit's supplements to procedures")
    MANAGE_SYSTEM = "handbook.manage", _("look after requirements, reading duties and plans")
    FOLLOW_UP_PEOPLE = "people.follow_up", _("see who has read and learned what")
    WRITE_RISKS = "risk.write", _("work with risk assessments")
    DECIDE_RISKS = "risk.decide", _("decide risk assessments and accept risks")
    READ_RESTRICTED_RISKS = "risk.read_restricted", _("read drafts and restricted risk assessments")
    KEEP_CONTROLS = "audits.keep", _("keep inspections and self-checks of the unit")
    PLAN_AUDITS = "audits.plan", _("plan audits and look after the audit programme")
    READ_CONTROLS = "audits.read", _("read unfinished and restricted inspections and audits")
    READ_MUNICIPAL_CONTROL = "audits.read_municipal", _("read restricted controls by the council and its committee")
    PREPARE_REVIEWS = "results.prepare_review", _("prepare management reviews")
    HOLD_REVIEWS = "results.hold_review", _("hold management reviews and decide in them")
    MANAGE_RESULTS = "results.manage", _("look after goals, indicators, maturity and plans of the unit")
    READ_RESULTS = "results.read", _("read the leader's page and unfinished reviews of the unit")
    PLAN_UNIT = "wheel.plan", _("put duties in the annual wheel")
    MANAGE_MAIL = "organisation.mail", _("decide about letters that were not delivered")
    MANAGE_ORGANISATION = "organisation.manage", _("look after units, users and roles")


class Role(models.TextChoices):
    """The roles a person can hold at a unit."""

    UNIT_LEADER = "unit_leader", _("Unit leader")
    DEPUTY = "deputy", _("Deputy leader")
    CASE_HANDLER = "case_handler", _("Case handler")
    PROCESS_OWNER = "process_owner", _("Process owner")
    QUALITY_EDITOR = "quality_editor", _("Quality editor")
    QUALITY_MANAGER = "quality_manager", _("Quality manager")
    SERVICE_DESK = "service_desk", _("Service desk")
    AUDITOR = "auditor", _("Auditor")
    WHISTLEBLOWING_RECIPIENT = "whistleblowing", _("Recipient of whistleblowing")
    ADMINISTRATOR = "administrator", _("Administrator")
    ARCHIVIST = "archivist", _("Archivist")
    CONTROL_BODY = "control_body", _("Control committee or municipal audit")


_LEADER = frozenset(
    {
        Right.READ_WHOLE_CASES,
        Right.READ_SEALED_CASES,
        Right.HANDLE_CASES,
        Right.ROUTE_CASES,
        Right.ASK_RELEVANCE,
        Right.READ_CASE_HISTORY,
        Right.FOLLOW_UP_PEOPLE,
        Right.PLAN_UNIT,
        Right.REQUIRE_READING,
        Right.APPROVE_SUPPLEMENTS,
        Right.WRITE_RISKS,
        Right.DECIDE_RISKS,
        Right.READ_RESTRICTED_RISKS,
        Right.KEEP_CONTROLS,
        Right.READ_CONTROLS,
        Right.PREPARE_REVIEWS,
        Right.HOLD_REVIEWS,
        Right.MANAGE_RESULTS,
        Right.READ_RESULTS,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.UNIT_LEADER: _LEADER,
    Role.DEPUTY: _LEADER,
    Role.CASE_HANDLER: frozenset(
        {Right.READ_WHOLE_CASES, Right.HANDLE_CASES, Right.ROUTE_CASES, Right.READ_CASE_HISTORY, Right.WRITE_RISKS}
    ),
    Role.PROCESS_OWNER: frozenset(
        {Right.READ_WHOLE_CASES, Right.WRITE_HANDBOOK, Right.APPROVE_HANDBOOK, Right.WRITE_RISKS}
    ),
    Role.QUALITY_EDITOR: frozenset({Right.WRITE_HANDBOOK}),
    Role.QUALITY_MANAGER: frozenset(
        {
            Right.MANAGE_MAIL,
            Right.READ_WHOLE_CASES,
            Right.HANDLE_CASES,
            Right.ROUTE_CASES,
            Right.ASK_RELEVANCE,
            Right.TAKE_IN,
            Right.READ_CASE_HISTORY,
            Right.REVIEW_LOOK_UPS,
            Right.MANAGE_REGISTERS,
            Right.WRITE_HANDBOOK,
            Right.MANAGE_SYSTEM,
            Right.FOLLOW_UP_PEOPLE,
            Right.WRITE_RISKS,
            Right.READ_RESTRICTED_RISKS,
            Right.KEEP_CONTROLS,
            Right.PLAN_AUDITS,
            Right.READ_CONTROLS,
            Right.READ_MUNICIPAL_CONTROL,
            Right.PREPARE_REVIEWS,
            Right.MANAGE_RESULTS,
            Right.READ_RESULTS,
        }
    ),
    Role.SERVICE_DESK: frozenset({Right.READ_WHOLE_CASES, Right.ROUTE_CASES, Right.TAKE_IN}),
    Role.AUDITOR: frozenset(
        {
            Right.READ_WHOLE_CASES,
            Right.READ_CASE_HISTORY,
            Right.REVIEW_LOOK_UPS,
            Right.FOLLOW_UP_PEOPLE,
            Right.READ_RESTRICTED_RISKS,
            Right.READ_CONTROLS,
            Right.READ_MUNICIPAL_CONTROL,
            Right.READ_RESULTS,
        }
    ),
    Role.CONTROL_BODY: frozenset({Right.READ_MUNICIPAL_CONTROL}),
    Role.ARCHIVIST: frozenset({Right.READ_WHOLE_CASES, Right.ARCHIVE_CASES}),
    Role.WHISTLEBLOWING_RECIPIENT: frozenset({Right.RECEIVE_DISCLOSURES}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_ORGANISATION, Right.MANAGE_REGISTERS, Right.MANAGE_MAIL}),
}

# The admin is for those who write, approve or look after registers and organisation.
ADMIN_RIGHTS = frozenset(
    {
        Right.WRITE_HANDBOOK,
        Right.APPROVE_HANDBOOK,
        Right.MANAGE_REGISTERS,
        Right.MANAGE_ORGANISATION,
        Right.TAKE_IN,
    }
)


def enters_admin(role: Role) -> bool:
    """Whether the role gives anything to do in the admin."""
    return bool(RIGHTS[role] & ADMIN_RIGHTS)
