"""What an inspector without an account reads by a secret link: only what is chosen, and every look is logged.

No session, and nothing can be posted. The token in the address is the right.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audits import outside
from audits.models import InspectorAccess, InspectorLook, ShownThing
from cases.views.attachments import served
from handbook.pictures import kept_picture
from organisation.throttle import refuse, too_often

GUESSES_PER_WINDOW = 20
View = Callable[..., Any]


def of_link(view: View) -> View:
    """A page behind the link: kept nowhere, its address passed on to nobody, and found by no search engine. Unknown,
    ended and expired is 404; who tries many is slowed down."""

    @wraps(view)
    def shown(request: HttpRequest, token: str, **kwargs: Any) -> Any:
        access = InspectorAccess.find(token)
        if access is not None:
            return view(request, access, token, **kwargs)
        if too_often(request, "secret link", GUESSES_PER_WINDOW):
            return refuse(request)
        return render(request, "audits/outside/no_link.html", status=404)

    @wraps(shown)
    def private(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = never_cache(require_safe(shown))(request, *args, **kwargs)
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return login_not_required(private)


@of_link
def start(request: HttpRequest, access: InspectorAccess, token: str) -> HttpResponse:
    """`/revisjoner/innsyn/<token>/`: what is shown for this inspection."""
    things = outside.labelled(outside.things_of(access))
    if request.method == "GET":
        with translation.override(settings.LANGUAGE_CODE):
            InspectorLook.note(access, _("The list"))
    context = {"access": access, "token": token, "things": things}
    return render(request, "audits/outside/start.html", context)


@of_link
def thing(request: HttpRequest, access: InspectorAccess, token: str, thing: int) -> Any:
    """One page, case, risk assessment or file."""
    found = _thing_or_404(access, thing)
    name = outside.label(found)
    edition = found.document.edition_in_force() if found.document else None
    if request.method == "GET":
        with translation.override(settings.LANGUAGE_CODE):
            version = _("version %(number)s") % {"number": edition.label} if edition else ""
        InspectorLook.note(access, f"{name}, {version}" if version else name)
    if found.file:
        return served(found.file, shown=False)
    context: dict[str, Any] = {"access": access, "token": token, "thing": found, "name": name, "edition": edition}
    if edition:
        context["html"] = outside.page_html(edition, token, found)
    elif found.case:
        context["shown"] = outside.case_as_shown(found.case)
    elif found.assessment:
        context["rows"] = found.assessment.rows.live()
    return render(request, f"audits/outside/{found.kind}.html", context)


@of_link
def picture(request: HttpRequest, access: InspectorAccess, token: str, thing: int, sha256: str) -> FileResponse:
    """A picture of a page that is shown, and no other."""
    found = _thing_or_404(access, thing)
    edition = found.document.edition_in_force() if found.document else None
    kept = outside.picture_of(edition, sha256) if edition else None
    if kept is None:
        raise Http404
    return kept_picture(request, kept.document.document_id, sha256)


def _thing_or_404(access: InspectorAccess, pk: int) -> ShownThing:
    found = access.things.for_list().filter(pk=pk).first()
    if found is None or not found.may_be_shown:
        raise Http404
    return found
