"""An action plan on paper: the head, its measures and how it goes with each. In the frame of every printed sheet."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.models import Action
from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, cell, heading, paragraph, paragraphs, table
from results import action_plans
from results.action_plans import Going, PlanProgress, Progress
from results.models import ActionPlan

TONES = {Going.DONE: "green", Going.LATE: "red"}


def filename_of(plan: ActionPlan) -> str:
    """The name of the file, from the title."""
    return f"handlingsplan-{slugify(plan.title)[:60].strip('-') or plan.pk}.pdf"


def pdf(plan: ActionPlan, *, reader: User) -> bytes:
    """The plan as PDF/UA-1 as this person may read it, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(plan, reader=reader))


def printout(plan: ActionPlan, *, reader: User) -> dict[str, Any]:
    """The sheets of the plan. A constant number of queries."""
    [progress] = action_plans.progress([plan], reader)
    document = {
        "level": 1,
        "flipped": True,
        "label": f"plan-{plan.pk}",
        "name": plan.title,
        "kicker": _("Action plan"),
        "summary": "",
        "identity": f"{plan.unit} · {day(plan.first_day)}–{day(plan.last_day)}",
        "warning": "" if plan.is_decided else str(plan.get_state_display()).upper(),
        "signed": f"{plan.unit} · {plan.get_state_display()}",
        "address": settings.BASE_URL + plan.get_absolute_url(),
        "facts": [[label, str(value)] for label, value in _facts(progress) if value],
        "body": [heading(_("Why we have the plan")), *paragraphs(plan.why), *_measures(progress), *_end(plan)],
        "changes": [],
    }
    return frame(plan.title, [document], str(reader), controlled=_("The plan as it is now:"))


def _facts(progress: PlanProgress) -> list[tuple[str, Any]]:
    plan = progress.plan
    done = _("%(done)s of %(total)s measures done") % {"done": progress.done, "total": progress.total}
    late = _("%(number)s past the deadline") % {"number": progress.late} if progress.late else ""
    decided = f"{day(timezone.localtime(plan.decided_at).date())}, {plan.decided_by}" if plan.decided_at else ""
    return [
        (_("Unit"), plan.unit),
        (_("Owner"), plan.owner),
        (_("Decided"), decided),
        (_("Builds on"), plan.page_label),
        (_("Progress"), ", ".join(filter(None, (done, late))) if progress.total else ""),
    ]


def _measures(progress: PlanProgress) -> list[Node]:
    if not progress.lines:
        return [heading(_("Measures")), paragraph(_("The plan has no measures yet."))]
    head = [_("No."), _("Goal"), _("What is to be done"), _("Responsible"), _("Deadline"), _("How it goes"), _("Case")]
    lines = [_line(number, line) for number, line in enumerate(progress.lines, 1)]
    return [heading(_("Measures")), table(head, lines, (4, 18, 34, 15, 10, 11, 10))]


def _line(number: int, line: Progress) -> list[Any]:
    effect = str(Action.Effect(line.effect).label) if line.effect else ""
    said = "\n".join(filter(None, (line.words, effect)))
    return [
        number,
        line.item.goal,
        line.item.text,
        line.who,
        day(line.deadline),
        cell(said, tone=TONES.get(line.going, "")),
        line.case.reference if line.case else "",
    ]


def _end(plan: ActionPlan) -> list[Node]:
    return [heading(_("How it went")), *paragraphs(plan.ended_reason)] if plan.ended_reason else []
