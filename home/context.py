"""What every page knows: whose system this is, and what waits for the person reading."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import cached_property

from cases import desk
from cases.models import Notice
from home.overviews import SECTIONS
from organisation.models import Unit
from organisation.roles import ADMIN_RIGHTS, Right
from organisation.views import COLOUR_SCHEMES

SECONDS_TO_REMEMBER_THE_NAME = 60


class Site:
    """Read by the templates as `site`. Costs nothing until it is asked."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.case_system = settings.CASE_SYSTEM_NAME

    @cached_property
    def name(self) -> str:
        """The organisation's name: that of the root of the unit tree, or the product's own before it exists."""
        name = cache.get("organisation_name")
        if name is None:
            municipality = Unit.objects.municipality()
            if municipality is None:
                return str(settings.WAGTAIL_SITE_NAME)
            name = municipality.name
            cache.set("organisation_name", name, SECONDS_TO_REMEMBER_THE_NAME)
        return str(name)

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not read, of cases the person may still read. One query, the first time."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return 0
        return Notice.objects.visible_to(user).unread().count()

    @cached_property
    def receives(self) -> bool:
        """Whether the person sorts what comes from inhabitants."""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated and user.has_right(Right.TAKE_IN))

    @cached_property
    def to_sort(self) -> int:
        """How much waits to be sorted. Two queries, the first time, for those who sort."""
        return desk.number_waiting(self.request.user) if self.receives else 0

    @property
    def enters_admin(self) -> bool:
        """Whether the person has anything to do in the admin. Asks the roles, which are read once a
        request, and not Django's permissions, which cost two queries more; the roles give those."""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated and any(user.has_right(right) for right in ADMIN_RIGHTS))

    @property
    def receives_disclosures(self) -> bool:
        """Whether the person is a recipient of whistleblowing."""
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated and user.has_right(Right.RECEIVE_DISCLOSURES))

    @property
    def colour_scheme(self) -> str:
        """Light, dark, or as the device says."""
        scheme = self.request.COOKIES.get("colour_scheme")
        return scheme if scheme in COLOUR_SCHEMES else "auto"

    @property
    def seen_in_topbar(self) -> str:
        """All that the bar at the top shows of the person and the place."""
        user = getattr(self.request, "user", None)
        who = (
            getattr(user, "pk", None),
            str(user),
            getattr(user, "job_title", ""),
            self.unread,
            self.receives,
            self.to_sort,
        )
        ways = (self.enters_admin, self.receives_disclosures, self.colour_scheme, self.section, self.current, self.name)
        return repr((*who, *ways))

    @property
    def section(self) -> str:
        """The first part of the address, such as "handbok": which entry of the menu we are under."""
        return self.request.path_info.strip("/").split("/")[0]

    @property
    def in_overviews(self) -> bool:
        """Whether the page is an overview, or below one."""
        return self.section in SECTIONS

    @property
    def current(self) -> str:
        """The value of aria-current in the menu: "page" on the entry's own page, "true" below it."""
        return "page" if self.request.path_info.strip("/") == self.section else "true"


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"site": Site(request)}
