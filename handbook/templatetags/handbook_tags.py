"""What the handbook's templates need and Django's tags lack."""

from typing import Any

from django import template

from handbook.coverage import answered_by
from handbook.marking import changed_line
from handbook.models import Delegation, Document
from organisation.roles import Right

register = template.Library()


@register.inclusion_tag("handbook/page_delegations.html")
def page_delegations(page: Any) -> dict[str, Any]:
    """The mandates in force that are grounded in the page (S3). One query."""
    return {"delegations": Delegation.objects.grounded_in(page)}


register.simple_tag(changed_line)


@register.inclusion_tag("handbook/requirement/box.html", takes_context=True)
def page_requirements(context: Any, document: Document) -> dict[str, Any]:
    """The requirements the document answers, and the way to map more for those who write. One query."""
    writes = context["request"].user.has_right(Right.WRITE_HANDBOOK)
    return {"document": document, "answered": answered_by(document), "writes": writes}
