"""What other apps' templates show of the cases: the report form and the cases of a page (G16)."""

from typing import TYPE_CHECKING, Any

from django import template
from django.db.models import Count, F, Window
from django.template.context import RequestContext

from cases import masking
from cases.forms.report import ReportForm
from cases.models import Answer, Case, Following
from cases.permissions import may_follow
from cases.reading import Reading

if TYPE_CHECKING:
    from wagtail.models import Page

register = template.Library()

CASES_SHOWN_ON_PAGE = 5
TONES = {
    Case.Status.RECEIVED: "info",
    Case.Status.ASSESSED: "info",
    Case.Status.IN_PROGRESS: "warn",
    Case.Status.AWAITING_EVALUATION: "warn",
    Case.Status.CLOSED: "ok",
}
KIND_TONES = {Case.Kind.DEVIATION: "bad", Case.Kind.IMPROVEMENT: "info", Case.Kind.POSITIVE: "ok"}


@register.inclusion_tag("cases/report_form_embedded.html", takes_context=True)
def report_form(context: RequestContext, page: "Page", edition: Any) -> dict[str, Any]:
    """The report form at the foot of a handbook page. Two queries, for the units and for the extra questions."""
    request = context["request"]
    form = ReportForm(user=request.user, document=page.document, edition=edition)
    return {"form": form, "request": request, "user": request.user, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("cases/page_cases.html", takes_context=True)
def page_cases(context: RequestContext, page: "Page") -> dict[str, Any]:
    """The newest ordinary cases reported on a page, and how many there are. One query."""
    user = context["request"].user
    cases = list(
        Case.objects.filter(page_id=page.pk, sealed=False, needs_triage=False)
        .for_list()
        .annotate(total=Window(Count("pk")))
        .order_by(F("received_at").desc(), F("pk").desc())[:CASES_SHOWN_ON_PAGE]
    )
    return {
        "rows": [(case, Reading(user, case).text(case.title)) for case in cases],
        "total": cases[0].total if cases else 0,
        "document_id": page.document.document_id,
    }


@register.inclusion_tag("cases/parts/personal_data_hint.html")
def personal_data_hint(field: str, seals: bool = False) -> dict[str, Any]:
    """A quiet word while typing in `field`, when it looks like a number of somebody or is about health (G18).
    `seals`: the form can seal the case. The page loads personal-data-hint.js."""
    return {"field": field, "seals": seals, "stems": " ".join(masking.HEALTH_STEMS)}


@register.inclusion_tag("cases/follow.html", takes_context=True)
def follow_button(context: RequestContext, what: str, thing: Any) -> dict[str, Any]:
    """Follow or stop following a thing; `what` is "case", "page" or "unit". One query."""
    request = context["request"]
    following = Following.objects.filter(user=request.user, **{f"{what}_id": thing.pk}).first()
    return {
        "what": what,
        "pk": thing.pk,
        "following": following,
        "may_follow": may_follow(request.user),
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def status_tone(case: Case) -> str:
    """The colour of the status tag; the text beside it says the same."""
    return TONES.get(Case.Status(case.status), "")


@register.filter
def kind_tone(case: Case) -> str:
    return KIND_TONES.get(Case.Kind(case.kind), "")


@register.filter
def shown_in(text: str, reading: Reading) -> str:
    """The text as the reader may read it: whole, or with personal data hidden."""
    return reading.text(text)


@register.filter
def answer_in(answer: Answer, reading: Reading) -> str:
    """The answer as the reader may read it."""
    return reading.answer(answer)


@register.filter
def person_in(person: Any, reading: Reading) -> str:
    """The name, or the role for those who need not know the name."""
    return reading.person(person)
