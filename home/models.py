"""The start page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from handbook.protection import FixedPage
from home import start
from home.leading.last_look import LastLook
from home.wheel.models import CalendarLink, WheelCheck, WheelEntry

__all__ = ["CalendarLink", "HomePage", "LastLook", "WheelCheck", "WheelEntry"]


class HomePage(FixedPage, Page):
    """The start page at `/`: the clickable model, my list, what others learned, what is new (S12)."""

    intro = models.CharField(_("introduction"), max_length=200, blank=True)

    subpage_types = ["handbook.HandbookIndexPage"]
    max_count = 1
    template = "home/home_page.html"
    content_panels = [FieldPanel("title", read_only=True), FieldPanel("intro")]
    promote_panels: list[Any] = []
    settings_panels: list[Any] = []

    class Meta:
        verbose_name = _("start page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **start.context(request)}

    def get_view_restrictions(self) -> Any:
        return self.view_restrictions.none()
