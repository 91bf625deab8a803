"""The registers of results in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from organisation.register_admin import LibraryAdmin, yes_or_no
from results.models import MaturityArea, Perspective


class PerspectiveAdmin(LibraryAdmin):
    """Made inactive when they go out of use, never deleted: goals are seen from them."""

    model = Perspective
    menu_icon = "view"
    list_display = ["name", "about", "place", yes_or_no("active", _("active"))]
    list_export = ["name", "about", "place", "active"]
    list_filter = ["active"]
    search_fields = ["name", "about"]
    inspect_view_fields = list_export
    panels = [FieldPanel(name) for name in ("name", "about", "place", "active")]


class MaturityAreaAdmin(LibraryAdmin):
    model = MaturityArea
    menu_icon = "list-ul"
    list_display = ["name", "framework", "place", yes_or_no("active", _("active"))]
    list_export = ["code", "name", "framework", *(f"level_{level}" for level in range(1, 6)), "active"]
    list_filter = ["framework", "active"]
    search_fields = ["code", "name", "about"]
    inspect_view_fields = list_export
    panels = [
        FieldPanel(name)
        for name in ("code", "name", "about", "framework", "place", *(f"level_{n}" for n in range(1, 6)), "active")
    ]


class ResultsGroup(ModelAdminGroup):
    menu_label = _("Results")
    menu_icon = "view"
    menu_order = 260
    items = (PerspectiveAdmin, MaturityAreaAdmin)


modeladmin_register(ResultsGroup)
