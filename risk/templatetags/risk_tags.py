"""What templates show of a risk."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Count, Window
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from cases import risk
from organisation.remembering import remembered
from risk import matrix
from risk import since_last as comparison
from risk.matrix import Matrix
from risk.models import Assessment, Link, Risk
from risk.score_history import history_of

if TYPE_CHECKING:
    from wagtail.models import Page

register = template.Library()

TONES = {risk.Colour.GREEN: "ok", risk.Colour.YELLOW: "warn", risk.Colour.RED: "bad"}
STATUS_TONES = {Assessment.Status.DECIDED: "ok", Assessment.Status.DRAFT: "info"}
RISKS_SHOWN_ON_PAGE = 5


@register.inclusion_tag("risk/parts/score.html")
def score(value: int | None) -> dict[str, Any]:
    """A score with its level in words, never by colour alone."""
    if value is None:
        return {"value": None}
    colour = risk.colour(value)
    words = {risk.Colour.GREEN: _("low"), risk.Colour.YELLOW: _("medium"), risk.Colour.RED: _("high")}
    return {"value": value, "colour": colour.value, "word": words[colour]}


@register.filter
def get(cells: dict[str, Any], name: str) -> Any:
    """The cell called `name` of a row that is kept as text."""
    return cells.get(name, "")


@register.filter
def assessment_tone(assessment: Assessment) -> str:
    """The colour of the status tag; the text in it says the same."""
    return STATUS_TONES.get(Assessment.Status(assessment.status), "")


@register.inclusion_tag("risk/parts/matrices.html")
def risk_matrix(rows: Iterable[Risk]) -> dict[str, Any]:
    """The rows of an assessment, numbered as in the form, in the matrix before and after measures."""
    rows = list(rows)
    return _beside((_("Before measures"), matrix.before(rows)), (_("After measures"), matrix.after(rows)))


@register.inclusion_tag("risk/parts/matrices.html")
def count_matrix(assessed: Matrix, now: Matrix) -> dict[str, Any]:
    """How many risks stand in each square, as assessed and as they are now."""
    return _beside((_("As assessed"), assessed), (_("Now"), now))


def _beside(*named: tuple[str, Matrix]) -> dict[str, Any]:
    return {"matrices": named, "levels": risk.LEVELS, "unplaced": max(one.unplaced for _name, one in named)}


@register.inclusion_tag("risk/parts/score_history.html", takes_context=True)
def score_history(context: RequestContext, row: Risk) -> dict[str, Any]:
    """The score of a risk through the versions of its assessment, as a line and a table. Two queries."""
    return {"history": history_of(row, context["request"].user)}


@register.inclusion_tag("risk/parts/since_last.html", takes_context=True)
def since_last(context: RequestContext, assessment: Assessment) -> dict[str, Any]:
    """What is new, gone, higher and lower since the version before. Three queries; one for a first version."""
    return {"changes": comparison.since_last(assessment, context["request"].user)}


@register.inclusion_tag("risk/page_risks.html", takes_context=True)
def page_risks(context: RequestContext, page: "Page") -> dict[str, Any]:
    """The risks in force that are tied to a handbook page, those the reader may read; the highest first. One query, none
    for a page that no risk is tied to."""
    user, document_id = context["request"].user, page.document.document_id
    links = Link.objects.filter(page_document_id=document_id)
    shown: list[Any] = []
    if remembered(user, "has risks", document_id, make=links.exists):
        risks = Risk.objects.in_force().visible_to(user).filter(pk__in=links.values("risk")).highest()
        shown = list(risks.select_related("assessment").annotate(total=Window(Count("pk")))[:RISKS_SHOWN_ON_PAGE])
    return {"risks": shown, "total": shown[0].total if shown else 0, "document_id": document_id}
