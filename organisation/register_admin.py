"""The registers in the admin: ModelAdmins with our own rules.

wagtail-modeladmin asks Django's model permissions, checks none in its history view, and limits only
the index by `get_queryset`. Here each register names the right it takes, every object is looked up
through the same queryset, and the history is simple-history's.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.filters import RelatedFieldListFilter
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import HistoryView, IndexView, InspectView

from .absence import Absence
from .changes import revisions
from .models import RoleAssignment, Unit, User
from .roles import Right
from .spreadsheets import harmless


class RegisterPermissionHelper(PermissionHelper):
    """Reading takes `read_right`, changing takes `change_right`; nothing is ever deleted here."""

    read_right: Right
    change_right: Right | None = None

    def rows(self, user: User) -> models.QuerySet[Any]:
        """The rows this person may see in the register."""
        return self.model._default_manager.all()

    def user_has_any_permissions(self, user: User) -> bool:
        return user.has_right(self.read_right)

    def user_can_create(self, user: User) -> bool:
        return self.change_right is not None and user.has_right(self.change_right)

    def user_can_inspect_obj(self, user: User, obj: models.Model) -> bool:
        return self.user_has_any_permissions(user) and self.rows(user).filter(pk=obj.pk).exists()

    def user_can_edit_obj(self, user: User, obj: models.Model) -> bool:
        return self.user_can_create(user) and self.rows(user).filter(pk=obj.pk).exists()

    def user_can_delete_obj(self, user: User, obj: models.Model) -> bool:
        return False


class RelatedFilter(RelatedFieldListFilter):
    """A filter by a related record. Django's own asks its admin site, which is off, how to sort."""

    def field_admin_ordering(self, field: Any, request: HttpRequest, model_admin: Any) -> tuple[str, ...]:
        return tuple(field.related_model._meta.ordering)


def yes_or_no(name: str, label: Any) -> Callable[[Any], Any]:
    """A column of yes and no in words. modeladmin's own is a picture of Django's admin, which is off."""

    def shown(row: Any) -> Any:
        return _("Yes") if getattr(row, name) else _("No")

    shown.short_description = label  # type: ignore[attr-defined]
    shown.admin_order_field = name  # type: ignore[attr-defined]
    return shown


class RegisterIndexView(IndexView):
    custom_value_preprocess = {str: {"csv": harmless, "xlsx": harmless}}


class RegisterInspectView(InspectView):
    """The record and its history on one page."""

    def get_template_names(self) -> list[str]:
        return ["organisation/register_inspect.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(revisions=revisions(self.instance.history.all()), **kwargs)


class RegisterHistoryView(HistoryView):
    """Wagtail's log of the record, for those who may inspect it."""

    def check_action_permitted(self, user: User) -> bool:
        return self.permission_helper.user_can_inspect_obj(user, self.instance)


class RegisterAdmin(ModelAdmin):
    """A register: listed, filtered, searched, exported and inspected."""

    inspect_view_enabled = True
    index_view_class = RegisterIndexView
    inspect_view_class = RegisterInspectView
    history_view_class = RegisterHistoryView
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return self.permission_helper.rows(request.user).order_by(*(self.ordering or self.model._meta.ordering))


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


class LibraryPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_REGISTERS


class LibraryAdmin(RegisterAdmin):
    """A register that other things are made from: made inactive when it goes out of use, never deleted, for what was taken
    from it is kept."""

    permission_helper_class = LibraryPermissionHelper
    base_form_class = VersionedForm

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = VersionedForm
        return handler


class OrganisationPermissionHelper(RegisterPermissionHelper):
    read_right = change_right = Right.MANAGE_ORGANISATION


class UnitForm(WagtailAdminModelForm):
    """A unit and its place: chosen when it is made, moved when another place is chosen."""

    parent = forms.ModelChoiceField(Unit.objects.active(), required=False, label=_("Under"))

    class Meta:
        model = Unit
        fields = ["name", "code", "kind", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and (parent := self.instance.get_parent()):
            self.fields["parent"].initial = parent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        parent, unit = cleaned.get("parent"), self.instance
        if parent is None and not (unit.pk and unit.is_root()):
            raise ValidationError({"parent": _("Choose the unit it belongs under.")})
        if parent and unit.pk and (parent == unit or parent.is_descendant_of(unit)):
            raise ValidationError({"parent": _("A unit can't be under itself.")})
        return cleaned

    def save(self, commit: bool = True) -> Unit:
        unit, parent = super().save(commit=False), self.cleaned_data.get("parent")
        if not unit.pk:
            return parent.add_child(instance=unit)
        unit.save()
        if parent and unit.get_parent() != parent:
            unit.move(parent, "last-child")
            unit.refresh_from_db()
        return unit


class UnitAdmin(RegisterAdmin):
    model = Unit
    permission_helper_class = OrganisationPermissionHelper
    menu_icon = "group"
    list_display = ["indented_name", "kind", "leader", yes_or_no("active", _("active"))]
    list_export = ["name", "code", "kind", "leader", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "code"]
    ordering = ["path"]
    inspect_view_fields = ["name", "code", "kind", "active"]
    base_form_class = UnitForm
    panels = [FieldPanel("name"), FieldPanel("code"), FieldPanel("kind"), FieldPanel("parent"), FieldPanel("active")]

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = UnitForm
        return handler


class RoleAssignmentAdmin(RegisterAdmin):
    model = RoleAssignment
    permission_helper_class = OrganisationPermissionHelper
    menu_icon = "user"
    list_display = ["user", "role", "unit", "valid_from", "valid_to"]
    list_export = ["user", "role", "unit", "valid_from", "valid_to"]
    list_filter = ["role", ("unit", RelatedFilter)]
    search_fields = ["user__first_name", "user__last_name", "user__username", "unit__name"]
    ordering = ["unit__path", "role"]
    panels = [
        FieldPanel("user"),
        FieldPanel("role"),
        FieldPanel("unit"),
        FieldPanel("valid_from"),
        FieldPanel("valid_to"),
    ]


class AbsencePermissionHelper(OrganisationPermissionHelper):
    """Read here; said and ended on the site, where the person and the leader do it too."""

    def user_can_create(self, user: User) -> bool:
        return False


class AbsenceAdmin(RegisterAdmin):
    model = Absence
    permission_helper_class = AbsencePermissionHelper
    menu_icon = "calendar-alt"
    list_display = ["person", "deputy", "first_day", "last_day", "ended_at", "link"]
    list_export = ["person", "deputy", "first_day", "last_day", "ended_at"]
    list_select_related = ["person", "deputy"]
    search_fields = ["person__first_name", "person__last_name", "deputy__first_name", "deputy__last_name"]
    ordering = ["-first_day", "-pk"]
    inspect_view_fields = ["person", "deputy", "first_day", "last_day", "ended_at"]

    def link(self, absence: Absence) -> SafeString | str:
        """To where it is ended, while it is not over."""
        if absence.is_over:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("end_absence", args=[absence.pk]), _("End early"))

    link.short_description = _("end early")  # type: ignore[attr-defined]
