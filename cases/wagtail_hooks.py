"""The registers in the admin, in one group. A handler's daily work happens on the site."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register
from wagtail_modeladmin.views import CreateView

from organisation.models import User, within
from organisation.register_admin import (
    AbsenceAdmin,
    RegisterAdmin,
    RegisterPermissionHelper,
    RelatedFilter,
    RoleAssignmentAdmin,
    UnitAdmin,
    VersionedForm,
    yes_or_no,
)
from organisation.roles import Right

from .models import Action, AnswerTemplate, Case, Category, Cause, Question
from .permissions import composes_questions


class CasePermissionHelper(RegisterPermissionHelper):
    """Read only: those who read cases whole, and only the cases they read whole."""

    read_right = Right.READ_WHOLE_CASES

    def rows(self, user: User) -> models.QuerySet[Case]:
        whole = within(user.right_paths(Right.READ_WHOLE_CASES), "unit__path")
        return Case.objects.visible_to(user).filter(whole)


class ActionPermissionHelper(CasePermissionHelper):
    def rows(self, user: User) -> models.QuerySet[Action]:  # type: ignore[override]
        return Action.objects.filter(case__in=super().rows(user))


class WordPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_REGISTERS


class CaseAdmin(RegisterAdmin):
    model = Case
    permission_helper_class = CasePermissionHelper
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


class AnswerPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.TAKE_IN


class AnswerTemplateAdmin(RegisterAdmin):
    model = AnswerTemplate
    permission_helper_class = AnswerPermissionHelper
    menu_icon = "clipboard-list"
    list_display = ["name", "situation", "kind", "language", yes_or_no("active", _("active"))]
    list_export = ["name", "situation", "kind", "language", "text", "active"]
    list_filter = ["situation", "kind", "language", "active"]
    search_fields = ["name", "text"]
    panels = [
        FieldPanel("name"),
        FieldPanel("text"),
        FieldPanel("situation"),
        FieldPanel("kind"),
        FieldPanel("language"),
        FieldPanel("active"),
    ]


class CategoryAdmin(WordAdmin):
    model = Category
    menu_icon = "tag"


class CauseAdmin(WordAdmin):
    model = Cause
    menu_icon = "help"


class QuestionPermissionHelper(RegisterPermissionHelper):
    """Read by all who write in the handbook; changed by those who write the page it is about (G17)."""

    read_right = change_right = Right.WRITE_HANDBOOK

    def user_can_edit_obj(self, user: User, obj: Question) -> bool:  # type: ignore[override]
        return composes_questions(user, obj.page)


class QuestionForm(VersionedForm):
    """A question. Both the page it is about and the page it is moved to must be one the person writes."""

    def clean_page(self) -> Page:
        page = self.cleaned_data["page"]
        if not composes_questions(self.for_user, page):
            raise forms.ValidationError(_("You can't change this page, so you can't ask questions there either."))
        return page


class QuestionCreateView(CreateView):
    def get_initial(self) -> dict[str, Any]:
        """The page to ask on, when the way here says so: `?page=<pk>`."""
        asked = self.request.GET.get("page", "")
        return {"page": int(asked)} if asked.isascii() and asked.isdigit() and len(asked) < 10 else {}


class QuestionAdmin(RegisterAdmin):
    """Extra questions to who reports from a page. Switched off, never deleted: the answers keep them."""

    model = Question
    base_form_class = QuestionForm
    create_view_class = QuestionCreateView
    permission_helper_class = QuestionPermissionHelper
    menu_icon = "list-ul"
    list_display = ["text", "type", "page", yes_or_no("active", _("in use")), "link"]
    list_export = [
        "text",
        "help_text",
        "type",
        "options",
        "page",
        "required",
        "for_deviation",
        "for_improvement",
        "for_positive",
        "order",
        "active",
    ]
    list_filter = ["active", "type"]
    list_select_related = ["page"]
    search_fields = ["text", "help_text", "page__title"]
    inspect_view_fields = list_export
    panels = [
        FieldPanel("page"),
        FieldPanel("type"),
        FieldPanel("text"),
        FieldPanel("help_text"),
        FieldPanel("options"),
        FieldPanel("required"),
        MultiFieldPanel(
            [FieldPanel("for_deviation"), FieldPanel("for_improvement"), FieldPanel("for_positive")],
            heading=_("Asked when somebody reports"),
        ),
        FieldPanel("order"),
        FieldPanel("active"),
    ]

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = QuestionForm
        return handler

    def link(self, question: Question) -> SafeString | str:
        """To the form as reporters from the page see it."""
        if not question.page_id:
            return ""
        return format_html(
            '<a href="{}">{}</a>', reverse("cases:questions", args=[question.page_id]), _("See the form")
        )

    link.short_description = _("the form")  # type: ignore[attr-defined]


@hooks.register("register_page_header_buttons")
def lead_to_questions(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a page in the admin to the questions that are asked of who reports from it."""
    if page.depth > 1 and composes_questions(user, None):
        yield Button(
            _("Questions in the report form"), reverse("cases:questions", args=[page.pk]), icon_name="help", priority=62
        )


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
        AnswerTemplateAdmin,
        QuestionAdmin,
    )
