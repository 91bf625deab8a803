"""Login, and the choice of light or dark."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COLOUR_SCHEMES = ("auto", "light", "dark")
DEMO_USERS = (
    "ansatt",
    "ansatt2",
    "leder",
    "leder2",
    "saksbehandler",
    "redaktor",
    "eier",
    "kvalitet",
    "servicetorg",
    "revisor",
    "radmann",
    "admin",
)


class LoginView(auth_views.LoginView):
    """The one login page. On a demo it lists the demo users."""

    template_name = "organisation/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(demo_users=DEMO_USERS if settings.DEMO_LOGIN else (), **kwargs)
        del context["site"]  # Django's own, which would hide the `site` every template knows
        return context


@require_POST
def set_colour_scheme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the device says, in a cookie for a year."""
    scheme = request.POST.get("scheme", "auto")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if scheme in COLOUR_SCHEMES:
        response.set_cookie(
            "colour_scheme", scheme, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
