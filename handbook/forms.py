"""The editor's form for a page under control."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from handbook import supplements
from handbook.terms import DOCUMENT_KINDS, Principle
from organisation.models import Unit, within
from organisation.roles import Right


class ControlledPageForm(WagtailAdminPageForm):
    """Asks what changed when a new edition is about to be made, and offers only units the editor
    may write for."""

    principles = forms.MultipleChoiceField(
        label=_("Principles"), required=False, widget=forms.CheckboxSelectMultiple, choices=Principle
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_edition = bool(self.instance.pk) and self._latest_edition() is not None
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.value, kind.label) for kind in DOCUMENT_KINDS]
        if "owner_unit" in self.fields:
            self.fields["owner_unit"].queryset = self._own_units()
        if "change_kind" in self.fields:
            self._prepare_change()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        publishing = "action-publish" in self.data
        if publishing and self.has_edition and not (cleaned.get("change_note") or "").strip():
            self.add_error("change_note", _("Write what changed and why. Readers see it beside the new version."))
        unit = cleaned.get("owner_unit")
        if publishing and unit and self.for_user and not self.for_user.has_right(Right.PUBLISH_HANDBOOK, unit):
            self.add_error("owner_unit", _("You can't publish for this unit. Save a draft instead."))
        return cleaned

    def _prepare_change(self) -> None:
        """The note belongs to one edition: blank again after it, until a draft holds a new one."""
        if self.instance.pk and self.instance.latest_revision_id == self.instance.live_revision_id:
            self.initial["change_note"] = ""
            self.initial["change_kind"] = "major"

    def _latest_edition(self) -> Any:
        document = getattr(self.instance, "document", None)
        return document.latest_edition() if document else None

    def _own_units(self) -> Any:
        units = Unit.objects.active()
        if self.for_user is not None:
            own = within(self.for_user.right_paths(Right.WRITE_HANDBOOK), "path")
            units = Unit.objects.filter(own, active=True) | Unit.objects.filter(pk=self.instance.owner_unit_id)
        return units.order_by("path")


class SupplementForm(ControlledPageForm):
    """A supplement is for one unit below the municipality, and the unit's only one to the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "applies_to" in self.fields:
            self.fields["applies_to"].required = True
            self.fields["applies_to"].queryset = Unit.objects.filter(depth__gt=1, active=True).order_by("path")
            self.fields["applies_to"].help_text = _("The unit whose practice this is; its people read it in place.")

    def _post_clean(self) -> None:
        """The model checks a page that has a place; a new one gets its place from the page it is written under."""
        super()._post_clean()
        if not self.instance.path and "applies_to" not in self.errors:
            try:
                supplements.check(self.instance, self.parent_page)
            except forms.ValidationError as refused:
                self.add_error(None, refused)
