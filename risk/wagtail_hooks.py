"""The registers of risk in the admin: what assessments are made from, and the assessments to look up (G23)."""

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

from .models import Assessment, Control, Risk, Template, Threat


class AssessmentPermissionHelper(RegisterPermissionHelper):
    """Read only: those who look after the registers, and only what they may read anyway."""

    read_right = Right.WRITE_RISKS

    def rows(self, user: User) -> models.QuerySet[Assessment]:
        return Assessment.objects.visible_to(user)


class RiskPermissionHelper(AssessmentPermissionHelper):
    def rows(self, user: User) -> models.QuerySet[Risk]:  # type: ignore[override]
        return Risk.objects.visible_to(user)


class TemplateAdmin(LibraryAdmin):
    model = Template
    menu_icon = "doc-full"
    list_display = ["name", "use", "sub_kind", "version_label", yes_or_no("active", _("active"))]
    list_export = ["name", "use", "sub_kind", "version_label", "about", "active"]
    list_filter = ["use", "active"]
    search_fields = ["name", "about"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("name", "use", "sub_kind", "version_label", "about", "active")]


class ThreatAdmin(LibraryAdmin):
    model = Threat
    menu_icon = "warning"
    list_display = ["threat", "aspect", "template", "place", yes_or_no("active", _("active"))]
    list_export = ["template", "place", "aspect", "threat", "preventive", "limiting", "active"]
    list_filter = [("template", RelatedFilter), "active"]
    list_select_related = ["template"]
    search_fields = ["threat", "aspect", "preventive", "limiting"]
    inspect_view_fields = list_export
    panels = [
        FieldPanel(name) for name in ("template", "place", "aspect", "threat", "preventive", "limiting", "active")
    ]


class ControlAdmin(LibraryAdmin):
    model = Control
    menu_icon = "lock"
    list_display = ["code", "name", "description", yes_or_no("active", _("active"))]
    list_export = ["code", "name", "description", "active"]
    list_filter = ["active"]
    search_fields = ["code", "name", "description"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("code", "name", "description", "active")]


class AssessmentAdmin(RegisterAdmin):
    model = Assessment
    permission_helper_class = AssessmentPermissionHelper
    menu_icon = "list-ol"
    list_display = ["link", "use", "unit", "year", "number", "status", "leader", "review_date"]
    list_export = [
        "title",
        "use",
        "sub_kind",
        "unit",
        "year",
        "number",
        "status",
        "leader",
        "decided_at",
        "review_date",
    ]
    list_filter = ["use", "status", ("unit", RelatedFilter), "year", "restricted"]
    list_select_related = ["unit", "leader"]
    search_fields = ["title", "scope"]
    ordering = ["-year", "title", "-number"]
    inspect_view_fields = [*list_export, "scope", "template_label", "subject", "restricted", "ended_reason"]

    def link(self, assessment: Assessment) -> SafeString:
        return format_html('<a href="{}">{}</a>', assessment.get_absolute_url(), assessment.title)

    link.short_description = _("title")  # type: ignore[attr-defined]
    link.admin_order_field = "title"  # type: ignore[attr-defined]


class RiskAdmin(RegisterAdmin):
    model = Risk
    permission_helper_class = RiskPermissionHelper
    menu_icon = "warning"
    list_display = [
        "link",
        "belongs_to",
        "probability",
        "consequence",
        yes_or_no("law_breach", _("breach of law")),
        "residual",
    ]
    list_export = [
        *("assessment", "aspect", "threat", "probability", "consequence", "law_breach", "preventive", "limiting"),
        *("residual_probability", "residual_consequence", "residual_confirmed_at"),
    ]
    list_filter = ["assessment__use", "assessment__status", ("assessment__unit", RelatedFilter), "law_breach"]
    list_select_related = ["assessment"]
    search_fields = ["threat", "aspect", "assessment__title"]
    ordering = ["-assessment__year", "assessment__title", "place"]
    inspect_view_fields = list_export

    def link(self, risk: Risk) -> SafeString:
        return format_html('<a href="{}">{}</a>', risk.get_absolute_url(), risk)

    link.short_description = _("risk")  # type: ignore[attr-defined]

    def belongs_to(self, risk: Risk) -> Assessment:
        return risk.assessment

    belongs_to.short_description = _("risk assessment")  # type: ignore[attr-defined]
    belongs_to.admin_order_field = "assessment__title"  # type: ignore[attr-defined]

    def residual(self, risk: Risk) -> int | str:
        return risk.residual_score or ""

    residual.short_description = _("risk after")  # type: ignore[attr-defined]


@modeladmin_register
class RiskGroup(ModelAdminGroup):
    """Templates, the library of threats and the controls; and the assessments, to look up."""

    menu_label = _("Risk")
    menu_icon = "warning"
    menu_order = 210
    items: tuple[Any, ...] = (AssessmentAdmin, RiskAdmin, TemplateAdmin, ThreatAdmin, ControlAdmin)
