"""Notices of the person who is logged in, and which of them come by e-mail."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms.notices import NoticeFilters, NoticeSettingsForm
from cases.models import Notice, NoticePreference
from cases.register import reading_of_visible
from organisation.filters import remembers_filters

ROWS = 25
OF_CASE = ("case__unit", "case__page_owner", "case__handler", "case__reporter", "case__correspondent")


@require_safe
@remembers_filters
def notices(request: HttpRequest) -> HttpResponse:
    """`/varsler/`: everything the person is told, the newest first."""
    form = NoticeFilters(request.GET)
    asked = form.asked()
    mine = Notice.objects.visible_to(request.user).select_related("stands_in_for", *OF_CASE)
    if asked.get("unread"):
        mine = mine.unread()
    if asked.get("kind"):
        mine = mine.filter(kind=asked["kind"])
    page = Paginator(mine, ROWS).get_page(request.GET.get("s"))
    rows = [(notice, reading_of_visible(notice.case, request.user).text(notice.case.title)) for notice in page]
    return render(request, "cases/notices.html", {"form": form, "filtered": bool(asked), "page": page, "rows": rows})


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark all my notices as read, and go back to where the button was."""
    request.user.notices.all().mark_read()
    messages.success(request, _("All notices are marked as read."))
    return _back(request)


@require_POST
def mark_one_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of my notices as read."""
    get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    request.user.notices.filter(pk=pk).mark_read()
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "/min-side/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """`/varsler/innstillinger/`: mail at once, a daily digest or none, for each kind."""
    form = NoticeSettingsForm(request.POST or None, initial=NoticePreference.of(request.user), user=request.user)
    if request.method == "POST" and form.is_valid():
        chosen: dict[str, Any] = form.cleaned_data
        NoticePreference.choose(request.user, chosen)
        messages.success(request, _("Your choices are saved."))
        return redirect("cases:notices")
    return render(request, "cases/notice_settings.html", {"form": form})
