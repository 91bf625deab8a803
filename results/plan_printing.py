"""A unit plan on paper: texts, goals with indicators, measures, and the two signatures or lines to sign on (S67, S68)."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisation.models import User
from organisation.pdf import typesetting
from organisation.pdf.frame import day, frame
from organisation.pdf.nodes import Node, cell, heading, paragraph, paragraphs, table
from results import numbers, plan_content, plan_progress
from results.models import UnitPlan

MOMENT = "d.m.Y H:i"
ROOM_TO_SIGN = cell("") | {"c": [paragraph("\u00a0")] * 2}


def filename_of(plan: UnitPlan) -> str:
    """The name of the file, from unit, year and version."""
    return f"virksomhetsplan-{slugify(plan.unit.code)}-{plan.year}-v{plan.number}.pdf"


def pdf(plan: UnitPlan, *, reader: User) -> bytes:
    """The plan as PDF/UA-1 as this person may read it, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        return typesetting.typeset(printout(plan, reader=reader))


def printout(plan: UnitPlan, *, reader: User) -> dict[str, Any]:
    """The sheets of the plan. A constant number of queries."""
    title = str(plan)
    document = {
        "level": 1,
        "flipped": False,
        "label": f"plan-{plan.pk}",
        "name": title,
        "kicker": _("Unit plan and leader agreement"),
        "summary": "",
        "identity": f"{plan.unit} · {plan.year} · {_version(plan)}",
        "warning": _("DRAFT")
        if plan.is_draft
        else ""
        if plan.status == UnitPlan.Status.AGREED
        else str(plan.get_status_display()),
        "signed": f"{plan.unit} · {_version(plan)} · {plan.get_status_display()}",
        "address": settings.BASE_URL + plan.get_absolute_url(),
        "facts": [[_("Unit"), str(plan.unit)], [_("Year"), str(plan.year)], [_("Leader"), str(plan.leader)]],
        "body": [*_texts(plan), *_goals(plan), *_measures(plan, reader), *_end(plan)],
        "changes": [],
    }
    return frame(title, [document], str(reader), controlled=_("The plan as it is now:"))


def _version(plan: UnitPlan) -> str:
    return _("version %(number)s") % {"number": plan.number}


def _texts(plan: UnitPlan) -> list[Node]:
    parts = (
        (_("What matters most this year"), plan.priorities),
        (_("What the leader takes on"), plan.commitment),
        (_("What the leader's leader contributes"), plan.support),
    )
    return [node for title, text in parts if text.strip() for node in (heading(title), *paragraphs(text))]


def _goals(plan: UnitPlan) -> list[Node]:
    indicators = plan_content.indicators_of(plan)
    nodes = [heading(_("Goals"))]
    for goal in plan_content.goals_of(plan):
        nodes.append(paragraph(f"{goal.perspective}: {goal.title}"))
        nodes += paragraphs(goal.why)
    if indicators:
        lines = [
            [
                indicator.name,
                indicator.goal.title,
                str(indicator.get_frequency_display()),
                numbers.in_words(indicator.limits(plan.year).target, indicator.measure),
            ]
            for indicator in indicators
        ]
        head = [_("Indicator"), _("Goal"), _("How often"), _("Target")]
        nodes.append(table(head, lines, (34, 34, 16, 16)))
    return nodes


def _measures(plan: UnitPlan, reader: User) -> list[Node]:
    rows = plan_progress.rows(plan, reader)
    if not rows:
        return [heading(_("Measures")), paragraph(_("There are no measures yet."))]
    lines = []
    for row in rows:
        hidden = row.measure.case_id is not None and row.case is None
        responsible = "" if hidden else str(row.measure.responsible or "")
        deadline = day(row.measure.deadline) if row.measure.deadline and not hidden else ""
        status = "\n".join(filter(None, (str(row.case or ""), "" if hidden else row.state)))
        lines.append([row.text, "" if hidden else str(row.measure.goal or ""), responsible, deadline, status])
    head = [_("Measure"), _("Goal"), _("Responsible"), _("Deadline"), _("Status")]
    return [heading(_("Measures")), table(head, lines, (34, 22, 16, 12, 16))]


def _end(plan: UnitPlan) -> list[Node]:
    made = getattr(plan, "agreement", None)
    if made is None:
        above = ", ".join(str(person) for person in plan.leaders_above())
        lines = [[str(plan.leader), _("Leader"), ROOM_TO_SIGN, ROOM_TO_SIGN]]
        if above:
            lines.append([above, _("The leader's leader"), ROOM_TO_SIGN, ROOM_TO_SIGN])
        head = [_("Name"), _("Function"), _("Date"), _("Signature")]
        return [heading(_("Signatures")), table(head, lines, (28, 22, 16, 34))]
    facts = [
        (_("Signed by the leader"), f"{made.leader_name}, {_moment(made.leader_signed_at)}"),
        (_("Signed by the leader's leader"), f"{made.by_name}, {_moment(made.at)}"),
        (_("Checksum (SHA-256) of what was signed"), made.sha256),
    ]
    return [heading(_("Leader agreement")), *(paragraph(f"{label}: {text}") for label, text in facts)]


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), MOMENT)
