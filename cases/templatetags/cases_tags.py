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
# What a title is read by: who may read it whole, and what is hidden from others.
READ_ON_PAGE = (
    *("reference", "title", "status", "sealed", "needs_triage", "anonymity", "unit__path", "page_owner__path"),
    *("reporter__first_name", "reporter__last_name", "handler__first_name", "handler__last_name"),
    *("correspondent__name", "correspondent__case_id", "duplicate_of__reference", "duplicate_of__sealed"),
)
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
    initial = {"key": context["new_key"]} if "new_key" in context else {}
    form = ReportForm(user=request.user, document=page.document, edition=edition, initial=initial)
    return {"form": form, "request": request, "user": request.user, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("cases/page_cases.html", takes_context=True)
def page_cases(context: RequestContext, page: "Page") -> dict[str, Any]:
    """The newest ordinary cases reported on a page, and how many there are. One query."""
    user = context["request"].user
    cases = list(
        Case.objects.filter(page_id=page.pk, sealed=False, needs_triage=False)
        .select_related("unit", "page_owner", "reporter", "handler", "correspondent", "duplicate_of")
        .only(*READ_ON_PAGE)
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
    """Follow or stop following a thing; `what` is "case", "page" or "unit". No query for a thing that knows it itself
    (`thing.following`), else one."""
    request = context["request"]
    if hasattr(thing, "following"):
        following = thing.following
    else:
        mine = Following.objects.filter(user=request.user, **{f"{what}_id": thing.pk})
        following = mine.values_list("pk", flat=True).first()
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
