"""The registers of results in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from organisation.register_admin import yes_or_no
from results.models import MaturityArea
from risk.wagtail_hooks import LibraryAdmin


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
    menu_icon = "list-ul"
    menu_order = 230
    items = (MaturityAreaAdmin,)


modeladmin_register(ResultsGroup)
