"""The registers in the admin, in one group. A handler's daily work happens on the site."""

from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from organisation.models import User, within
from organisation.register_admin import (
    AbsenceAdmin,
    RegisterAdmin,
    RegisterInspectView,
    RegisterPermissionHelper,
    RelatedFilter,
    RoleAssignmentAdmin,
    UnitAdmin,
    yes_or_no,
)
from organisation.roles import Right

from .models import Action, Case, Category, Cause, LookUp
from .permissions import known_condition


class CasePermissionHelper(RegisterPermissionHelper):
    """Read only: those who read cases whole, and only the cases they read whole, names and all."""

    read_right = Right.READ_WHOLE_CASES

    def rows(self, user: User) -> models.QuerySet[Case]:
        whole = within(user.right_paths(Right.READ_WHOLE_CASES), "unit__path")
        return Case.objects.visible_to(user).filter(whole & known_condition(user))


class ActionPermissionHelper(CasePermissionHelper):
    def rows(self, user: User) -> models.QuerySet[Action]:  # type: ignore[override]
        return Action.objects.filter(case__in=super().rows(user))


class CaseInspectView(RegisterInspectView):
    """A sealed case, or a measure of one, that is opened here is written in the case's log."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.instance if isinstance(self.instance, Case) else self.instance.case
        LookUp.note(self.request.user, [case], LookUp.What.ADMIN)
        return super().get_context_data(**kwargs)


class WordPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_REGISTERS


class CaseAdmin(RegisterAdmin):
    model = Case
    permission_helper_class = CasePermissionHelper
    inspect_view_class = CaseInspectView
    menu_icon = "mail"
    list_display = ["link", "title", "kind", "status", "unit", "received_at", "deadline"]
    list_export = ["reference", "title", "kind", "status", "unit", "category", "cause", "received_at", "closed_at"]
    list_filter = [
        "kind",
        "status",
        ("unit", RelatedFilter),
        ("category", RelatedFilter),
        ("cause", RelatedFilter),
        "law_breach",
    ]
    list_select_related = ["unit"]
    search_fields = ["reference", "title", "description", "external_id"]
    ordering = ["-received_at", "-pk"]
    inspect_view_fields = [
        "reference",
        "title",
        "kind",
        "status",
        "description",
        "unit",
        "place",
        "reporter",
        "handler",
        "received_at",
        "deadline",
        "category",
        "law_breach",
        "probability",
        "consequence",
        "root_cause",
        "cause",
        "residual_probability",
        "residual_consequence",
        "lesson",
        "closed_at",
    ]

    def link(self, case: Case) -> SafeString:
        return format_html('<a href="{}">{}</a>', case.get_absolute_url(), case.reference)

    link.short_description = _("reference")  # type: ignore[attr-defined]
    link.admin_order_field = "reference"  # type: ignore[attr-defined]


class ActionAdmin(RegisterAdmin):
    model = Action
    permission_helper_class = ActionPermissionHelper
    inspect_view_class = CaseInspectView
    menu_icon = "tasks"
    list_display = ["case_link", "text", "kind", "responsible", "deadline", "done_at", "effect"]
    list_export = ["case", "text", "kind", "responsible", "deadline", "done_at", "effect", "cost", "hours"]
    list_filter = ["kind", "effect", ("case__unit", RelatedFilter)]
    list_select_related = ["case", "responsible"]
    search_fields = ["text", "case__reference"]
    ordering = ["-deadline", "-pk"]
    inspect_view_fields = [
        "case",
        "text",
        "kind",
        "responsible",
        "deadline",
        "evaluation_date",
        "cost",
        "hours",
        "done_at",
        "done_by",
        "done_note",
        "effect",
        "effect_note",
        "evaluated_by",
        "evaluated_at",
    ]

    def case_link(self, action: Action) -> SafeString:
        return format_html('<a href="{}">{}</a>', action.case.get_absolute_url(), action.case.reference)

    case_link.short_description = _("case")  # type: ignore[attr-defined]
    case_link.admin_order_field = "case__reference"  # type: ignore[attr-defined]


class WordAdmin(RegisterAdmin):
    """Categories and causes: made inactive when they go out of use."""

    permission_helper_class = WordPermissionHelper
    list_display = ["name", "code", "description", yes_or_no("active", _("active"))]
    list_export = ["name", "code", "description", "active"]
    list_filter = ["active"]
    search_fields = ["name", "code", "description"]
    panels = [FieldPanel("name"), FieldPanel("code"), FieldPanel("description"), FieldPanel("active")]


class CategoryAdmin(WordAdmin):
    model = Category
    menu_icon = "tag"


class CauseAdmin(WordAdmin):
    model = Cause
    menu_icon = "help"


@modeladmin_register
class RegisterGroup(ModelAdminGroup):
    """Everything the quality manager and the administrator look after."""

    menu_label = _("Registers")
    menu_icon = "list-ul"
    menu_order = 200
    items: tuple[Any, ...] = (
        CaseAdmin,
        ActionAdmin,
        UnitAdmin,
        RoleAssignmentAdmin,
        AbsenceAdmin,
        CauseAdmin,
        CategoryAdmin,
    )
