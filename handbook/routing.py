"""From an address to its page in one query, however deep the page lies.

Wagtail walks down from the site's root and asks twice for each level. A handbook page has its whole
address stored, and both the start page and the handbook keep their names for ever.
"""

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cases.models import Following

HOME_SLUG = "forside"
MOST_COMPONENTS = 16


def route(request: HttpRequest, way: str) -> RouteResult:
    """The deepest page on the way, with what it makes of the rest ("versjoner/4.1/").

    Raises Http404 when there is no page, or it knows no such rest.
    """
    components = [component for component in way.split("/") if component]
    if len(components) > MOST_COMPONENTS:
        raise Http404
    ways = [f"/{HOME_SLUG}/" + "/".join(components[:n]) + "/" for n in range(1, len(components) + 1)]
    following = Following.objects.filter(user=request.user.pk, page=OuterRef("pk")).values("pk")[:1]
    pages = Page.objects.filter(url_path__in=ways).select_related("document").annotate(following=Subquery(following))
    page = pages.order_by("-depth").first()
    if page is None:
        raise Http404
    specific = page.specific_deferred
    if "document" in page._state.fields_cache:
        specific._state.fields_cache["document"] = page._state.fields_cache["document"]
    specific.following = page.following
    return specific.route(request, components[page.depth - 2 :])
