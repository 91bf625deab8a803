"""What a model refuses, shown in the form it came from, with everything that was typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict


def take_refusal(form: forms.BaseForm, refused: ValidationError) -> None:
    """Put what a model refuses beside the fields it belongs to, the rest above the form."""
    by_field = refused.message_dict if hasattr(refused, "error_dict") else {"__all__": refused.messages}
    for field, texts in by_field.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def resent(request: HttpRequest, **now: Any) -> QueryDict:
    """What was typed, on what stands now: for a form that was written on something older."""
    data = request.POST.copy()
    for name, value in now.items():
        data[name] = str(value)
    return data
