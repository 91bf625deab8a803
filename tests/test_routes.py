"""Every address has a declared rule, and every role is tried on it.

A new address without a line in RULES fails the first test. A rule is who may open the address: PUBLIC
needs no login, ALL is every employee, a set names the people of the cast; everybody else gets 403 or
404, and who is not logged in is sent to the login page. POST_ONLY answers 405 to GET for all.
"""

import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from audits.models import InspectionFile, InspectorAccess, Programme, Sheet
from cases.models import Attachment, CardBatch, Case, Disclosure, Intake, IntakeFile, Integration, ReadingCopy
from cases.uploads import CleanFile
from handbook import hearings
from handbook.models import (
    Delegation,
    FilledChecklist,
    HearingComment,
    HearingLink,
    HearingRound,
    KeptFile,
    Printout,
    Proposal,
    ReadingDuty,
)
from handbook.models.proposal import passages_in
from home.models import CalendarLink, WheelEntry
from organisation import clock
from organisation.absence import Absence
from organisation.models import RoleAssignment, Unit
from organisation.roles import Role
from organisation.tokens import checksum, new_token
from results import annual_reports
from results.models import AnnualReport, Measurement, PlanMeasure, SurveyImport, UnitPlan
from results.survey import reading as survey_reading
from risk.models import SheetImport
from risk.sheet import reading
from tests import factories
from tests.conftest import CAST
from tests.results.scorecards import make_goal, make_indicator
from tests.risk.sheets import sheet_file

PUBLIC = "public"
BY_KEY = ("api", "open311")  # let in by a key and not by login: tests/cases/test_api.py tries every one
POST_ONLY = "post only"
ALL = frozenset(CAST)
HANDLERS = frozenset({"leader", "deputy", "handler", "quality_manager", "director"})
ROUTERS = HANDLERS | {"service_desk"}
LEADERS = frozenset({"leader", "deputy", "it_leader", "director"})
RISK_WRITERS = HANDLERS | {"approver"}
HISTORY_READERS = HANDLERS | {"auditor"}
WHOLE_READERS = HISTORY_READERS | {"service_desk", "reporter", "approver"}
ADMIN = frozenset({"approver", "process_owner", "editor", "quality_manager", "administrator", "service_desk"})
WRITERS = frozenset({"approver", "process_owner", "editor", "quality_manager"})
RECIPIENTS = frozenset({"process_owner"})  # of whistleblowing: see `a_disclosure`
MANAGERS = frozenset({"quality_manager"})
RECEIVERS = frozenset({"service_desk", "quality_manager"})
ADMINISTRATORS = frozenset({"administrator"})
DUTY_SETTERS = frozenset({"approver", "editor", "leader", "deputy", "it_leader", "director", "quality_manager"})

# Management review: of home care, and the yearly report of the municipality
REVIEW_BEGINNERS = LEADERS | {"quality_manager"}
REVIEW_PREPARERS = frozenset({"leader", "deputy", "director", "quality_manager"})
REVIEW_HOLDERS = frozenset({"leader", "deputy", "director"})
REPORT_WRITERS = frozenset({"director", "quality_manager"})

RISK_BEGINNERS = RISK_WRITERS | {"it_leader", "process_owner"}
RISK_DECIDERS = frozenset({"leader", "deputy", "director"})

AUDITORS = frozenset({"auditor"})  # who leads the audit of `addresses_of_audits`
AUDIT_PREPARERS = MANAGERS | AUDITORS
RESULT_MANAGERS = frozenset({"leader", "deputy", "quality_manager", "director"})  # of home care
PLANNERS = RESULT_MANAGERS | {"it_leader"}  # somewhere
RESULT_MANAGERS = frozenset({"leader", "deputy", "director", "quality_manager"})

NOBODY: frozenset[str] = frozenset()  # an archivist is not in the cast: tests/cases/test_archive.py

CHECKLIST = ("checklist", {"title": "Vernerunde", "items": ["Rømningsvei fri"]})
OPTIONS = [{"text": "Ja", "right": True}, {"text": "Nei", "right": False}]
QUESTION = {"question": "Er det trygt?", "options": OPTIONS, "why": "Fordi."}
QUIZ = ("quiz", {"audience": "reporter", "minutes": 3, "questions": [QUESTION]})
PAGE_WRITERS = frozenset({"approver", "editor", "quality_manager"})
HEARD = PAGE_WRITERS | {"reporter", "colleague", "leader", "deputy", "handler", "auditor"}

KEEPERS = frozenset({"leader", "deputy", "director", "quality_manager"})  # of inspections of home care
CONTROL_READERS = KEEPERS | {"auditor"}

RULES: dict[str, Any] = {
    # Inspections and self-checks
    **{f"audits:{name}": ALL for name in ("register", "inspections", "inspections_export", "inspection")},
    **{
        f"audits:{name}": ALL for name in ("inspection_file", "inspection_history", "self_checks", "self_checks_export")
    },
    "audits:inspection_pdf": ALL,
    "audits:register_inspection": KEEPERS | {"it_leader"},
    "audits:begin_self_check": KEEPERS | {"it_leader"},
    **{f"audits:{name}": KEEPERS for name in ("change_inspection", "record_visit", "record_report", "move_deadline")},
    **{f"audits:{name}": KEEPERS for name in ("write_answer", "take_up_again", "close_inspection", "record_council")},
    **{
        f"audits:{name}": KEEPERS
        for name in ("add_inspection_files", "take_away_file", "new_finding", "change_finding")
    },
    **{f"audits:{name}": KEEPERS for name in ("give_access", "access", "show_thing")},
    **{f"audits:{name}": POST_ONLY for name in ("put_back_file", "remove_finding", "hide_thing")},
    **{f"audits:{name}": POST_ONLY for name in ("new_access_link", "end_access")},
    **{f"audits:{name}": PUBLIC for name in ("inspector", "inspector_thing", "inspector_picture")},
    **{f"audits:{name}": CONTROL_READERS for name in ("self_check", "self_check_export", "sheet")},
    **{f"audits:{name}": frozenset({"director", "quality_manager"}) for name in ("self_check_history", "reopen_sheet")},
    **{f"audits:{name}_self_check": frozenset({"director", "quality_manager"}) for name in ("change", "copy", "send")},
    "audits:close_self_check": frozenset({"director", "quality_manager"}),
    "audits:new_question": frozenset({"director", "quality_manager"}),
    "audits:change_question": frozenset({"director", "quality_manager"}),
    "audits:remove_question": POST_ONLY,
    "audits:sign_sheet": frozenset({"leader", "deputy", "director"}),
    "login": PUBLIC,
    "health": PUBLIC,
    "logout": POST_ONLY,
    "colour_scheme": POST_ONLY,
    "my_page": ALL,
    **{f"search:{name}": ALL for name in ("search", "suggest")},
    **{f"search:{name}": POST_ONLY for name in ("pin", "unpin")},
    "results:maturity_overview": ALL,
    "results:maturity_export": ALL,
    "results:maturity": ALL,
    "results:maturity_history": ALL,
    "results:assess_maturity": RESULT_MANAGERS,
    "results:follow_up_maturity": RESULT_MANAGERS,
    **{f"results:{name}": ALL for name in ("profiles", "profile", "profile_export", "profile_drawing")},
    **{f"results:{name}": ALL for name in ("action_plans", "action_plan", "action_plan_pdf")},
    "results:new_action_plan": RESULT_MANAGERS | {"it_leader"},
    **{f"results:{step}_action_plan": RESULT_MANAGERS for step in ("change", "decide", "end", "carry_on")},
    **{f"results:{name}": RESULT_MANAGERS for name in ("add_plan_item", "take_in_case", "change_plan_item")},
    "results:remove_plan_item": POST_ONLY,
    **{f"results:{name}": ALL for name in ("networks", "networks_export", "network")},
    "results:new_network": RESULT_MANAGERS | {"it_leader"},
    **{f"results:{step}_network": RESULT_MANAGERS for step in ("change", "evaluate")},
    "results:new_profile": RESULT_MANAGERS | {"it_leader"},
    **{
        f"results:{name}": RESULT_MANAGERS
        for name in ("change_profile", "enter_profile", "add_element", "change_element")
    },
    "results:statistics": ALL,
    "results:statistics_export": ALL,
    "results:statistics_chart": ALL,
    "risk:export": ALL,
    "risk:pdf": ALL,
    "risk:empty_sheet": RISK_BEGINNERS,
    "risk:import_sheet": RISK_BEGINNERS,
    "risk:sheet_import": frozenset({"leader"}),  # a sheet that was read is its reader's own
    "risk:sheet_changes": frozenset({"leader"}),
    "risk:discard_sheet": POST_ONLY,
    "cases:stories": ALL,
    "cases:follow": POST_ONLY,
    "cases:unfollow": POST_ONLY,
    "cases:story": ALL,
    "cases:ask_relevance": frozenset({"leader", "deputy", "director", "quality_manager"}),
    "cases:answer_inquiry": frozenset({"it_leader", "director"}),
    "cases:retell": HANDLERS,
    "overviews": ALL,
    "wheel": ALL,
    "wheel_download": ALL,
    "wheel_entry": ALL,
    "wheel_add": frozenset({"leader", "deputy", "it_leader", "director", "quality_manager"}),
    "wheel_change": frozenset({"leader", "deputy", "director", "quality_manager"}),
    "wheel_done": POST_ONLY,
    "wheel_subscription": ALL,
    "wheel_feed": PUBLIC,
    "absences": ALL,
    "letters": frozenset({"quality_manager", "administrator"}),
    "decide_letter": POST_ONLY,
    "new_absence": ALL,
    "end_absence": frozenset({"leader", "deputy", "director", "administrator"}),
    "risk:begin": RISK_BEGINNERS,
    "risk:assessment": ALL,
    "risk:history": ALL,
    "risk:decision": ALL,
    "risk:copy": RISK_BEGINNERS,
    "risk:change": RISK_WRITERS,
    "risk:add_participant": RISK_WRITERS,
    "risk:remove_participant": POST_ONLY,
    "risk:ask": POST_ONLY,
    "risk:decide": RISK_DECIDERS,
    "risk:revise": POST_ONLY,
    "risk:end": RISK_DECIDERS,
    "risk:row": ALL,
    "risk:tie": RISK_WRITERS,
    "risk:untie": POST_ONLY,
    "risk:accept": RISK_DECIDERS,
    "risk:withdraw_acceptance": POST_ONLY,
    "risk:confirm_residual": RISK_WRITERS,
    "risk:settle_repeats": RISK_WRITERS,
    "risk:raise_probability": POST_ONLY,
    "risk:save_cells": ALL,
    "risk:library": RISK_WRITERS,
    "risk:new_row": RISK_WRITERS,
    "risk:edit_row": RISK_WRITERS,
    **{f"risk:{name}_row": POST_ONLY for name in ("remove", "restore", "duplicate", "move")},
    "handbook:page": ALL,
    "handbook:picture": ALL,
    "handbook:document": ALL,
    "handbook:poster": ALL,
    "handbook:report_code": ALL,
    "handbook:pdf": ALL,
    "handbook:edition_pdf": ALL,
    "handbook:order_printout": POST_ONLY,
    "handbook:printout": frozenset({"reporter"}),
    "handbook:printout_file": frozenset({"reporter"}),
    "handbook:versions": ALL,
    "handbook:edition": ALL,
    "handbook:word": ALL,
    "handbook:edition_word": ALL,
    "handbook:compare": ALL,
    "handbook:choose_comparison": ALL,
    "handbook:attachment": ALL,
    "handbook:draft": frozenset({"approver", "editor", "quality_manager"}),
    "handbook:approve": frozenset({"approver"}),
    "handbook:cancel_approved": frozenset({"approver"}),  # nothing waits for its day; test_approval stops one
    "handbook:withdraw": frozenset({"approver", "quality_manager"}),
    "handbook:fill_checklist": ALL,
    "handbook:used": ALL,
    "handbook:quiz": ALL,
    "handbook:quiz_done": frozenset(),  # nobody has completed it; test_lessons does
    "handbook:checklists": ALL,
    "handbook:checklist": WHOLE_READERS,
    "handbook:export_checklists": ALL,
    "handbook:discard_checklist": POST_ONLY,
    "handbook:lessons": ALL,
    # Management review
    **{f"results:{name}": ALL for name in ("reviews", "reviews_export", "annual_reports")},
    **{f"results:review{name}": ALL for name in ("", "_history", "_pdf")},
    "results:review_begin": REVIEW_BEGINNERS,
    **{f"results:review_{name}": REVIEW_PREPARERS for name in ("change", "add_participant", "drop")},
    "results:review_comment": REVIEW_PREPARERS,
    **{
        f"results:review_{name}": REVIEW_HOLDERS for name in ("start", "decide", "change_decision", "sign_off", "close")
    },
    **{f"results:review_{name}": POST_ONLY for name in ("remove_participant", "remove_decision")},
    **{f"results:annual_report{name}": ALL for name in ("", "_pdf", "_word")},
    **{f"results:annual_report_{name}": REPORT_WRITERS for name in ("begin", "write")},
    "results:annual_report_issue": frozenset({"director"}),
    # The guidance of risk
    "risk:guidance": ALL,
    "handbook:lesson_register": frozenset({"leader", "deputy", "it_leader", "director", "quality_manager", "auditor"}),
    "handbook:lesson_register_unit": frozenset({"leader", "deputy", "director", "quality_manager", "auditor"}),
    "handbook:kept_picture": ALL,
    "handbook:coverage": ALL,
    "handbook:coverage_export": ALL,
    "handbook:matrix": ALL,
    "handbook:requirement": ALL,
    "handbook:document_requirements": ALL,
    "handbook:link": WRITERS,
    "handbook:set_applicability": MANAGERS,
    "handbook:change_mapping": PAGE_WRITERS,
    "handbook:end_mapping": POST_ONLY,
    "handbook:plans": ALL,
    "handbook:plan": ALL,
    "handbook:new_plan": MANAGERS,
    "handbook:change_plan": MANAGERS,
    **{f"handbook:{name}": ALL for name in ("rollout", "rollout_export", "plan_unit")},
    "handbook:choose_units": MANAGERS,
    **{f"handbook:{name}": RESULT_MANAGERS for name in ("name_responsible", "complete_unit_step")},
    "handbook:reopen_unit_step": POST_ONLY,
    "handbook:add_step": MANAGERS,
    "handbook:change_step": MANAGERS,
    "handbook:complete_step": MANAGERS | {"colleague"},
    "handbook:reopen_step": POST_ONLY,
    "handbook:move_step": POST_ONLY,
    "handbook:remove_step": POST_ONLY,
    "handbook:reviews": ALL,
    "handbook:reviews_export": ALL,
    "handbook:extend_review": frozenset({"approver", "quality_manager"}),
    "handbook:confirm": ALL,  # who is not asked comes to the page; test_confirmations tries to confirm
    "handbook:unclear": ALL,
    "handbook:duties": DUTY_SETTERS,
    "handbook:switch_off_duty": frozenset({"approver", "editor", "leader", "deputy", "director", "quality_manager"}),
    "handbook:confirmation_report": ALL,  # numbers; test_confirmation_reports tells who sees names
    "handbook:confirmation_export": ALL,
    "handbook:confirmation_overview": frozenset(
        {"leader", "deputy", "it_leader", "director", "quality_manager", "auditor"}
    ),
    "handbook:delegations": ALL,
    "handbook:export_delegations": ALL,
    "handbook:delegation": ALL,
    "handbook:new_delegation": LEADERS | {"approver", "process_owner", "quality_manager"},
    "handbook:withdraw_delegation": frozenset({"leader", "quality_manager"}),
    "handbook:hearings": ALL,
    "handbook:hearing": HEARD,
    "handbook:hearing_round": HEARD,
    "handbook:close_hearing": POST_ONLY,
    "handbook:answer_comment": PAGE_WRITERS,
    "handbook:hearing_links": PAGE_WRITERS,
    "handbook:revoke_link": POST_ONLY,
    "handbook:hearing_outsider": PUBLIC,
    "handbook:hearing_picture": PUBLIC,
    "handbook:propose": ALL,
    "handbook:proposals": ALL,
    "handbook:document_proposals": ALL,
    "handbook:proposal": PAGE_WRITERS | {"reporter", "auditor"},
    "cases:report": ALL,
    "cases:similar": ALL,
    "cases:questions": WRITERS,
    "cases:notices": ALL,
    "cases:read_notices": POST_ONLY,
    "cases:read_notice": POST_ONLY,
    "cases:notice_settings": ALL,
    "cases:status": PUBLIC,
    "cases:disclose": PUBLIC,
    "cases:disclosure_status": PUBLIC,
    "cases:room": RECIPIENTS,
    "cases:disclosure": RECIPIENTS,
    "cases:disclosure_file": RECIPIENTS,
    "cases:disclosure_write": RECIPIENTS,
    "cases:disclosure_note": RECIPIENTS,
    "cases:disclosure_take": RECIPIENTS,
    "cases:disclosure_end": RECIPIENTS,
    "cases:disclosure_check": RECIPIENTS,
    "cases:disclosure_let_in": RECIPIENTS,
    "cases:dialog": PUBLIC,
    "cases:confirm": PUBLIC,
    "cases:own_file": PUBLIC,
    "cases:revoke_links": POST_ONLY,
    "cases:better": PUBLIC,
    "cases:new_link": PUBLIC,
    "cases:improvements": PUBLIC,
    "cases:privacy": PUBLIC,
    "cases:write": frozenset(),  # the case is reported from inside; test_dialog writes to a person outside
    "cases:integrations": ADMINISTRATORS,
    "cases:integration": ADMINISTRATORS,
    "cases:new_integration": ADMINISTRATORS,
    "cases:new_key": ADMINISTRATORS,
    "cases:new_webhook": ADMINISTRATORS,
    "cases:switch_integration": POST_ONLY,
    "cases:revoke_key": POST_ONLY,
    "cases:switch_webhook": POST_ONLY,
    "cases:try_webhook": POST_ONLY,
    "cases:api_description": ALL,
    "cases:look_ups": frozenset({"quality_manager", "auditor"}),
    "cases:queue": RECEIVERS,
    "cases:take": POST_ONLY,
    "cases:conversation": RECEIVERS,
    "cases:look_up": RECEIVERS,
    "cases:attach_intake": RECEIVERS,
    "cases:send_back": frozenset(),  # the case is reported from inside; test_desk sends one back
    "cases:add": RECEIVERS,
    "cases:intake": RECEIVERS,
    "cases:discard": RECEIVERS,
    "cases:intake_file": RECEIVERS,
    "cases:triage": frozenset(),  # the case is sorted; test_desk sorts one that is not
    **{f"cases:{name}": RECEIVERS for name in ("cards", "cards_pdf", "upload_cards", "card_upload")},
    **{f"cases:{name}": RECEIVERS for name in ("transcribe_card", "card_picture", "discard_card")},
    "cases:join_card": POST_ONLY,
    "cases:split_card": POST_ONLY,
    "cases:register": ALL,
    "cases:export": ALL,
    "results": ALL,
    "leaders_page": HISTORY_READERS - {"handler"},
    "cases:measures": ALL,
    "cases:measures_export": ALL,
    "cases:save_view": POST_ONLY,
    "cases:delete_view": POST_ONLY,
    "cases:reading_copies": ALL,
    "cases:reading_copy": ALL,
    "cases:write_copy": HANDLERS,
    "cases:preview_copy": HANDLERS,
    "cases:detail": ALL,
    "cases:receipt": frozenset({"reporter"}),
    "cases:pdf": ALL,
    "cases:history": HISTORY_READERS,
    "cases:say": ALL - {"auditor"},
    "cases:attach": HANDLERS | {"reporter"},
    "cases:attachment": WHOLE_READERS,
    "cases:assess": HANDLERS,
    "cases:set_cause": HANDLERS,
    "cases:add_action": HANDLERS,
    "cases:change_action": HANDLERS,
    "cases:complete_action": HANDLERS | {"colleague"},
    "cases:cancel_action": HANDLERS,
    "cases:evaluate_action": HANDLERS,
    "cases:close": HANDLERS,
    "cases:reject": HANDLERS,
    "cases:duplicate": HANDLERS,
    "cases:take_over": HANDLERS,
    "cases:reopen": HANDLERS,
    "cases:archive": NOBODY,
    "cases:hand_over_several": POST_ONLY,
    "cases:archive_package": NOBODY,
    "cases:archive_receipt": NOBODY,
    "cases:archive_failure": NOBODY,
    "cases:archive_again": NOBODY,
    "cases:hand_over": NOBODY,
    "cases:reassign": ROUTERS,
    "cases:set_handler": HANDLERS,
    "cases:correct": HANDLERS,
    "cases:seal": HANDLERS,
    "cases:give_access": HANDLERS,
    # Scorecard and unit plans
    **{f"results:{name}": ALL for name in ("scorecard", "scorecard_export", "compare", "goal", "plans")},
    **{f"results:{name}": ALL for name in ("indicator", "indicator_history")},
    **{f"results:{name}": PLANNERS for name in ("new_goal", "new_plan")},
    **{f"results:{name}": RESULT_MANAGERS for name in ("change_goal", "new_indicator", "change_indicator")},
    "results:set_target": RESULT_MANAGERS,
    **{f"results:{name}": RESULT_MANAGERS | {"reporter"} for name in ("measure", "correct", "red", "no_case")},
    "results:count": POST_ONLY,
    "results:import_survey": PLANNERS | {"reporter"},  # who owns an indicator
    "results:survey": frozenset({"leader"}),  # a file that was read is its reader's own
    "results:discard_survey": POST_ONLY,
    **{f"results:{name}": ALL for name in ("plan_agreement", "plan_history", "plan_pdf")},
    "results:plan": RESULT_MANAGERS | {"auditor"},  # a draft
    **{f"results:{name}": RESULT_MANAGERS for name in ("change_plan", "new_plan_measure", "change_plan_measure")},
    "results:sign_plan": frozenset({"leader"}),
    **{f"results:{name}": frozenset({"director"}) for name in ("agree_plan", "send_back_plan")},
    **{f"results:{name}": POST_ONLY for name in ("remove_plan_measure", "take_in_plan", "revise_plan")},
    # Registers and overviews of risk
    **{f"risk:{name}": ALL for name in ("register", "register_export", "risks", "unit", "heat", "subjects")},
    **{f"risk:{name}": ALL for name in ("coverage", "coverage_export")},
    "risk:new_subject": RISK_BEGINNERS,
    "risk:change_subject": RISK_WRITERS,
    # Audits
    **{f"audits:{name}": ALL for name in ("programmes", "programme", "compare_programmes", "audits", "findings")},
    **{f"audits:{name}": ALL for name in ("export_findings", "audit", "report", "audit_pdf", "audit_history")},
    **{f"audits:{name}": ALL for name in ("questions", "field", "answer")},
    **{f"audits:{name}": MANAGERS for name in ("begin_programme", "change_programme", "proposal", "copy_audits")},
    **{f"audits:{name}": MANAGERS for name in ("plan_audit", "cancel_audit")},
    "audits:decide_programme": frozenset({"director"}),
    **{f"audits:{name}": AUDIT_PREPARERS for name in ("change_audit", "join_audit", "notify_audit")},
    **{f"audits:{name}": AUDIT_PREPARERS for name in ("build_questions", "add_question", "reword_question")},
    **{f"audits:{name}": AUDITORS for name in ("summarise_audit", "issue_report", "close_audit", "add_evidence")},
    **{f"audits:{name}": AUDITORS for name in ("write_finding", "change_finding", "add_evidence_to_finding")},
    **{f"audits:{name}": POST_ONLY for name in ("propose_programme", "leave_audit", "start_audit", "move_question")},
    **{f"audits:{name}": POST_ONLY for name in ("remove_question", "remove_evidence", "withdraw_finding")},
}


def our_patterns(patterns: list[Any] | None = None, namespace: str = "") -> set[str]:
    """Names of every address that is not Wagtail's own; Wagtail's are tried by `test_admin_…`."""
    names: set[str] = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            wagtails = str(getattr(pattern.urlconf_name, "__name__", "")).startswith("wagtail")
            if not wagtails and pattern.namespace not in BY_KEY:
                names |= our_patterns(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.add(f"{namespace}:{pattern.name}" if namespace else pattern.name)
    return names


@pytest.fixture
def addresses(cast, handbook) -> dict[str, str]:
    """An example of every address."""
    body = [("purpose", "<p>Trygt.</p>"), CHECKLIST, QUIZ]
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, body=body)
    case = factories.make_case_with_cause(cast.reporter, cast.leader, page=page)
    done = factories.make_action(case, cast.leader, cast.colleague)
    done.complete(cast.colleague, note="Ferdig")
    due = factories.make_action(case, cast.leader, cast.colleague)
    attachment = Attachment(
        case=case, name="bilde.png", content_type="image/png", size=3, sha256="0" * 64, uploaded_by=cast.reporter
    )
    attachment.file.save("x", BytesIO(b"png"), save=False)
    attachment.save()
    kept = KeptFile.keep(page.document, ContentFile(b"innhold", name="skjema.txt"), "skjema.txt")
    picture = KeptFile.keep(page.document, ContentFile(b"bilde", name="kart.png"), "kart.png")
    filled = FilledChecklist.begin(cast.reporter, page.document.latest_edition(), 1, cast.reporter.unit, uuid4())
    filled.sign(cast.reporter, [("yes", "")], unit=cast.reporter.unit, note="", version=1)
    printout = Printout.ask(cast.reporter, page.document, "look")[0]
    printout.finish(ContentFile(b"pdf"))
    entry = WheelEntry.add(cast.leader, title="Vernerunde", unit=cast.leader.unit, day=clock.today())
    duty = ReadingDuty.require(cast.leader, page.document, unit=cast.leader.unit)
    delegation = Delegation.give(
        cast.leader,
        mandate="Innkjøp",
        covers="Inntil 100 000 kroner.",
        kind="economy",
        from_person=cast.leader,
        to_person=cast.handler,
        unit=cast.leader.unit,
        first_day=clock.today(),
        page=page,
    )
    today = clock.today()
    absence = Absence.begin(cast.leader, person=cast.leader, deputy=cast.colleague, first_day=today, last_day=today)
    absence.end(cast.leader)
    outside = addresses_from_outside(case)
    system = Integration.begin(cast.administrator, name="Annet", contact="-", unit=case.unit)
    heard = addresses_of_participation(cast, page)
    action = {"reference": case.reference, "pk": due.pk}
    document = {"document_id": page.document.document_id}
    requirement = factories.make_requirement()
    mapping = factories.make_mapping(cast.quality_manager, requirement, page)
    step = factories.make_plan_step(cast.quality_manager, cast.colleague)
    clause = {"standard": requirement.standard.slug, "clause": requirement.slug}
    plan = {"pk": step.plan_id}
    in_unit = {"pk": factories.put_out(cast.quality_manager, step.plan, cast.leader.unit)[0].pk}
    by_units = factories.make_plan_step(cast.quality_manager, cast.colleague, step.plan, text="Alle", by_units=True)
    of_unit = {**in_unit, "step": by_units.pk}
    story = factories.make_story(cast.reporter, cast.leader)
    inquiry = factories.make_inquiry(story, cast.leader, cast.it_leader.unit)
    kwargs: dict[str, dict[str, Any]] = {
        **addresses_of_plans(cast),
        **addresses_of_improvement(cast),
        "cases:unfollow": {"pk": 1},
        "cases:story": {"reference": story.reference},
        "cases:ask_relevance": {"reference": story.reference},
        "cases:answer_inquiry": {"reference": story.reference, "pk": inquiry.pk},
        "cases:questions": {"pk": page.pk},
        "handbook:document_requirements": document,
        "handbook:matrix": {"standard": requirement.standard.slug},
        **{f"handbook:{name}": clause for name in ("requirement", "link", "set_applicability")},
        **{f"handbook:{name}": {"pk": mapping.pk} for name in ("change_mapping", "end_mapping")},
        **{f"handbook:{name}": plan for name in ("plan", "change_plan", "add_step")},
        **{f"handbook:{name}": plan for name in ("rollout", "rollout_export", "choose_units")},
        **{f"handbook:{name}": in_unit for name in ("plan_unit", "name_responsible")},
        **{f"handbook:{step}_unit_step": of_unit for step in ("complete", "reopen")},
        **{f"handbook:{name}_step": {"pk": step.pk} for name in ("change", "complete", "reopen", "move", "remove")},
        "wheel_entry": {"pk": entry.pk},
        "wheel_change": {"pk": entry.pk},
        "wheel_done": {"pk": entry.pk},
        "wheel_feed": {"token": CalendarLink.renew(cast.leader)},
        "end_absence": {"pk": absence.pk},
        "handbook:delegation": {"pk": delegation.pk},
        "handbook:withdraw_delegation": {"pk": delegation.pk},
        "handbook:document": document,
        "handbook:picture": {"name": default_storage.save("images/prove.png", BytesIO(b"png")).removeprefix("images/")},
        "handbook:poster": document,
        **{f"handbook:{name}": document for name in ("draft", "approve", "cancel_approved", "withdraw", "used")},
        **{f"handbook:{name}": document for name in ("quiz", "quiz_done")},
        "handbook:fill_checklist": {**document, "place": 1},
        "handbook:checklist": {"pk": filled.pk},
        "handbook:discard_checklist": {"pk": filled.pk},
        "handbook:lesson_register_unit": {"code": "home-care"},
        "handbook:kept_picture": {**document, "sha256": picture.sha256},
        "handbook:report_code": document,
        "handbook:pdf": document,
        "handbook:edition_pdf": {**document, "label": "1"},
        "handbook:printout": {"pk": printout.pk},
        "handbook:printout_file": {"pk": printout.pk},
        "handbook:versions": document,
        "handbook:extend_review": document,
        "handbook:choose_comparison": document,
        "handbook:edition": {**document, "label": "1"},
        "handbook:confirm": document,
        "handbook:unclear": document,
        "handbook:duties": document,
        "handbook:switch_off_duty": {**document, "pk": duty.pk},
        "handbook:confirmation_report": document,
        "handbook:confirmation_export": document,
        "handbook:word": document,
        "handbook:edition_word": {**document, "label": "1"},
        "handbook:attachment": {**document, "sha256": kept.sha256},
        "handbook:compare": {**document, "older": "1", "newer": "1"},
        **heard,
        **a_disclosure(cast),
        "cases:reading_copy": {"key": a_reading_copy(cast, case).key},
        "cases:delete_view": {"pk": 1},
        "cases:read_notice": {"pk": 1},
        "decide_letter": {"pk": 1},
        **{name: {"pk": system.pk} for name in ("cases:integration", "cases:switch_integration")},
        **{name: {"pk": system.pk} for name in ("cases:new_key", "cases:new_webhook")},
        "cases:revoke_key": {"pk": system.pk, "key": 1},
        "cases:switch_webhook": {"pk": system.pk, "hook": 1},
        "cases:try_webhook": {"pk": system.pk, "hook": 1},
        "cases:api_description": {"name": "felles"},
        **{f"cases:archive_{name}": {"pk": 1} for name in ("package", "receipt", "failure", "again")},
        **outside,
        "cases:attachment": {"reference": case.reference, "pk": attachment.pk},
        "cases:evaluate_action": {"reference": case.reference, "pk": done.pk},
        **addresses_of_cards(cast),
        **addresses_of_risks(cast),
        **addresses_of_inspections(cast, page),
        **addresses_of_self_checks(cast),
        **addresses_of_reviews(cast),
        "risk:unit": {"code": "home-care"},
        "leaders_page": {"code": "home-care"},
        "results:statistics_chart": {"code": "arsaker"},
        "risk:change_subject": {"pk": factories.make_subject(cast.leader.unit).pk},
        **addresses_of_sheets(cast),
        **addresses_of_audits(cast),
        **addresses_of_scorecard(cast),
        **{f"cases:{name}": action for name in ("change_action", "complete_action", "cancel_action")},
    }
    found = {}
    for name in RULES.keys() - {"handbook:page"}:
        try:
            found[name] = reverse(name, kwargs=kwargs.get(name, {}))
        except NoReverseMatch:
            found[name] = reverse(name, kwargs={"reference": case.reference})
    found["handbook:page"] = page.url
    found["handbook:choose_comparison"] += "?fra=1&til=1"
    return found


def a_reading_copy(cast: Any, case: Any) -> ReadingCopy:
    """The case retold, as it was published while it was sealed."""
    case.seal(cast.leader, sealed=True, reason="Helse.")
    copy = ReadingCopy.of(case)
    copy.write(cast.leader, title="Et fall", text="Matten er fjernet.")
    copy.publish(cast.leader)
    case.seal(cast.leader, sealed=False, reason="Ikke helse.")
    return copy


def a_disclosure(cast: Any) -> dict[str, dict[str, Any]]:
    """A disclosure with a file, received by the process owner."""
    RoleAssignment.objects.create(user=cast.process_owner, unit=cast.director.unit, role=Role.WHISTLEBLOWING_RECIPIENT)
    files = [CleanFile("notat.txt", "text/plain", b"hei")]
    disclosure, token = Disclosure.receive(key=uuid4(), text="Trusler", files=files)
    steps = ("", "_write", "_note", "_take", "_end", "_check", "_let_in")
    return {
        **{f"cases:disclosure{step}": {"reference": disclosure.reference} for step in steps},
        "cases:disclosure_file": {"reference": disclosure.reference, "pk": disclosure.files.get().pk},
        "cases:disclosure_status": {"token": token},
    }


def addresses_of_cards(cast: Any) -> dict[str, dict[str, Any]]:
    """A batch of printed cards, and a scan of one."""
    card = factories.make_scanned_card(cast.service_desk)
    of_card = {"pk": card.intake_id}
    return {
        "cases:cards_pdf": {"pk": CardBatch.objects.get().pk},
        "cases:card_upload": {"pk": card.file.upload_id},
        "cases:card_picture": {**of_card, "file": card.picture_id},
        **{f"cases:{name}_card": of_card for name in ("transcribe", "discard", "join", "split")},
    }


def addresses_of_improvement(cast: Any) -> dict[str, dict[str, Any]]:
    """The maturity of home care, and a profile of it."""
    score = factories.make_maturity(cast.leader)
    unit = {"code": score.unit.code}
    profile = factories.make_profile(cast.leader)
    of_profile = {"pk": profile.pk}
    action_plan = factories.make_action_plan(cast.leader, 1)
    of_plan = {"pk": action_plan.pk}
    of_item = {**of_plan, "item": action_plan.items.get().pk}
    steps = ("change", "decide", "end", "carry_on")
    of_network = {"pk": factories.make_network(cast.leader).pk}
    profiles = ("profile", "profile_export", "profile_drawing", "change_profile", "enter_profile", "add_element")
    return {
        **{f"results:{name}": of_profile for name in profiles},
        **{f"results:{step}_action_plan": of_plan for step in steps},
        **{f"results:{name}": of_network for name in ("network", "change_network", "evaluate_network")},
        **{f"results:{name}": of_plan for name in ("action_plan", "action_plan_pdf", "add_plan_item", "take_in_case")},
        **{f"results:{step}_plan_item": of_item for step in ("change", "remove")},
        "results:change_element": {**of_profile, "element": profile.elements.all()[0].pk},
        **{f"results:{name}": unit for name in ("maturity", "maturity_history", "assess_maturity")},
        "results:follow_up_maturity": {**unit, "pk": score.pk},
    }


def addresses_of_risks(cast: Any) -> dict[str, dict[str, Any]]:
    """An assessment in force with a row, and a draft to decide."""
    decided = factories.make_decided(cast.leader)
    draft = factories.make_assessment(cast.leader, rows=1, title="Et utkast")
    of_decided, of_row = {"pk": decided.pk}, {"pk": decided.pk, "key": decided.rows.get().key}
    of_draft_row = {"pk": draft.pk, "key": draft.rows.get().key}
    steps = ("assessment", "history", "decision", "copy", "change", "add_participant", "ask", "revise", "end")
    of_rows = ("row", "tie", "accept", "confirm_residual", "settle_repeats", "raise_probability")
    return {
        **{f"risk:{name}": of_decided for name in steps},
        **{f"risk:{name}": of_row for name in of_rows},
        "risk:decide": {"pk": draft.pk},
        "risk:save_cells": of_decided,
        **{f"risk:{name}": {"pk": draft.pk} for name in ("library", "new_row")},
        **{f"risk:{name}_row": of_draft_row for name in ("edit", "remove", "restore", "duplicate", "move")},
        "risk:remove_participant": {**of_decided, "person": 1},
        "risk:untie": {**of_row, "link": 1},
        "risk:withdraw_acceptance": {**of_row, "acceptance": 1},
    }


def addresses_of_inspections(cast: Any, page: Any) -> dict[str, dict[str, Any]]:
    """An inspection with a report and a file, a draft of a finding, and what an inspector is shown."""
    reported = factories.make_reported(cast.leader)
    (file,) = InspectionFile.keep(cast.leader, reported, [CleanFile("rapport.txt", "text/plain", b"hei")], "report")
    noticed = factories.make_inspection(cast.leader)
    draft = factories.make_inspection_finding(noticed, cast.leader)
    today = clock.today()
    facts = {"name": "Marte", "email": "marte@tilsyn.example", "authority": "DSB"}
    access, token = InspectorAccess.give(cast.leader, reported, valid_from=today, valid_to=today, **facts)
    illustrated = factories.make_illustrated(page.get_parent(), cast.editor)
    thing = access.show(cast.leader, document=illustrated.document)
    sha256 = KeptFile.objects.get(document=illustrated.document).sha256
    of = {"kind": reported.kind, "pk": reported.pk}
    of_access, of_finding = {**of, "access": access.pk}, {"kind": noticed.kind, "pk": noticed.pk, "finding": draft.pk}
    steps = ("inspection", "change_inspection", "record_visit", "record_report", "move_deadline", "write_answer")
    more = ("take_up_again", "close_inspection", "record_council", "add_inspection_files", "inspection_history")
    more = ("take_up_again", "close_inspection", "record_council", "inspection_pdf", "inspection_history")
    return {
        **{f"audits:{name}": {"kind": "state"} for name in ("inspections", "inspections_export")},
        "audits:register_inspection": {"kind": "municipal"},
        **{f"audits:{name}": of for name in (*steps, *more, "add_inspection_files", "new_finding", "give_access")},
        **{
            f"audits:{name}": {**of, "file": file.pk} for name in ("inspection_file", "take_away_file", "put_back_file")
        },
        **{f"audits:{name}_finding": of_finding for name in ("change", "remove")},
        **{f"audits:{name}": of_access for name in ("access", "show_thing", "new_access_link", "end_access")},
        "audits:hide_thing": {**of_access, "thing": thing.pk},
        "audits:inspector": {"token": token},
        "audits:inspector_thing": {"token": token, "thing": thing.pk},
        "audits:inspector_picture": {"token": token, "thing": thing.pk, "sha256": sha256},
    }


def addresses_of_self_checks(cast: Any) -> dict[str, dict[str, Any]]:
    """What home care is asked in a round of the municipality."""
    sheet: Sheet = factories.make_sheet(cast.quality_manager, cast.leader.unit)
    check = sheet.check_of
    of, of_question = {"pk": check.pk}, {"pk": check.pk, "question": check.questions.all()[0].pk}
    steps = ("change_self_check", "copy_self_check", "send_self_check", "close_self_check", "new_question")
    return {
        **{f"audits:{name}": of for name in ("self_check", "self_check_export", "self_check_history", *steps)},
        **{f"audits:{name}_question": of_question for name in ("change", "remove")},
        **{f"audits:{name}": {**of, "code": "home-care"} for name in ("sheet", "sign_sheet", "reopen_sheet")},
    }


def addresses_of_audits(cast: Any) -> dict[str, dict[str, Any]]:
    """A decided programme, and an audit with a question, evidence, a finding and an issued report."""
    planner = cast.quality_manager
    programme = Programme.begin(planner, year=2026)
    audit = factories.make_reported_audit(
        planner, cast.leader.unit, cast.auditor, "minor", programme=programme, year=2026, title="Revisjon"
    )
    programme.decide(cast.director)
    of_year, of_audit = {"year": 2026}, {"pk": audit.pk}
    of_question, of_finding = (
        {**of_audit, "question": audit.questions.get().pk},
        {**of_audit, "finding": audit.findings.get().pk},
    )
    years = (
        "programme",
        "change_programme",
        "proposal",
        "copy_audits",
        "compare_programmes",
        "propose_programme",
        "decide_programme",
    )
    steps = (
        "audit",
        "change_audit",
        "join_audit",
        "notify_audit",
        "start_audit",
        "cancel_audit",
        "summarise_audit",
        "issue_report",
    )
    more = (
        "close_audit",
        "report",
        "audit_pdf",
        "audit_history",
        "questions",
        "build_questions",
        "add_question",
        "field",
        "write_finding",
    )
    of_questions = ("reword_question", "move_question", "remove_question", "answer", "add_evidence")
    return {
        **{f"audits:{name}": of_year for name in years},
        **{f"audits:{name}": of_audit for name in (*steps, *more)},
        **{f"audits:{name}": of_question for name in of_questions},
        **{f"audits:{name}": of_finding for name in ("change_finding", "add_evidence_to_finding", "withdraw_finding")},
        "audits:leave_audit": {**of_audit, "member": 1},
        "audits:remove_evidence": {**of_audit, "evidence": 1},
    }


def addresses_of_reviews(cast: Any) -> dict[str, dict[str, Any]]:
    """A closed review with a decision, a meeting where it is signed off, one that is prepared, and an issued report."""
    closed = factories.make_closed_review(cast.leader, {})
    days = {"first": datetime.date(2026, 1, 1), "last": datetime.date(2026, 4, 30)}
    meeting = factories.make_meeting(cast.leader, **days)
    decision = factories.make_decision(cast.leader, meeting)
    zone = Unit.objects.get(code="zone-north")
    prepared = factories.make_review(cast.leader, unit=zone)
    municipality = Unit.objects.municipality()
    report = AnnualReport.begin(cast.director, municipality, year=2025)
    report.write(cast.director, municipality, assessment="Den virker.")
    annual_reports.issue(cast.director, report, municipality)
    return {
        **{f"results:review{name}": {"pk": closed.pk} for name in ("", "_history", "_pdf")},
        **{f"results:review_{name}": {"pk": prepared.pk} for name in ("change", "add_participant", "drop", "start")},
        **{f"results:review_{name}": {"pk": meeting.pk} for name in ("decide", "close")},
        "results:review_comment": {"pk": meeting.pk, "code": "c4"},
        "results:review_sign_off": {"pk": meeting.pk, "decision": closed.decisions.get().pk},
        "results:review_remove_participant": {"pk": meeting.pk, "person": 1},
        **{
            f"results:review_{name}_decision": {"pk": meeting.pk, "decision": decision.pk}
            for name in ("change", "remove")
        },
        **{f"results:annual_report{name}": {"year": 2025} for name in ("", "_pdf", "_word", "_write", "_issue")},
    }


def addresses_of_sheets(cast: Any) -> dict[str, dict[str, Any]]:
    """A decided assessment, the form of a template, and a sheet that was read."""
    decided = {"pk": factories.make_decided(cast.leader).pk}
    read = SheetImport.keep(cast.leader, name="ros.xlsx", content=reading.read(sheet_file()).as_data())
    return {
        "risk:export": decided,
        "risk:pdf": decided,
        "risk:empty_sheet": {"pk": factories.make_risk_template().pk},
        **{f"risk:{name}": {"pk": read.pk} for name in ("sheet_import", "sheet_changes", "discard_sheet")},
    }


def addresses_of_scorecard(cast: Any) -> dict[str, dict[str, Any]]:
    """A goal of home care with a red indicator that the reporter owns, and a survey file that was read."""
    goal = make_goal(cast.leader, cast.leader.unit)
    indicator = make_indicator(cast.leader, goal, owner=cast.reporter)
    period = indicator.expected(clock.today())
    red = Measurement.record(cast.reporter, indicator, goal.unit, period, value=Decimal(1))
    content = survey_reading.read(b"Enhet;Brukertilfredshet\nhome-care;4").as_data()
    survey = SurveyImport.keep(cast.leader, name="svar.csv", content=content)
    of_indicator = {"pk": indicator.pk}
    names = ("indicator", "indicator_history", "change_indicator", "set_target")
    return {
        **{f"results:{name}": {"pk": goal.pk} for name in ("goal", "change_goal", "new_indicator")},
        **{f"results:{name}": of_indicator for name in names},
        **{f"results:{name}": {**of_indicator, "code": "home-care"} for name in ("measure", "count")},
        **{f"results:{name}": {"pk": red.pk} for name in ("correct", "red", "no_case")},
        **{f"results:{name}": {"pk": survey.pk} for name in ("survey", "discard_survey")},
    }


def addresses_of_plans(cast: Any) -> dict[str, dict[str, Any]]:
    """An agreed plan, and next year's draft with a measure."""
    year = clock.today().year
    agreed = UnitPlan.begin(cast.leader, unit=cast.leader.unit, year=year)
    agreed.change(cast.leader, priorities="Komme i tide.")
    agreed.sign(cast.leader)
    agreed.agree(cast.director)
    draft = UnitPlan.begin(cast.leader, unit=cast.leader.unit, year=year + 1)
    measure = PlanMeasure.add(cast.leader, draft, text="Lag faste ruter")
    of_draft = {"pk": draft.pk}
    of_measure = {**of_draft, "measure": measure.pk}
    names = ("plan", "change_plan", "new_plan_measure", "sign_plan", "agree_plan", "send_back_plan", "take_in_plan")
    return {
        **{f"results:{name}": of_draft for name in names},
        **{f"results:{name}": of_measure for name in ("change_plan_measure", "remove_plan_measure")},
        **{f"results:{name}": {"pk": agreed.pk} for name in ("plan_agreement", "plan_history", "plan_pdf")},
        "results:revise_plan": {"pk": agreed.pk},
    }


def addresses_from_outside(case: Case) -> dict[str, dict[str, Any]]:
    """The pages behind a secret link and a link of confirmation."""
    outside = factories.make_outside_case(case.unit)
    link = {"token": outside.correspondent.new_link()}
    photo = Attachment(case=outside, name="hull.png", content_type="image/png", size=3, sha256="0" * 64)
    photo.file.save("x", BytesIO(b"png"), save=False)
    photo.save()
    token = new_token()
    Intake.objects.create(source="form:1", channel=Case.Channel.WEB, unit=case.unit, checksum=checksum(token))
    came = Intake.objects.create(
        source="mail:1", channel=Case.Channel.EMAIL, unit=case.unit, text="Hull i veien", seems_about=outside
    )
    scan = IntakeFile(intake=came, name="skann.png", content_type="image/png", size=3, sha256="0" * 64)
    scan.file.save("x", BytesIO(b"png"))
    return {
        "cases:intake": {"pk": came.pk},
        "cases:discard": {"pk": came.pk},
        "cases:attach_intake": {"pk": came.pk},
        "cases:intake_file": {"pk": came.pk, "file": scan.pk},
        **{f"cases:{name}": link for name in ("status", "revoke_links", "better")},
        "cases:own_file": {**link, "pk": photo.pk},
        "cases:confirm": {"token": token},
    }


def addresses_of_participation(cast: Any, page: Any) -> dict[str, dict[str, Any]]:
    """A hearing for home care with a comment and a link, and a proposal, about the page."""
    document = page.document
    path = passages_in(document.latest_edition())[0].path
    proposal = Proposal.make(
        cast.reporter, document, edition=document.latest_edition(), path=path, after="Annet", why="Klarere"
    )
    page.summary = "Et utkast."
    page.save_revision(user=cast.editor)
    page.refresh_from_db()
    hearing = hearings.open_round(
        page, cast.editor, question="Bra?", deadline=clock.today(), units=[cast.reporter.unit]
    )
    name = default_storage.save("images/heard.png", BytesIO(b"png")).removeprefix("images/")
    HearingRound.objects.filter(pk=hearing.pk).update(html=f'<img src="/media/images/{name}">')
    link, token = HearingLink.make(cast.editor, hearing, "Eldrerådet")
    of_document = {"document_id": document.document_id}
    of_round = {**of_document, "pk": hearing.pk}
    return {
        **{f"handbook:{name}": of_document for name in ("hearing", "propose", "document_proposals")},
        **{f"handbook:{name}": of_round for name in ("hearing_round", "close_hearing", "hearing_links")},
        "handbook:answer_comment": {**of_round, "comment": HearingComment.by_employee(hearing, cast.reporter, "Ja").pk},
        "handbook:revoke_link": {**of_round, "link": link.pk},
        "handbook:hearing_outsider": {"token": token},
        "handbook:hearing_picture": {"token": token, "name": name},
        "handbook:proposal": {**of_document, "pk": proposal.pk},
    }


def test_every_address_has_a_rule():
    assert our_patterns() == set(RULES)


@pytest.mark.parametrize("who", sorted(CAST))
def test_each_role_gets_in_exactly_where_it_may(addresses, cast, login, who):
    client = login(getattr(cast, who))
    wrong = {}
    for name, rule in RULES.items():
        status = client.get(addresses[name]).status_code
        if rule == POST_ONLY:
            right = status == 405
        elif rule == PUBLIC or who in rule:
            right = status in (200, 302)
        else:
            right = status in (403, 404)
        if not right:
            wrong[name] = status
    assert wrong == {}


def test_nobody_gets_in_without_login(addresses):
    client = Client()
    for name, rule in RULES.items():
        answer = client.get(addresses[name])
        if rule == PUBLIC:
            assert answer.status_code == 200, name
        else:
            assert answer.status_code == 405 or answer.headers["Location"].startswith("/logg-inn/"), name


def admin_addresses() -> list[str]:
    """Every address of the admin that takes no arguments."""
    found: set[str] = set()

    def walk(patterns: list[Any], namespaces: list[str]) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, [*namespaces, pattern.namespace] if pattern.namespace else namespaces)
            elif pattern.name:
                try:
                    address = reverse(":".join([*namespaces, pattern.name]))
                except NoReverseMatch:
                    continue
                if address.startswith("/admin/"):
                    found.add(address)

    walk(get_resolver().url_patterns, [])
    return sorted(found)


OPEN_IN_ADMIN = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/sprite", "/admin/password_reset")


@pytest.mark.parametrize("who", sorted(set(CAST) - ADMIN))
def test_the_admin_is_shut_for_those_without_work_there(cast, login, who):
    client = login(getattr(cast, who))
    tried = [address for address in admin_addresses() if not address.startswith(OPEN_IN_ADMIN)]
    assert len(tried) > 40
    opened = [address for address in tried if client.get(address).status_code == 200]
    assert opened == []


def test_the_admin_is_shut_without_login():
    client = Client()
    opened = [
        address
        for address in admin_addresses()
        if not address.startswith(OPEN_IN_ADMIN) and client.get(address).status_code == 200
    ]
    assert opened == []


@pytest.mark.parametrize(
    ("who", "register", "opens"),
    [
        ("quality_manager", "cases/case", True),
        ("quality_manager", "cases/action", True),
        ("quality_manager", "cases/cause", True),
        ("quality_manager", "organisation/unit", False),
        ("administrator", "organisation/unit", True),
        ("administrator", "organisation/roleassignment", True),
        ("administrator", "cases/category", True),
        ("administrator", "cases/case", False),
        ("editor", "cases/case", False),
        ("editor", "cases/cause", False),
        ("editor", "organisation/roleassignment", False),
    ],
)
def test_registers_open_for_those_who_look_after_them(cast, login, who, register, opens):
    status = login(getattr(cast, who)).get(f"/admin/{register}/").status_code
    assert (status == 200) is opens
