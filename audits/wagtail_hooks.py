"""The registers of inspections and audits in the admin: who inspects, the inspections to look up, and what audits begin
from (S40, S70)."""

from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from organisation.models import User
from organisation.register_admin import (
    LibraryAdmin,
    RegisterAdmin,
    RegisterPermissionHelper,
    RelatedFilter,
    yes_or_no,
)
from organisation.roles import Right

from .models import AuditTemplate, Authority, Inspection, TemplateQuestion


class InspectionPermissionHelper(RegisterPermissionHelper):
    """Read only, and only what the person may read anyway."""

    read_right = Right.KEEP_CONTROLS

    def rows(self, user: User) -> models.QuerySet[Inspection]:
        return Inspection.objects.visible_to(user)


class AuthorityAdmin(LibraryAdmin):
    """Made inactive when they are gone, never deleted: inspections keep who inspected."""

    model = Authority
    menu_icon = "group"
    list_display = ["name", "fields", yes_or_no("active", _("active"))]
    list_export = ["name", "fields", "address", "active"]
    list_filter = ["active"]
    search_fields = ["name", "fields"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("name", "fields", "address", "active")]


class InspectionAdmin(RegisterAdmin):
    model = Inspection
    permission_helper_class = InspectionPermissionHelper
    menu_icon = "view"
    list_display = ["link", "kind", "authority", "unit", "status", "notice_date", "answer_deadline"]
    list_export = [
        *("title", "kind", "authority", "orderer", "law", "unit", "status", "notice_date", "visit_from"),
        *("report_date", "answer_deadline", "answer_date", "closed_date"),
    ]
    list_filter = ["kind", "status", ("authority", RelatedFilter), ("unit", RelatedFilter), "restricted"]
    list_select_related = ["authority", "unit"]
    search_fields = ["title", "law", "their_reference"]
    inspect_view_fields = [*list_export, "scope", "contact", "their_reference", "archive_reference", "restricted"]

    def link(self, inspection: Inspection) -> SafeString:
        return format_html('<a href="{}">{}</a>', inspection.get_absolute_url(), inspection.title)

    link.short_description = _("title")  # type: ignore[attr-defined]
    link.admin_order_field = "title"  # type: ignore[attr-defined]


class AuditTemplateAdmin(LibraryAdmin):
    """Made inactive when they go out of use, never deleted: audits keep what they began from."""

    model = AuditTemplate
    menu_icon = "doc-full"
    list_display = ["name", "purpose", "version_label", yes_or_no("active", _("active"))]
    list_export = ["name", "purpose", "version_label", "about", "active"]
    list_filter = ["purpose", "active"]
    search_fields = ["name", "about"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("name", "purpose", "version_label", "about", "active")]


class TemplateQuestionAdmin(LibraryAdmin):
    """What an audit asked already stands there in its own words."""

    model = TemplateQuestion
    menu_icon = "help"
    list_display = ["text", "template", "place", yes_or_no("active", _("active"))]
    list_export = ["template", "place", "text", "look_for", "active"]
    list_filter = [("template", RelatedFilter), "active"]
    list_select_related = ["template"]
    search_fields = ["text", "look_for"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("template", "place", "text", "look_for", "active")]


@modeladmin_register
class ControlGroup(ModelAdminGroup):
    """Inspections to look up, and the authorities; the templates of audits and their questions."""

    menu_label = _("Inspections and audits")
    menu_icon = "view"
    menu_order = 215
    items: tuple[Any, ...] = (InspectionAdmin, AuthorityAdmin, AuditTemplateAdmin, TemplateQuestionAdmin)
