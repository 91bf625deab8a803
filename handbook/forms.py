"""The editor's form for a page under control."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Revision

from handbook import comparison, rendering, supplements
from handbook.marking import changed_line
from handbook.terms import DOCUMENT_KINDS, Principle
from organisation.models import Unit, within
from organisation.roles import Right

LINES_SHOWN = 12


class ControlledPageForm(WagtailAdminPageForm):
    """Asks what changed when a new edition is about to be made, and offers only units the editor
    may write for."""

    principles = forms.MultipleChoiceField(
        label=_lazy("Principles"), required=False, widget=forms.CheckboxSelectMultiple, choices=Principle
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
        if "action-publish" in self.data or "action-submit" in self.data:
            self.add_error(
                None,
                _("A page comes into force by approval. Save the draft, and send it on from “Hearing and approval”."),
            )
        if self._somebody_else_saved():
            self.add_error(None, self._what_somebody_else_saved())
        return cleaned

    def _somebody_else_saved(self) -> bool:
        """Whether the draft was saved after this form was opened. Saving once more is then a choice."""
        seen, latest = self.data.get("loaded_revision_id"), self.instance.latest_revision
        if not seen or latest is None:
            return False
        when = self.data.get("loaded_revision_created_at") or latest.created_at.isoformat()
        return (seen, when) != (str(latest.pk), latest.created_at.isoformat())

    def _what_somebody_else_saved(self) -> SafeString:
        """Who, when, and what differs from what this form was opened with."""
        latest = self.instance.latest_revision
        opened = Revision.objects.filter(pk=int(self.data["loaded_revision_id"])).first()
        before, after = (_lines(revision) for revision in (opened, latest))
        changed = [line for line in comparison.compare_lines(before, after) if line.changed]
        said = _(
            "%(who)s saved the draft at %(when)s, after you opened it. Nothing you wrote is lost: it stands below."
            " Put in what is missing from the other text, and save again. What differs there:"
        )
        when = date_format(localtime(latest.created_at), "j. F H:i")
        lines = format_html_join("", "<li>{}</li>", ((changed_line(line),) for line in changed[:LINES_SHOWN]))
        return format_html("{}<ul>{}</ul>", said % {"who": latest.user or _("Somebody"), "when": when}, lines)

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


def _lines(revision: Revision | None) -> list[str]:
    """A draft in plain lines, for comparing."""
    if revision is None:
        return []
    page = revision.as_object()
    return rendering.whole_text(page, rendering.render(page)).splitlines()


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
