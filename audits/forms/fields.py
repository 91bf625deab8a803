"""Fields that name a page of the handbook or a requirement, by what people call it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handbook.models import Document, Requirement
from organisation.fields import SuggestingInput

SUGGESTIONS = 500
REQUIREMENTS_SUGGESTED = 600


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


class PageField(DocumentField):
    """The same, for what is kept with its page. Cleans to the page, or None."""

    def prepare_value(self, value: Any) -> Any:
        return document_text(value.document.document_id, str(value.document)) if hasattr(value, "document") else value

    def clean(self, value: Any) -> Any:
        document = super().clean(value)
        return document and document.page


def document_text(document_id: str, label: str) -> str:
    """What the field shows of a page that is chosen already."""
    return f"{document_id} {label}".strip()


class RequirementInput(SuggestingInput):
    """Suggests the requirements that apply."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows = Requirement.objects.filter(is_heading=False, applicable=True).values_list(
            "standard__code", "clause", "title"
        )
        self.suggestions = [f"{code} {clause}: {title}" for code, clause, title in rows[:REQUIREMENTS_SUGGESTED]]
        return super().get_context(name, value, attrs)


class RequirementField(forms.CharField):
    """A requirement, as "ISO 9001:2015 7.5.3". Cleans to the requirement, or None."""

    widget = RequirementInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value}: {value.title}" if isinstance(value, Requirement) else value

    def clean(self, value: Any) -> Requirement | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        named, _colon, _title = text.partition(": ")
        code, _space, clause = named.rpartition(" ")
        rows = Requirement.objects.filter(is_heading=False).select_related("standard")
        for row in rows.filter(clause__iexact=clause.strip(":")):
            if row.standard.code.casefold() == code.strip().casefold():
                return row
        if found := _by_label(rows, named.casefold()):
            return found
        raise forms.ValidationError(_("No requirement is called that. Choose one from the list."))


def _by_label(rows: Any, named: str) -> Requirement | None:
    """For clauses that hold spaces, such as "§ 25-1"."""
    return next((row for row in rows if str(row).casefold() == named), None)
