"""What the handbook's templates need and Django's tags lack."""

from typing import Any

from django import template

from handbook.coverage import answered_by
from handbook.marking import changed_line
from handbook.models import Delegation, Document, Edition
from handbook.permissions import looked_after
from handbook.terms import Kind

register = template.Library()


@register.inclusion_tag("handbook/page_delegations.html")
def page_delegations(page: Any) -> dict[str, Any]:
    """The mandates in force that are grounded in the page (S3). One query."""
    return {"delegations": Delegation.objects.grounded_in(page)}


register.simple_tag(changed_line)


@register.inclusion_tag("handbook/looking_after.html", takes_context=True)
def looking_after(context: Any, document: Document, edition: Edition, is_in_force: bool) -> dict[str, Any]:
    """Ways on for those who look after the document; nothing, and no query, for others."""
    acts = looked_after(context["request"].user, edition)
    if edition.kind == Kind.CHAPTER:
        acts.discard("withdraw")
    return {"document": document, "acts": acts, "is_in_force": is_in_force}


@register.inclusion_tag("handbook/requirement/box.html")
def page_requirements(document: Document) -> dict[str, Any]:
    """The requirements the document answers. One query."""
    return {"document": document, "answered": answered_by(document)}
