"""The editors' registers of the search in the admin: what means the same, what comes first, what nobody found (G14)."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register
from wagtail_modeladmin.views import CreateView, InspectView

from organisation.models import User
from organisation.register_admin import LibraryAdmin, RegisterAdmin, RegisterPermissionHelper
from organisation.roles import Right

from .models import Entry, FruitlessSearch, Pin, Synonym
from .models.pin import key_of
from .searching import straight_to
from .sources import UNREADABLE, WAITING, source
from .terms import clean


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


class PinPermissionHelper(SearchPermissionHelper):
    """Put and let go; one that leads wrong is let go, and another is put."""

    def user_can_create(self, user: User) -> bool:
        return self.user_has_any_permissions(user)

    def user_can_delete_obj(self, user: User, obj: models.Model) -> bool:
        return self.user_has_any_permissions(user)


class SynonymCreateView(CreateView):
    def get_initial(self) -> dict[str, Any]:
        """The word nobody found, when the way here says so: `?ord=`."""
        return {"words": clean(self.request.GET.get("ord", ""))}


class SynonymAdmin(LibraryAdmin):
    model = Synonym
    create_view_class = SynonymCreateView
    permission_helper_class = EditorsPermissionHelper
    menu_icon = "openquote"
    list_display = ["__str__"]
    list_export = ["words"]
    search_fields = ["words"]
    inspect_view_fields = ["words"]
    panels = [FieldPanel("words")]


class PinForm(WagtailAdminModelForm):
    """A search, and the document that is to come first, by what people know it by."""

    document = forms.CharField(
        max_length=300,
        label=_("Document"),
        help_text=_("Its number, its document id, or its title as it stands."),
    )

    class Meta:
        model = Pin
        fields = ["query"]

    def clean_query(self) -> str:
        query = clean(self.cleaned_data["query"])
        if not key_of(query):
            raise ValidationError(_("Write at least one word that tells something."))
        return query

    def clean_document(self) -> Entry:
        text = clean(self.cleaned_data["document"])
        wanted = models.Q(title__iexact=text)
        if address := straight_to(self.for_user, text):
            wanted |= models.Q(url=address)
        entry = Entry.objects.open_to_all().filter(wanted).first()
        if entry is None:
            raise ValidationError(_("No document in force has that number, document id or title."))
        return entry

    def save(self, commit: bool = True) -> Pin:
        return Pin.put(self.for_user, self.cleaned_data["query"], self.cleaned_data["document"].key)


class PinAdmin(RegisterAdmin):
    model = Pin
    permission_helper_class = PinPermissionHelper
    base_form_class = PinForm
    panels = [FieldPanel("query"), FieldPanel("document")]
    menu_icon = "pin"
    inspect_view_fields = ["query", "title"]
    list_display = ["link", "title"]
    list_export = ["query", "title"]
    search_fields = ["query", "title"]

    def get_edit_handler(self) -> Any:
        handler = super().get_edit_handler()
        handler.base_form_class = PinForm
        return handler

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
    list_display = ["link", "times", "last_at", "synonym"]
    list_export = ["query", "times", "last_at"]
    search_fields = ["query"]

    def link(self, search: FruitlessSearch) -> SafeString:
        """To the search itself."""
        return _to_search(search.query)

    link.short_description = _("search")  # type: ignore[attr-defined]
    link.admin_order_field = "query"  # type: ignore[attr-defined]

    def synonym(self, search: FruitlessSearch) -> SafeString:
        """To a new group of synonyms that begins with these words."""
        address = SynonymAdmin().url_helper.create_url
        return format_html('<a href="{}?{}">{}</a>', address, urlencode({"ord": search.query}), _("Make a synonym"))

    synonym.short_description = _("what can be done")  # type: ignore[attr-defined]


class FilePermissionHelper(SearchPermissionHelper):
    """Nobody changes what the worker says of a file."""

    def rows(self, user: User) -> models.QuerySet[Entry]:
        return Entry.objects.open_to_all().filter(status__in=(WAITING, UNREADABLE))

    def user_can_inspect_obj(self, user: User, obj: models.Model) -> bool:
        return False


class FilesAdmin(RegisterAdmin):
    """Attachments that are found by their names only: they wait to be read, or have no text, such as scans."""

    model = Entry
    permission_helper_class = FilePermissionHelper
    inspect_view_enabled = False
    menu_label = _("Files not read")
    menu_icon = "doc-empty"
    list_display = ["link", "context", "why"]
    list_export = ["title", "context", "why"]
    search_fields = ["title", "context"]
    ordering = ["-status", "context", "pk"]

    def link(self, entry: Entry) -> SafeString:
        return format_html('<a href="{}">{}</a>', entry.url, entry.title)

    link.short_description = _("file")  # type: ignore[attr-defined]

    def why(self, entry: Entry) -> str:
        return source(entry.source).status_label(entry.status)

    why.short_description = _("why")  # type: ignore[attr-defined]


def _to_search(query: str) -> SafeString:
    return format_html('<a href="{}?{}">{}</a>', reverse("search:search"), urlencode({"q": query}), query)


class SearchGroup(ModelAdminGroup):
    menu_label = _("Search")
    menu_icon = "search"
    menu_order = 290
    items = (SynonymAdmin, PinAdmin, FruitlessSearchAdmin, FilesAdmin)


modeladmin_register(SearchGroup)
