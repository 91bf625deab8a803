"""Min side (G2): what a person must do, has said, is writing, and what is red in the own unit."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cases.models import Action, Case, Following, Notice
from cases.register import reading_of_visible
from handbook import reviews
from handbook.models import Delegation, Proposal
from home import waiting
from home.due import Due, ago, due
from organisation import clock
from organisation.models import Absence, Unit, User
from organisation.roles import Right

NOTICES_SHOWN = 12
CASES_SHOWN = 8
RED_SHOWN = 8
OF_CASE = (
    "case__unit",
    "case__page_owner",
    "case__handler",
    "case__reporter",
    "case__correspondent",
)  # what masking asks for


@dataclass(frozen=True)
class Told:
    """A notice, as this person may read it."""

    notice: Notice
    title: str
    when: str


@dataclass(frozen=True)
class Red:
    """Something in the unit that is late or serious."""

    title: str
    url: str
    about: str
    tag: Due


def context(user: User) -> dict[str, Any]:
    """Everything for the template. A fixed number of queries, whatever the amount of data."""
    actions, evaluations = waiting.measures(user)
    mine = Case.objects.visible_to(user).reported_by(user).for_list()
    reported = list(mine.annotate(total=Window(Count("pk")))[:CASES_SHOWN])
    return {
        "to_sort": waiting.to_sort(user),
        "cases": waiting.cases_waiting(user),
        "actions": actions,
        "evaluations": evaluations,
        "approvals": [*waiting.approvals_due(user), *waiting.sent_back(user)],
        "relevance": waiting.relevance_asked(user),
        "plan_steps": waiting.plan_steps(user),
        "checklists": waiting.checklists_begun(user),
        "wheel": waiting.wheel(user),
        "reviews": waiting.reviews_due(user),
        "risks": waiting.risks(user),
        "audits": waiting.audits(user),
        "controls": waiting.controls(user),
        "management_reviews": waiting.management_reviews(user),
        "goals": [*waiting.goals(user), *waiting.action_plan_tasks(user), *waiting.memberships(user)],
        "sees_readers": user.has_right(Right.FOLLOW_UP_PEOPLE),
        "to_confirm": waiting.to_confirm(user),
        "participation": waiting.participation(user),
        "proposals": Proposal.objects.filter(by=user).for_list()[:CASES_SHOWN],
        "followed": followed(user),
        "notices": notices(user),
        "reported": [(case, reading_of_visible(case, user).text(case.title)) for case in reported],
        "reported_count": reported[0].total if reported else 0,
        "writes": user.has_right(Right.WRITE_HANDBOOK),
        "drafts": drafts(user),
        "absences": list(Absence.objects.not_over().of(user)),
        "delegations": list(Delegation.objects.concerning(user)),
        "raised": raised(user),
        "raised_level": Case.Level.DIRECTOR if any(map(_is_top, user.led_paths)) else Case.Level.ABOVE,
        "red": red_items(user, user.unit) if user.unit else [],
    }


def notices(user: User) -> list[Told]:
    """The newest notices, without those about a case the person may no longer read."""
    mine = Notice.objects.visible_to(user).select_related("stands_in_for", *OF_CASE)[:NOTICES_SHOWN]
    today = clock.today()
    return [
        Told(
            notice,
            reading_of_visible(notice.case, user).text(notice.case.title),
            ago(timezone.localdate(notice.created_at), today),
        )
        for notice in mine
    ]


def followed(user: User) -> list[tuple[Following, str, str]]:
    """What the person follows: each with its address and name, without cases the person may no longer read."""
    mine = Following.objects.visible_to(user).select_related("unit", "page__document", *OF_CASE)
    return [(following, *_address_and_name(following, user)) for following in mine]


def _address_and_name(following: Following, user: User) -> tuple[str, str]:
    if case := following.case:
        return case.get_absolute_url(), f"{case.reference} {reading_of_visible(case, user).text(case.title)}"
    if page := following.page:
        return reverse("handbook:document", args=[page.document.document_id]), page.title
    return f"{reverse('cases:register')}?enhet={following.unit.pk}", following.unit.name


def drafts(user: User) -> QuerySet[Page]:
    """Pages whose newest unpublished text is the person's own."""
    if not user.has_right(Right.WRITE_HANDBOOK):
        return Page.objects.none()
    mine = Page.objects.filter(has_unpublished_changes=True, latest_revision__user=user)
    return mine.select_related("document").order_by("-latest_revision_created_at")


def red_items(user: User, unit: Unit) -> list[Red]:
    """What is late or serious in the unit and below it. Three queries."""
    late, serious = _late_and_serious_cases(user, unit)
    found = [*late, *_late_actions(user, unit), *serious, *_unreviewed(unit)]
    return found[: 2 * RED_SHOWN]


def raised(user: User) -> list[Red]:
    """The open cases that a rule has lifted to the person, those due first. One query."""
    today = clock.today()
    cases = Case.objects.visible_to(user).raised_to(user).for_list().order_by("deadline", "-received_at")
    return [_red(case, user, due(case.deadline, today)) for case in cases[:CASES_SHOWN]]


def _is_top(path: str) -> bool:
    """Whether the path is that of the municipality itself."""
    return len(path) == Unit.steplen


def _late_and_serious_cases(user: User, unit: Unit) -> tuple[list[Red], list[Red]]:
    """The cases past their deadline, the oldest first, and the open ones of the director's group that are not."""
    today = clock.today()
    of_unit = Case.objects.visible_to(user).in_unit(unit)
    on_time = Q(deadline__isnull=True) | Q(deadline__gte=today)
    late = of_unit.overdue().order_by("deadline").values("pk")[:RED_SHOWN]
    serious = of_unit.open().filter(on_time, level=Case.Level.DIRECTOR).values("pk")[:RED_SHOWN]
    rows = Case.objects.filter(Q(pk__in=late) | Q(pk__in=serious)).for_list().order_by("deadline")
    reds: tuple[list[Red], list[Red]] = ([], [])
    for case in rows:
        if case.deadline and case.deadline < today:
            reds[0].append(_red(case, user, due(case.deadline, today)))
        else:
            reds[1].append(_red(case, user, Due(_("Serious"), "bad")))
    return reds


def _late_actions(user: User, unit: Unit) -> list[Red]:
    actions = Action.objects.visible_to(user).overdue().filter(case__unit__path__startswith=unit.path)
    return [
        Red(
            reading_of_visible(action.case, user).text(action.text),
            f"{action.case.get_absolute_url()}#tiltak",
            _("Measure in %(reference)s") % {"reference": action.case.reference},
            due(action.deadline, clock.today()),
        )
        for action in actions.select_related(*OF_CASE).order_by("deadline")[:RED_SHOWN]
    ]


def _unreviewed(unit: Unit) -> list[Red]:
    late = reviews.in_force().filter(owner_unit__path__startswith=unit.path, document__review_date__lt=clock.today())
    rows = late.order_by("document__review_date")[:RED_SHOWN]
    return [
        Red(
            str(edition.document),
            reverse("handbook:document", args=[edition.document_code]),
            _("Past its review date"),
            due(edition.document.review_date, clock.today()),
        )
        for edition in rows
    ]


def _red(case: Case, user: User, tag: Due) -> Red:
    about = f"{case.reference} · {case.get_status_display()}"
    return Red(reading_of_visible(case, user).text(case.title), case.get_absolute_url(), about, tag)
