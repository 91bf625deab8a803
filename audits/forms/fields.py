"""Fields that several forms of inspections and self-checks share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handbook.models import Document
from organisation.fields import SuggestingInput

SUGGESTIONS = 500


class DocumentInput(SuggestingInput):
    """Suggests the documents in force."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows = Document.objects.in_force().in_tree_order().values_list("document_id", "number", "title")
        self.suggestions = [" ".join(filter(None, row)) for row in rows[:SUGGESTIONS]]
        return super().get_context(name, value, attrs)


class DocumentField(forms.CharField):
    """A page of the handbook in force, by document id, number or title. Cleans to the `Document`, or None."""

    widget = DocumentInput
    default_error_messages = {"unknown": _("No page in force is called that. Choose one from the list.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Document id such as FL-0042, number such as 5.3.2, or title."))
        super().__init__(max_length=300, **kwargs)

    def clean(self, value: Any) -> Document | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        first, documents = text.split()[0], Document.objects.in_force().select_related("page")
        for condition in ({"document_id__iexact": first}, {"number": first}, {"title__iexact": text}):
            if found := documents.filter(**condition).first():
                return found
        raise forms.ValidationError(self.error_messages["unknown"], code="unknown")


def document_text(document_id: str, label: str) -> str:
    """What the field shows of a page that is chosen already."""
    return f"{document_id} {label}".strip()
