"""The editors' registers of the search in the admin: what means the same, what comes first, what nobody found (G14)."""

from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register
from wagtail_modeladmin.views import InspectView

from organisation.models import User
from organisation.register_admin import LibraryAdmin, RegisterAdmin, RegisterPermissionHelper
from organisation.roles import Right

from .models import FruitlessSearch, Pin, Synonym


class SearchPermissionHelper(RegisterPermissionHelper):
    """Read by those who write the handbook."""

    read_right = Right.WRITE_HANDBOOK


class EditorsPermissionHelper(SearchPermissionHelper):
    """Changed by them too. What is deleted is kept in the history."""

    change_right = Right.WRITE_HANDBOOK

    def user_can_delete_obj(self, user: User, obj: models.Model) -> bool:
        return self.user_can_edit_obj(user, obj)


class FruitlessPermissionHelper(SearchPermissionHelper):
    """Nobody writes them; what is dealt with is taken off the list."""

    def user_can_delete_obj(self, user: User, obj: models.Model) -> bool:
        return self.user_has_any_permissions(user)


class SynonymAdmin(LibraryAdmin):
    model = Synonym
    permission_helper_class = EditorsPermissionHelper
    menu_icon = "openquote"
    list_display = ["__str__"]
    list_export = ["words"]
    search_fields = ["words"]
    inspect_view_fields = ["words"]
    panels = [FieldPanel("words")]


class PinAdmin(RegisterAdmin):
    model = Pin
    permission_helper_class = SearchPermissionHelper
    menu_icon = "pin"
    list_display = ["link", "title"]
    list_export = ["query", "title"]
    search_fields = ["query", "title"]
    inspect_view_fields = list_export

    def link(self, pin: Pin) -> SafeString:
        """To the search, where the hit is pinned and let go."""
        return _to_search(pin.query)

    link.short_description = _("search")  # type: ignore[attr-defined]
    link.admin_order_field = "query"  # type: ignore[attr-defined]


class FruitlessSearchAdmin(RegisterAdmin):
    model = FruitlessSearch
    permission_helper_class = FruitlessPermissionHelper
    menu_icon = "search"
    inspect_view_class = InspectView
    list_display = ["link", "times", "last_at"]
    list_export = ["query", "times", "last_at"]
    search_fields = ["query"]

    def link(self, search: FruitlessSearch) -> SafeString:
        """To the search itself."""
        return _to_search(search.query)

    link.short_description = _("search")  # type: ignore[attr-defined]
    link.admin_order_field = "query"  # type: ignore[attr-defined]


def _to_search(query: str) -> SafeString:
    return format_html('<a href="{}?{}">{}</a>', reverse("search:search"), urlencode({"q": query}), query)


class SearchGroup(ModelAdminGroup):
    menu_label = _("Search")
    menu_icon = "search"
    menu_order = 290
    items = (SynonymAdmin, PinAdmin, FruitlessSearchAdmin)


modeladmin_register(SearchGroup)
