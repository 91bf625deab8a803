"""Forms of the requirement register: filters, mapping from either side, and what applies."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from handbook.coverage import State
from handbook.models import Coverage, Document, Edition, Requirement, Standard
from handbook.models.requirement import manages
from organisation.filters import FilterForm
from organisation.models import User, within
from organisation.record_step import RecordForm
from organisation.roles import Right

HITS = 12


class CoverageFilters(FilterForm):
    """What to show of the matrix."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *State.choices], required=False)
    standard = forms.ChoiceField(label=_("Standard or law"), required=False)

    def __init__(self, data: Any, *, standards: Iterable[Standard]) -> None:
        super().__init__(data)
        choices = [(standard.slug, standard.code) for standard in standards]
        self.fields["standard"].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    @property
    def query(self) -> str:
        return urlencode(self.asked())


class ApplicabilityForm(RecordForm):
    applicable = forms.TypedChoiceField(
        label=_("Does the requirement apply to us?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why it does not apply"),
        help_text=_("An auditor reads this. Leave it empty when the requirement applies."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(RecordForm):
    note = forms.CharField(
        label=_("How the page answers it"),
        help_text=_("One line: where on the page, and what it settles."),
        required=False,
        max_length=300,
    )


class HitField(forms.ModelChoiceField):
    """One of the hits of a search, shown as radio buttons."""

    widget = forms.RadioSelect

    def label_from_instance(self, obj: Any) -> str:  # type: ignore[override]
        if isinstance(obj, Requirement):
            return f"{obj.standard} {obj.clause} {obj.title}"
        return f"{obj.number} {obj.title} ({obj.document_id})"


class LinkDocumentForm(forms.Form):
    """Choose a page in force for a requirement, among those the person may map."""

    document = HitField(Document.objects.none(), label=_("Page"), empty_label=None)
    note = NoteForm.base_fields["note"]

    def __init__(self, *args: Any, hits: "QuerySet[Document]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = hits  # type: ignore[attr-defined]


class LinkRequirementForm(forms.Form):
    """Choose a requirement for a page."""

    requirement = HitField(Requirement.objects.none(), label=_("Requirement"), empty_label=None)
    note = NoteForm.base_fields["note"]

    def __init__(self, *args: Any, hits: "QuerySet[Requirement]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"].queryset = hits  # type: ignore[attr-defined]


def documents_for(user: User, words: str) -> "QuerySet[Document]":
    """Documents in force that the person may map, by number, document id or words of the title."""
    editions = Edition.objects.in_force()
    if not manages(user):
        editions = editions.filter(within(user.right_paths(Right.WRITE_HANDBOOK), "owner_unit__path"))
    found = Document.objects.filter(pk__in=editions.values("document"))
    for word in words.split()[:8]:
        found = found.filter(Q(number__startswith=word) | Q(document_id__iexact=word) | Q(title__icontains=word))
    return found.in_tree_order()


def requirements_for(document: Document, words: str) -> "QuerySet[Requirement]":
    """Requirements the document could answer and does not yet, by clause, standard or words of the title."""
    answered = Coverage.objects.current().filter(document=document).values("requirement")
    found = Requirement.objects.filter(standard__active=True, is_heading=False, applicable=True)
    for word in words.split()[:8]:
        found = found.filter(Q(clause__icontains=word) | Q(standard__code__icontains=word) | Q(title__icontains=word))
    return found.exclude(pk__in=answered).select_related("standard")


def first_hits(found: "QuerySet[Any]") -> "QuerySet[Any]":
    """As many as a list of radio buttons holds; still a queryset that a field can look in."""
    return found.filter(pk__in=list(found.values_list("pk", flat=True)[:HITS]))
