"""From an address to its page in one query, however deep it lies."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.models import Page

MOST_COMPONENTS = 16


class OneQueryRouting:
    """Finds the deepest page on the way by its stored address, where Wagtail asks the database
    twice for each level. The rest of the way (`versjoner/4/`) is the found page's own affair."""

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        if not path_components or not self.numchild:  # type: ignore[attr-defined]
            return self.route_here(request, path_components)
        if len(path_components) > MOST_COMPONENTS:
            raise Http404
        here = self.url_path  # type: ignore[attr-defined]
        ways = [here + "/".join(path_components[:n]) + "/" for n in range(1, len(path_components) + 1)]
        page = Page.objects.filter(url_path__in=ways).select_related("document").order_by("-depth").first()
        if page is None:
            return self.route_here(request, path_components)
        rest = path_components[page.depth - self.depth :]  # type: ignore[attr-defined]
        specific = page.specific_deferred
        if "document" in page._state.fields_cache:
            specific._state.fields_cache["document"] = page._state.fields_cache["document"]
        answer = specific.route_here if isinstance(specific, OneQueryRouting) else specific.route
        return answer(request, rest)

    def route_here(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Answer from this page itself."""
        return super().route(request, path_components)  # type: ignore[misc]
