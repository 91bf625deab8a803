"""What waits for a person, from every part of the product, as one list (G2)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import audit_waiting, inspection_waiting
from audits.models import Inspection
from cases import desk
from cases.models import Action, Case, Inquiry, Notice
from cases.register import reading_of_visible
from cases.stories import Retelling
from handbook import confirmations, flow, hearings, plans, reviews, rollouts
from handbook.models import Edition, HearingRound, Proposal
from home.due import Due, due
from home.wheel import turns
from home.wheel.models import WheelEntry
from organisation import clock
from organisation.models import User
from organisation.roles import Right
from results import action_plans, measuring, networks, plan_waiting, review_duties
from results.models import UnitPlan
from risk import waiting as risk_waiting

FAR_AWAY = datetime.date.max
DAYS_BEFORE_EVALUATION = 30
MOST = 50
NAMED_IN_STORY = ("handler", "reporter", "correspondent")  # what hiding the names of a case asks for


@dataclass(frozen=True)
class Task:
    """One thing to do: what, where, what it is about, and when it is due."""

    title: str
    url: str
    about: str
    deadline: datetime.date | None
    due: Due


def of(user: User) -> list[Task]:
    """Everything that waits for the person, most pressing first. A fixed number of queries. Evaluations come when
    their date is near: before that the effect can't be seen."""
    soon = clock.today() + datetime.timedelta(DAYS_BEFORE_EVALUATION)
    to_do, to_evaluate = measures(user)
    evaluations = [task for task in to_evaluate if task.deadline and task.deadline <= soon]
    sources = (
        approvals_due,
        sent_back,
        to_confirm,
        cases_waiting,
        to_sort,
        relevance_asked,
        plan_steps,
        unit_steps,
        wheel,
        participation,
        reviews_due,
        risks,
        controls,
        audits,
        management_reviews,
        goals,
        action_plan_tasks,
        memberships,
        checklists_begun,
    )
    tasks = [*evaluations, *to_do, *(task for source in sources for task in source(user))]
    return sorted(tasks, key=lambda task: task.deadline or FAR_AWAY)


def to_sort(user: User) -> list[Task]:
    """What came from outside, as one task, for those who receive it."""
    rows = desk.waiting(user) if user.has_right(Right.TAKE_IN) else []
    if not rows:
        return []
    first = min(row.answer_by for row in rows)
    text = ngettext("%(n)s case from outside to be sorted", "%(n)s cases from outside to be sorted", len(rows))
    return [Task(text % {"n": len(rows)}, reverse("cases:queue"), "", first, due(first, clock.today()))]


def cases_waiting(user: User) -> list[Task]:
    """Cases the person handles or must place, each named by its next step."""
    away = Notice.objects.name_stood_in_for(user, "pk", Notice.Kind.NEW_CASE, Notice.Kind.ASSIGNED)
    waiting = Case.objects.visible_to(user).waiting_for(user).for_list().annotate(away=away)
    return [
        _task(next_step(case), case.get_absolute_url(), _for(_title(user, case), case.away), case.deadline)
        for case in _soonest(waiting, "deadline")
    ]


def relevance_asked(user: User) -> list[Task]:
    """Closed cases of others that a unit the person leads is asked about. No query for who leads nothing."""
    if not user.led_paths:
        return []
    away = Notice.objects.name_stood_in_for(user, "case", Notice.Kind.RELEVANCE)
    found = Inquiry.objects.waiting_for(user).select_related("unit", *(f"case__{name}" for name in NAMED_IN_STORY))
    return [
        _task(
            _("Is it relevant for us? %(title)s") % {"title": Retelling(user, inquiry.case).text(inquiry.case.title)},
            inquiry.get_absolute_url(),
            _for(str(inquiry.unit), inquiry.away),
            inquiry.deadline,
        )
        for inquiry in _soonest(found.annotate(away=away), "deadline")
    ]


def measures(user: User) -> tuple[list[Task], list[Task]]:
    """The measures the person is responsible for and has not done, and those whose effect the person is asked to
    evaluate. One query."""
    away = Notice.objects.name_stood_in_for(user, "case", Notice.Kind.ACTION)
    found = Action.objects.visible_to(user).waiting_for(user).select_related("case").annotate(away=away)
    rows = list(found.order_by("deadline"))
    to_do = [_carry_out(action) for action in rows if action.done_at is None]
    to_evaluate = [_evaluate(action) for action in rows if action.done_at is not None]
    return to_do[:MOST], sorted(to_evaluate, key=lambda task: task.deadline or FAR_AWAY)[:MOST]


def _carry_out(action: Action) -> Task:
    title = _("Carry out: %(measure)s") % {"measure": action.text}
    return _task(title, _at(action), _for(action.case.reference, action.away), action.deadline)


def _evaluate(action: Action) -> Task:
    title = _("Evaluate: %(measure)s") % {"measure": action.text}
    return _task(title, _at(action), action.case.reference, action.evaluation_date)


def approvals_due(user: User) -> list[Task]:
    """Drafts that wait for this person's approval. One query for those who may approve nothing."""
    return [
        _task(
            _("Approve %(page)s") % {"page": document},
            reverse("handbook:approve", args=[document.document_id]),
            document.document_id,
            None,
        )
        for document in flow.waiting_for(user)[:MOST]
    ]


def sent_back(user: User) -> list[Task]:
    """Drafts that the person sent to approval and got back."""
    return [
        _task(
            _("Sent back: %(page)s") % {"page": document},
            reverse("handbook:draft", args=[document.document_id]),
            document.document_id,
            None,
        )
        for document in flow.sent_back_to(user)[:MOST]
    ]


def plan_steps(user: User) -> list[Task]:
    """Steps of introduction plans that the person owns and has not done."""
    steps = _soonest(plans.waiting_for(user), "deadline")
    return [_task(step.text, step.get_absolute_url(), step.plan.title, step.deadline) for step in steps]


def unit_steps(user: User) -> list[Task]:
    """Plans put out to units the person sees to, each as one thing to do, with its first deadline. Three queries at most."""
    return [
        _task(
            ngettext("%(n)s step left: %(plan)s", "%(n)s steps left: %(plan)s", len(row.open))
            % {"n": len(row.open), "plan": row.part.plan},
            row.part.get_absolute_url(),
            str(row.part.unit),
            min(cell.step.deadline for cell in row.open),
        )
        for row in rollouts.waiting_for(user)[:MOST]
    ]


def checklists_begun(user: User) -> list[Task]:
    """Checklists the person has begun and not signed."""
    begun = user.checklists.open().select_related("edition", "unit").defer(*(f"edition__{n}" for n in Edition.LARGE))
    return [
        _task(_("Sign “%(title)s”") % {"title": one.title}, one.get_absolute_url(), one.unit.name, None)
        for one in _soonest(begun, "started_at")
    ]


def wheel(user: User) -> list[Task]:
    """The organisation's own duties that are near or past their day."""
    return [
        _task(entry.title, entry.get_absolute_url(), _for(str(entry.unit), _stood_in_for(entry, user)), day)
        for entry, day in turns.waiting_for(user)[:MOST]
    ]


def _stood_in_for(entry: WheelEntry, user: User) -> str | None:
    return str(entry.responsible) if entry.doer == user.pk and entry.responsible != user else None


def reviews_due(user: User) -> list[Task]:
    """Documents the person owns that are near or past their review date. No query for those who own none."""
    return [
        _task(
            _("Review %(page)s") % {"page": edition.document},
            edition.document.get_absolute_url(),
            edition.document_code,
            edition.document.review_date,
        )
        for edition in reviews.waiting_for(user)[:MOST]
    ]


def risks(user: User) -> list[Task]:
    """Risk assessments to write or review, risks to confirm after measures, and acceptances that run out. Three queries."""
    return [*_assessments(user), *_residuals(user), *_acceptances(user)]


def management_reviews(user: User) -> list[Task]:
    """Reviews under way that the person chairs or takes part in, and those of the units the person leads that are near.
    Three queries at most."""
    under_way = [
        _task(_("Go on with “%(title)s”") % {"title": one}, one.get_absolute_url(), one.unit.name, one.meeting_date)
        for one in review_duties.under_way_for(user)[:MOST]
    ]
    near = [
        _task(
            _("Prepare the management review of %(unit)s") % {"unit": duty.unit},
            f"{reverse('results:review_begin')}?enhet={duty.unit.pk}",
            duty.unit.name,
            duty.by,
        )
        for duty in review_duties.waiting_for(user)
    ]
    return [*under_way, *near]


def action_plan_tasks(user: User) -> list[Task]:
    """Action plans the person owns that are drafts, or near or past their last day."""
    return [
        _task(
            (_("Go on with the action plan “%(title)s”") if plan.is_draft else _("End or carry on “%(title)s”"))
            % {"title": plan},
            plan.get_absolute_url(),
            str(plan.unit),
            None if plan.is_draft else plan.last_day,
        )
        for plan in action_plans.waiting_for(user)[:MOST]
    ]


def memberships(user: User) -> list[Task]:
    """Memberships the person is contact person of, to be evaluated soon or now."""
    return [
        _task(
            _("Evaluate %(name)s") % {"name": network},
            network.get_absolute_url(),
            str(network.unit),
            network.evaluate_on,
        )
        for network in networks.waiting_for(user)[:MOST]
    ]


def _assessments(user: User) -> Iterator[Task]:
    for assessment in risk_waiting.assessments(user)[:MOST]:
        deadline = None if assessment.is_draft else assessment.review_date
        if not assessment.is_draft:
            words = _("Review the risk assessment “%(title)s”")
        elif risk_waiting.is_to_decide(user, assessment):
            words = _("Decide the risk assessment “%(title)s”")
        else:
            words = _("Go on with “%(title)s”")
        yield _task(words % {"title": assessment}, assessment.get_absolute_url(), str(assessment.unit), deadline)


def _residuals(user: User) -> Iterator[Task]:
    for risk in risk_waiting.residuals(user)[:MOST]:
        title = _("Confirm the risk that is left: %(risk)s") % {"risk": risk}
        yield _task(title, risk.get_absolute_url(), risk.assessment.title, None)


def _acceptances(user: User) -> Iterator[Task]:
    for acceptance in risk_waiting.acceptances(user)[:MOST]:
        title = _("Look again at the risk you accepted: %(risk)s") % {"risk": acceptance.risk}
        about = acceptance.risk.assessment.title
        yield _task(title, acceptance.risk.get_absolute_url(), about, acceptance.until)


def controls(user: User) -> list[Task]:
    """Answers to who inspects us, visits that come, what the council wants back, and self-checks to sign. Two queries at
    most."""
    found = [task for row in inspection_waiting.inspections(user)[:MOST] for task in _inspection(row)]
    for sheet in inspection_waiting.sheets(user)[:MOST]:
        title = _("Answer the self-check “%(title)s”") % {"title": sheet.check_of}
        found.append(_task(title, sheet.get_absolute_url(), str(sheet.unit), sheet.check_of.deadline))
    return found


def audits(user: User) -> list[Task]:
    """Audits to plan, carry out, prepare for and verify, and programmes to decide. One query, and one more for the
    municipal director."""
    return [_task(row.title, row.url, row.about, row.deadline) for row in audit_waiting.of(user)[:MOST]]


def goals(user: User) -> list[Task]:
    """Indicators to measure, red ones to decide about, and unit plans to sign. A constant number of queries."""
    missing, red = measuring.waiting_for(user)
    tasks = [
        _task(
            _("Decide what comes of the red “%(indicator)s”") % {"indicator": line.indicator},
            line.url,
            f"{line.unit}, {line.period}",
            None,
        )
        for line in red[:MOST]
    ]
    tasks += [
        _task(
            _("Measure “%(indicator)s”") % {"indicator": line.indicator},
            line.url,
            f"{line.unit}, {line.period}",
            line.due,
        )
        for line in missing[:MOST]
    ]
    tasks += [_of_plan(_("Sign “%(plan)s”"), plan) for plan in plan_waiting.to_agree(user)[:MOST]]
    return [*tasks, *(_of_plan(_("Finish and sign “%(plan)s”"), plan) for plan in plan_waiting.to_sign(user)[:MOST])]


def _of_plan(words: str, plan: UnitPlan) -> Task:
    return _task(words % {"plan": plan}, plan.get_absolute_url(), str(plan.leader), None)


def _inspection(row: Inspection) -> Iterator[Task]:
    soon = clock.today() + inspection_waiting.SOON
    if row.awaits_answer:
        yield _of_inspection(_("Answer “%(title)s”"), row, row.answer_deadline)
    if row.status == Inspection.Status.NOTICED and row.visit_from and clock.today() <= row.visit_from <= soon:
        yield _of_inspection(_("Be ready for the visit: %(title)s"), row, row.visit_from)
    if row.council_report_back and row.council_report_back <= soon:
        yield _of_inspection(_("Report back to the council: %(title)s"), row, row.council_report_back)


def _of_inspection(words: str, row: Inspection, day: datetime.date | None) -> Task:
    return _task(words % {"title": row.title}, row.get_absolute_url(), row.their_reference, day)


def to_confirm(user: User) -> list[Task]:
    """Documents the person is asked to confirm and has not (G8)."""
    return [
        _task(
            _("Read and confirm: %(document)s") % {"document": wanted.edition.document},
            reverse("handbook:confirm", args=[wanted.edition.document_code]),
            _("Version %(label)s") % {"label": wanted.edition.label},
            wanted.deadline,
        )
        for wanted in confirmations.waiting_for(user)[:MOST]
    ]


def participation(user: User) -> list[Task]:
    """Hearings that ask the person, comments and proposals that await an answer. Three queries at most."""
    return [*hearings_asking(user), *comments_to_answer(user), *proposals_to_settle(user)]


def hearings_asking(user: User) -> list[Task]:
    """Open hearings where the person has said nothing yet."""
    rounds = HearingRound.objects.open().asking(user).not_answered_by(user).for_list()
    return [
        _task(_("Say what you think: %(title)s") % {"title": hearing.title}, *_of_hearing(hearing), hearing.deadline)
        for hearing in _soonest(rounds, "deadline")
    ]


def comments_to_answer(user: User) -> list[Task]:
    """Comments in the hearings the person opened."""
    return [
        _task(
            ngettext("Answer %(n)s comment: %(title)s", "Answer %(n)s comments: %(title)s", hearing.unanswered)
            % {"n": hearing.unanswered, "title": hearing.title},
            *_of_hearing(hearing),
            None,
        )
        for hearing in hearings.to_answer(user)[:MOST]
    ]


def proposals_to_settle(user: User) -> list[Task]:
    """The new proposals for the pages the person writes, as one thing to do."""
    if not user.has_right(Right.WRITE_HANDBOOK):
        return []
    count = Proposal.objects.for_writer(user).new().count()
    title = ngettext("Answer %(n)s proposal for change", "Answer %(n)s proposals for change", count) % {"n": count}
    return [_task(title, reverse("handbook:proposals"), _("Handbook"), None)] if count else []


def _of_hearing(hearing: HearingRound) -> tuple[str, str]:
    number, document = hearing.number, hearing.document.document_id
    return hearing.get_absolute_url(), _("Hearing of %(document)s, round %(number)s") % {
        "document": document,
        "number": number,
    }


def next_step(case: Case) -> str:
    """What must be done with the case now, in words."""
    words = {
        Case.Status.RECEIVED: _("Assess case %(reference)s"),
        Case.Status.ASSESSED: _("Find cause and measures in case %(reference)s"),
        Case.Status.IN_PROGRESS: _("Follow up the measures in case %(reference)s"),
        Case.Status.AWAITING_EVALUATION: _("Evaluate and close case %(reference)s"),
    }
    return words[Case.Status(case.status)] % {"reference": case.reference}


def _soonest(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows.order_by(field)[:MOST]


def _for(about: str, away: str | None) -> str:
    """What the task is about, and for whom a deputy has it."""
    return _("%(about)s – for %(name)s") % {"about": about, "name": away} if away else about


def _title(user: User, case: Case) -> str:
    return reading_of_visible(case, user).text(case.title)


def _at(action: Action) -> str:
    return f"{action.case.get_absolute_url()}#tiltak"


def _task(title: str, url: str, about: str, deadline: datetime.date | None) -> Task:
    return Task(title, url, about, deadline, due(deadline, clock.today()))
