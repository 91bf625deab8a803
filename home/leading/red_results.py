"""What is red of audits, inspections, reviews, goals and plans. Each counts and names only what the reader may read."""

from django.utils.translation import gettext as _

from audits.forms.finding_filters import AUDIT, URGENT
from audits.models import Audit, AuditFinding, Finding, Inspection, InspectionFinding, SelfCheck
from audits.models.finding import FindingQuerySet
from cases.models import Case
from cases.register import address_of_cases
from home.due import Due, due
from home.leading.group import Group, Item, first_of, group_of, item_of_case
from home.leading.whose import Whose, address
from organisation import clock
from results import action_plans, plan_progress, review_duties
from results.forms.reviews import ReviewFilters
from results.models import ActionPlan

# The council adopts the budget by the end of December (kommuneloven § 14-3). The plans of the units follow from it, and are
# agreed by the end of February.
MONTHS_TO_AGREE = 2


def red_indicators(whose: Whose) -> Group:
    """Indicators off target, of the unit and those below."""
    lines = whose.red_indicators
    return first_of(
        "red-indicators",
        _("Indicators off target"),
        lines,
        lambda line: Item(
            line.indicator.name,
            line.url,
            f"{line.unit} · {line.period}",
            Due(_("%(actual)s, target %(target)s") % {"actual": line.in_words, "target": line.target_in_words}, "bad"),
        ),
        address("results:scorecard", enhet=whose.unit.pk, rode="on"),
        _("Open a case, or write why not."),
    )


def audit_findings(whose: Whose) -> Group:
    """Open findings of audits that are major nonconformities, or late."""
    found = AuditFinding.objects.visible_to(whose.user).reported().in_unit(whose.unit).urgent()
    return _findings(
        "audit-findings",
        _("Findings of audits that are serious or late"),
        found,
        address("audits:findings", enhet=whose.unit.pk, status=URGENT, type=AUDIT),
    )


def inspection_findings(whose: Whose) -> Group:
    """Open findings of the state's inspections that are breaches of law, or late."""
    return _of_kind(
        whose, Inspection.Kind.STATE, "inspection-findings", _("Findings of inspections that are serious or late")
    )


def control_findings(whose: Whose) -> Group:
    """The same of municipal controls."""
    title = _("Findings of municipal controls that are serious or late")
    return _of_kind(whose, Inspection.Kind.MUNICIPAL, "control-findings", title)


def _of_kind(whose: Whose, kind: str, code: str, title: str) -> Group:
    found = InspectionFinding.objects.visible_to(whose.user).reported().in_unit(whose.unit).urgent()
    url = address("audits:findings", enhet=whose.unit.pk, status=URGENT, type=kind)
    return _findings(code, title, found.filter(inspection__kind=kind), url)


def _findings(code: str, title: str, found: FindingQuerySet, url: str) -> Group:
    return group_of(code, title, found.for_list().order_by("case__deadline", "pk"), _of_finding, url)


def _of_finding(finding: Finding) -> Item:
    deadline = finding.case.deadline if finding.case else None
    grade = str(finding.get_grade_display())  # type: ignore[attr-defined]
    is_late = deadline is not None and deadline < clock.today()
    tag = due(deadline, clock.today()) if is_late else Due(grade, "bad")
    why = f"{grade} · {finding.found_in} · {finding.found_at}"
    return Item(finding.title, finding.get_absolute_url(), why, tag)  # type: ignore[attr-defined]


def late_answers(whose: Whose) -> Group:
    """Answers to the state that should have been sent."""
    return _answers(whose, Inspection.Kind.STATE, "late-answers", _("Answers to the state that are late"))


def late_control_answers(whose: Whose) -> Group:
    """Answers in municipal controls that should have been sent."""
    title = _("Answers in municipal controls that are late")
    return _answers(whose, Inspection.Kind.MUNICIPAL, "late-control-answers", title)


def _answers(whose: Whose, kind: str, code: str, title: str) -> Group:
    waiting = Inspection.objects.visible_to(whose.user).in_unit(whose.unit).filter(kind=kind).to_answer()
    return group_of(
        code,
        title,
        waiting.filter(answer_deadline__lt=clock.today()).for_list().order_by("answer_deadline", "pk"),
        lambda one: Item(
            one.title,
            one.get_absolute_url(),
            f"{one.by_whom} · {one.responsible}",
            due(one.answer_deadline, clock.today()),
        ),
        address("audits:inspections", kind, enhet=whose.unit.pk, forfalt="on"),
        _("Send the answer, or ask for more time."),
    )


def late_self_checks(whose: Whose) -> Group:
    """Self-checks that units have not answered in time."""
    checks = SelfCheck.objects.visible_to(whose.user).unanswered(whose.unit)
    return group_of(
        "late-self-checks",
        _("Self-checks that are not answered in time"),
        checks.select_related("unit").order_by("deadline", "pk"),
        lambda check: Item(check.title, check.get_absolute_url(), str(check.unit), due(check.deadline, clock.today())),
        address("audits:self_checks", enhet=whose.unit.pk, forfalt="on"),
    )


def late_audits(whose: Whose) -> Group:
    """Audits whose days are past without a report."""
    late = Audit.objects.visible_to(whose.user).in_unit(whose.unit).late()
    return group_of(
        "late-audits",
        _("Audits that are late"),
        late.select_related("unit").order_by("year", "month", "pk"),
        lambda audit: Item(audit.title, audit.get_absolute_url(), str(audit.unit), Due(audit.when, "bad")),
        address("audits:audits", enhet=whose.unit.pk, forfalt="on"),
    )


def late_decisions(whose: Whose) -> Group:
    """Decisions of management reviews past their deadline."""
    cases = Case.objects.visible_to(whose.user).in_unit(whose.unit).overdue().filter(kind=Case.Kind.REVIEW_DECISION)
    return group_of(
        "late-decisions",
        _("Decisions of reviews past their deadline"),
        cases.for_list().order_by("deadline", "pk"),
        lambda case: item_of_case(case, whose.user, due(case.deadline, clock.today())),
        address_of_cases(unit=whose.unit.pk, kind=Case.Kind.REVIEW_DECISION, overdue=True),
    )


def lacking_reviews(whose: Whose) -> Group:
    """Units that must hold a management review within two months, and have begun none. Whether a unit has held its review is
    open to all."""
    units = [one for one in review_duties.units() if one.path.startswith(whose.unit.path)]
    duties = sorted((duty for duty in review_duties.of(units) if duty.is_due), key=lambda duty: duty.by)
    return first_of(
        "lacking-reviews",
        _("Units that must hold a management review"),
        duties,
        lambda duty: Item(
            duty.unit.name,
            duty.last.get_absolute_url() if duty.last else address("results:reviews", enhet=duty.unit.pk),
            _("Never held") if duty.last is None else str(duty.last),
            due(duty.by, clock.today()),
        ),
        address("results:reviews", enhet=whose.unit.pk, vis=ReviewFilters.DUE),
    )


def late_action_plans(whose: Whose) -> Group:
    """Action plans with measures that are late."""
    plans = ActionPlan.objects.in_unit(whose.unit).decided().select_related("unit", "owner")
    late = [one for one in action_plans.progress(plans, whose.user) if one.late]
    return first_of(
        "late-action-plans",
        _("Action plans with late measures"),
        sorted(late, key=lambda one: (-one.late, one.plan.last_day)),
        lambda one: Item(
            one.plan.title,
            one.plan.get_absolute_url(),
            f"{one.plan.unit} · {one.plan.owner}",
            Due(_("%(late)s of %(total)s late") % {"late": one.late, "total": one.total}, "bad"),
        ),
        address("results:action_plans", enhet=whose.unit.pk, forfalt="on"),
    )


def lacking_plans(whose: Whose) -> Group:
    """Result units without an agreed unit plan for this year, when the months to agree on it are over."""
    today = clock.today()
    year = today.year
    return first_of(
        "lacking-plans",
        _("Units without a unit plan this year"),
        plan_progress.lacking(whose.unit, year) if today.month > MONTHS_TO_AGREE else [],
        lambda unit: Item(
            unit.name,
            address("results:plans", ar=year, enhet=unit.pk),
            _("Unit plan %(year)s") % {"year": year},
            Due(_("Lacking"), "bad"),
        ),
        address("results:plans", ar=year, enhet=whose.unit.pk),
    )


SOURCES = [
    audit_findings,
    inspection_findings,
    control_findings,
    late_answers,
    late_control_answers,
    late_self_checks,
    late_audits,
    red_indicators,
    lacking_reviews,
    late_decisions,
    late_action_plans,
    lacking_plans,
]
