"""Fields that name a page of the handbook or a requirement, by what people call it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handbook.models import Requirement
from organisation.fields import SuggestingInput
from risk.forms.steps import PageInput, documented

REQUIREMENTS_SUGGESTED = 600


class PageField(forms.CharField):
    """A page in force, by document id, number or title. Cleans to the page, or None."""

    widget = PageInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.document.document_id} {value.document}" if hasattr(value, "document") else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        first = text.split()[0]
        for condition in (
            {"document__document_id__iexact": first},
            {"document__number": first},
            {"document__title__iexact": text},
        ):
            if page := documented().select_related("document").filter(**condition).first():
                return page
        raise forms.ValidationError(_("No page in force is called that. Choose one from the list."))


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
