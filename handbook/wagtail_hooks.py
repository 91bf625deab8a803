"""The admin, fitted to those who write the handbook: what waits for them first, what they cannot need away."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail_modeladmin.options import modeladmin_register

from handbook import word_views, work
from handbook.links import DocumentLinkHandler
from handbook.models import ControlledPage, Document, HandbookIndexPage
from handbook.permissions import writes
from handbook.protection import FixedPage, reason_to_keep
from handbook.requirement_admin import RequirementGroup

HIDDEN_IN_MENU = {"help", "snippets"}
# "Document" is a controlled document here; what Wagtail calls so is a file.
MENU_LABELS = {"explorer": _lazy("Handbook"), "documents": _lazy("Files"), "images": _lazy("Pictures")}
HIDDEN_IN_SETTINGS = {"workflows", "workflow-tasks", "groups", "collections", "sites", "locales", "redirects"}
HIDDEN_IN_REPORTS = {"locked-pages", "workflows", "workflow-tasks", "page-types-usage", "aging-pages"}
# Wagtail's ways into and out of force, in the editor's menu; all of them are refused anyway.
OTHER_WAYS = {
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-cancel-workflow",
    "action-unpublish",
}

modeladmin_register(RequirementGroup)


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own, which it replaces
def link_by_document_id(features: Any) -> None:
    features.register_link_type(DocumentLinkHandler)


hooks.register("register_admin_urls", word_views.admin_urls)
hooks.register("register_admin_menu_item", word_views.menu_item)


def _without(items: list[Any], hidden: set[str]) -> None:
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_main_menu")
def fit_main_menu(request: HttpRequest, items: list[Any]) -> None:
    _without(items, HIDDEN_IN_MENU)
    for item in items:
        if item.name in MENU_LABELS:
            item.label = MENU_LABELS[item.name]


@hooks.register("construct_settings_menu")
def fit_settings_menu(request: HttpRequest, items: list[Any]) -> None:
    _without(items, HIDDEN_IN_SETTINGS)


@hooks.register("construct_reports_menu")
def fit_reports_menu(request: HttpRequest, items: list[Any]) -> None:
    _without(items, HIDDEN_IN_REPORTS)


# The start of the admin


class Count(SummaryItem):
    """A number with a link, on top of the admin's start page."""

    template_name = "handbook/admin/count.html"

    def __init__(self, request: HttpRequest, order: int, icon: str, count: int, label: str, url: str) -> None:
        super().__init__(request)
        self.order, self.icon, self.count, self.label, self.url = order, icon, count, label, url

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"icon": self.icon, "count": self.count, "label": self.label, "url": self.url}


@hooks.register("construct_homepage_summary_items", order=100)
def summarise(request: HttpRequest, items: list[SummaryItem]) -> None:
    user = request.user
    items[:] = [
        Count(request, 100, "doc-full", work.in_force(), _("documents in force"), "/handbok/"),
        Count(request, 110, "edit", len(work.drafts()), _("drafts waiting"), "#ditt-arbeid"),
        Count(request, 120, "time", len(work.overdue(user)), _("overdue for review"), "#ditt-arbeid"),
        Count(request, 130, "mail", work.open_cases(user), _("open cases"), "/saker/"),
    ]


class WaitingPanel(Component):
    """My drafts, and the pages I may write that are past their review date."""

    name = "waiting"
    order = 100
    template_name = "handbook/admin/waiting.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = self.request.user
        return {"drafts": work.drafts(user), "overdue": work.overdue(user)}


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [WaitingPanel(request), *(panel for panel in panels if getattr(panel, "name", "") == "recent_edits")]


# The way into force goes by the page's own screens


class OnwardMenuItem(ActionMenuItem):
    """From the editor to where the draft is sent on."""

    name = "felles-onward"
    label = _lazy("Hearing and approval")
    icon_name = "arrow-right"

    def is_shown(self, context: Any) -> bool:
        return context["view"] == "edit" and hasattr(context["page"], "change_kind")

    def get_url(self, context: Any) -> str:
        return reverse("handbook:draft", args=[context["page"].document.document_id])


@hooks.register("register_page_action_menu_item")
def offer_the_way_on() -> ActionMenuItem:
    return OnwardMenuItem(order=5)


@hooks.register("after_edit_page")
def tell_the_way_on(request: HttpRequest, page: Page) -> None:
    """After saving: that readers see nothing yet, and where to send it on."""
    if isinstance(page, ControlledPage):
        way = messages.button(reverse("handbook:draft", args=[page.document.document_id]), _("Hearing and approval"))
        messages.info(request, _("Readers see the draft when it is approved."), buttons=[way])


@hooks.register("construct_page_action_menu")
def leave_out_other_ways(items: list[Any], request: HttpRequest, context: Any) -> None:
    page = context.get("page") or context.get("parent_page")
    if page is not None and issubclass(page.specific_class, (ControlledPage, HandbookIndexPage)):
        items[:] = [item for item in items if item.name not in OTHER_WAYS]


@hooks.register("register_page_header_buttons")
def lead_to_participation(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """From a page in the admin to its hearing and to what is proposed for it."""
    document = Document.objects.filter(page_id=page.pk).first()
    if document and writes(user, document):
        hearing = reverse("handbook:hearing", args=[document.document_id])
        proposals = reverse("handbook:document_proposals", args=[document.document_id])
        yield Button(_("Hearing"), hearing, icon_name="group", priority=60)
        yield Button(_("Proposals for change"), proposals, icon_name="comment", priority=61)


# What is refused, with a reason


def _refuse(request: HttpRequest, page: Page | None, message: str) -> HttpResponse:
    messages.error(request, message)
    parent = page.get_parent() if page else None
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_home")


@hooks.register("before_delete_page")
def keep_what_was_in_force(request: HttpRequest, page: Page) -> HttpResponse | None:
    reason = reason_to_keep(page)
    return _refuse(request, page, reason) if reason else None


@hooks.register("before_bulk_action")
def refuse_in_bulk(request: HttpRequest, action: str, objects: Iterable[Any], view: Any) -> HttpResponse | None:
    pages = [item for item in objects if isinstance(item, Page)]
    if not pages:
        return None
    if action == "unpublish":
        return _refuse(request, pages[0], _("A page is withdrawn with a reason, from the page itself."))
    if action == "publish":
        return _refuse(
            request, pages[0], _("A page comes into force by approval, one at a time. Send it on from the page itself.")
        )
    if action == "delete":
        reason = next(filter(None, map(reason_to_keep, pages)), None)
        return _refuse(request, pages[0], reason) if reason else None
    if action == "move" and any(issubclass(page.specific_class, FixedPage) for page in pages):
        return _refuse(request, pages[0], _("The selection has pages of the fixed structure, which stay as they are."))
    return None
