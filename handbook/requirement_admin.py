"""The requirement register in the admin: standards and clauses, looked after by the quality manager.

Everybody else, the auditor too, reads the register and its history on the site: `/krav/`.
"""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup

from handbook.models import Requirement, Standard
from organisation.register_admin import RegisterAdmin, RegisterPermissionHelper, RelatedFilter, yes_or_no
from organisation.roles import Right


class RequirementPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_SYSTEM


class VersionedForm(WagtailAdminModelForm):
    """A form on a versioned record. A save from an older version is refused, with what was typed kept."""

    shown_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            rows = type(self.instance)._default_manager.select_for_update(of=("self",)).filter(pk=self.instance.pk)
            if rows.values_list("version", flat=True).get() != cleaned.get("shown_version"):
                text = _("Somebody else changed this while you wrote. Open it again in another tab and compare.")
                raise forms.ValidationError(text, code="stale")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            self.instance.version += 1
        return super().save(commit)


class StandardAdmin(RegisterAdmin):
    model = Standard
    base_form_class = VersionedForm
    permission_helper_class = RequirementPermissionHelper
    menu_icon = "doc-full-inverse"
    list_display = ["code", "title", "kind", "issue", yes_or_no("active", _("active"))]
    list_export = ["code", "title", "kind", "issue", "url", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["code", "title"]
    inspect_view_fields = ["code", "slug", "title", "kind", "issue", "url", "active"]
    panels = [
        FieldPanel("code"),
        FieldPanel("slug"),
        FieldPanel("title"),
        FieldPanel("kind"),
        FieldPanel("issue"),
        FieldPanel("url"),
        FieldPanel("active"),
    ]

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = VersionedForm
        return handler


class RequirementAdmin(RegisterAdmin):
    """The clauses. What applies is said on the site, where the reason is asked for and shown."""

    model = Requirement
    base_form_class = VersionedForm
    permission_helper_class = RequirementPermissionHelper
    menu_icon = "list-ol"
    list_display = [
        "clause",
        "title",
        "standard",
        yes_or_no("is_heading", _("only a heading")),
        yes_or_no("applicable", _("applies to us")),
    ]
    list_export = ["standard", "clause", "title", "is_heading", "applicable", "reason"]
    list_filter = [("standard", RelatedFilter), "is_heading", "applicable"]
    list_select_related = ["standard"]
    search_fields = ["clause", "title", "standard__code"]
    inspect_view_fields = ["standard", "clause", "title", "is_heading", "applicable", "reason"]
    panels = [
        FieldPanel("standard"),
        FieldPanel("clause"),
        FieldPanel("title"),
        FieldPanel("is_heading"),
    ]

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = VersionedForm
        return handler

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        return super().get_queryset(request).order_by("-standard__kind", "standard__code", "order")


class RequirementGroup(ModelAdminGroup):
    menu_label = _("Requirements")
    menu_icon = "clipboard-list"
    menu_order = 210
    items = (StandardAdmin, RequirementAdmin)
