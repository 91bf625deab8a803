"""Form fields for numbers as people write them, and for a page of the handbook."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from results import numbers
from risk.forms.steps import PageInput, documented


class NumberField(forms.CharField):
    """A number with decimal comma or point, spaces and a percent sign: cleans to a Decimal."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write a number, such as 87,5.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return numbers.written(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            return numbers.read_number(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class PageField(forms.CharField):
    """A page in force, by its document id, number or title: cleans to the page."""

    widget = PageInput
    default_error_messages = {"unknown": _("No page in force is called that. Choose one from the list.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Document id such as FL-0042, number such as 5.3.2, or title."))
        super().__init__(max_length=300, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        document = getattr(value, "document", None)
        return f"{document.document_id} {document.number} {document.title}" if document else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        names = ("document__document_id__iexact", "document__number")
        conditions = [{name: text.split()[0]} for name in names] + [{"document__title__iexact": text}]
        for condition in conditions:
            if page := documented().filter(**condition).first():
                return page
        raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
