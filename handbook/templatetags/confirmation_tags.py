"""The box on a handbook page that asks the reader to confirm it (G8)."""

from typing import TYPE_CHECKING, Any

from django import template
from django.template.context import RequestContext

from handbook import confirmations
from handbook.models import Edition
from organisation.remembering import remembered

if TYPE_CHECKING:
    from handbook.models import Document

register = template.Library()


@register.inclusion_tag("handbook/confirmation/box.html", takes_context=True)
def confirmation(context: RequestContext, document: "Document", edition: Edition) -> dict[str, Any]:
    """How the reader stands to the edition in force. No query for a document nobody is asked to read; else one, and two
    while it waits to be confirmed."""
    user = context["request"].user
    is_asked_of_some = remembered(user, "has duties", document.pk, make=document.reading_duties.active().exists)
    return {
        "document": document,
        "edition": edition,
        "base_address": context["base_address"],
        "csrf_token": context.get("csrf_token"),
        "standing": confirmations.standing(user, document, edition) if is_asked_of_some else None,
    }
