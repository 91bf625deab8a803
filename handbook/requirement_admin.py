"""The requirement register in the admin: standards and clauses, looked after by the quality manager.

Everybody else, the auditor too, reads the register and its history on the site: `/krav/`.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup

from handbook.models import Requirement, Standard
from organisation.register_admin import (
    RegisterAdmin,
    RegisterPermissionHelper,
    RelatedFilter,
    VersionedForm,
    yes_or_no,
)
from organisation.roles import Right


class RequirementPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_SYSTEM


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
