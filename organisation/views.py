"""Login, the choice of light or dark, and absence with deputies."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .absence import Absence, may_set
from .forms import AbsenceForm
from .mail import Mail
from .roles import Right

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
    "kontroll",
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


@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """Where Wagtail sends those who may not enter its admin. Whoever is logged in already has no right to it:
    sent on to the login page, they would be sent back here without end."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('login')}?{request.GET.urlencode()}")
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return redirect("wagtailadmin_home")


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


PAST_SHOWN = 20


@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """`/fravaer/`: my absences, those I stand in for, and those of the people I lead (G3)."""
    user = request.user
    seen = Absence.objects.visible_to(user).select_related("person__unit", "deputy")
    coming = list(seen.not_over().order_by("first_day", "pk"))
    context = {
        "mine": [absence for absence in coming if absence.person == user],
        "stands_in": [absence for absence in coming if absence.deputy == user],
        "others": [absence for absence in coming if user not in (absence.person, absence.deputy)],
        "past": seen.filter(person=user).exclude(pk__in=[absence.pk for absence in coming])[:PAST_SHOWN],
        "sets_for_others": bool(user.led_paths),
    }
    return render(request, "organisation/absences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_absence(request: HttpRequest) -> HttpResponse:
    """Say that oneself, or one's people, will be away and who stands in."""
    form = AbsenceForm(request.POST or None, for_user=request.user)
    if request.method == "POST" and form.is_valid():
        absence = form.save()
        text = _("%(deputy)s stands in for %(name)s %(days)s.")
        messages.success(request, text % {"deputy": absence.deputy, "name": absence.person, "days": absence.days})
        return redirect("absences")
    context = {
        "form": form,
        "title": _("New absence"),
        "lead": _("Choose somebody who is at work in these days."),
        "button": _("Save the absence"),
        "back_address": reverse("absences"),
        "back_name": _("Absence and deputy"),
    }
    return render(request, "organisation/absence_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence early; asks first. 404 for those who may not know of it."""
    seen = Absence.objects.visible_to(request.user).select_related("person__unit", "deputy")
    absence = get_object_or_404(seen, pk=pk)
    if not may_set(request.user, absence.person):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "organisation/absence_end.html", {"absence": absence})
    try:
        absence.end(request.user)
        messages.success(request, _("The absence is ended."))
    except ValidationError as refused:
        messages.info(request, " ".join(refused.messages))
    return redirect("absences")


LETTERS_SHOWN = 100


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """`/utsending/`: letters by e-mail that were refused or not answered, for who decides about them."""
    if not request.user.has_right(Right.MANAGE_MAIL):
        raise PermissionDenied
    undecided = Mail.objects.undecided().order_by("-written_at", "-pk")[: LETTERS_SHOWN + 1]
    return render(request, "organisation/letters.html", {"letters": undecided[:LETTERS_SHOWN]})


@require_POST
def decide_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter again, or give it up."""
    if not request.user.has_right(Right.MANAGE_MAIL):
        raise PermissionDenied
    again = "again" in request.POST
    try:
        get_object_or_404(Mail, pk=pk).decide(request.user, Mail.State.WAITING if again else Mail.State.GIVEN_UP)
    except ValidationError as refused:
        messages.info(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The letter is sent again.") if again else _("The letter is given up."))
    return redirect("letters")
