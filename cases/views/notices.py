"""Notices of the person who is logged in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark all my notices as read, and go back to where the button was."""
    request.user.notices.all().mark_read()
    messages.success(request, _("All notices are marked as read."))
    back = request.POST.get("next", "/min-side/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/")
