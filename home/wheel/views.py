"""`/arshjul/`: the wheel, duties of one's own, and the calendar."""

import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home.wheel import feed as calendars
from home.wheel.duties import Duty
from home.wheel.forms import DoneForm, EntryForm
from home.wheel.models import CalendarLink, WheelEntry, may_plan
from home.wheel.selection import Selection, subscribed
from organisation import clock
from organisation.models import User
from organisation.record_step import RecordStep

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def wheel(request: HttpRequest) -> HttpResponse:
    """The picture, the table and the list of a year."""
    selection = Selection(request.user, request.GET)
    context = {"selection": selection, "ring": selection.ring, "may_plan": may_plan(request.user)}
    return render(request, "home/wheel/wheel.html", context)


# Duties of one's own


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty, with the days it falls on."""
    found = _entry(pk)
    today = clock.today()
    context = {
        "entry": found,
        "days": [day for _place, day in found.dates(today, today.replace(year=today.year + 2, day=1))][:6],
        "may_plan": may_plan(request.user, found.unit),
        "checks": found.checks.all()[:6],
    }
    if found.may_tick(request.user) and (day := found.waiting_day()):
        context["tick"] = DoneForm(initial={"day": day})
        context["tick_day"] = day
    return render(request, "home/wheel/entry.html", context)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """The duty was done for a day. 403 for those who are neither responsible nor plan for the unit."""
    found, form = _entry(pk), DoneForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        found.mark_done(request.user, **form.cleaned_data)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The duty is ticked off."))
    return redirect(found)


class EntryStep(RecordStep):
    """The form of a duty. 403 for those who may not plan it."""

    template_name = "home/wheel/form.html"
    record: WheelEntry | None = None
    lead = _lazy("Everybody sees it in the wheel and in their calendars. Write it so that a new colleague understands.")
    button = _lazy("Save")
    success = _lazy("The duty is saved.")

    def form(self, *data: Any) -> EntryForm:
        return EntryForm(*data, user=self.user, entry=self.record, initial=self.shown())


class Add(EntryStep):
    """A new duty."""

    title = _lazy("New duty in the annual wheel")

    def load(self) -> None:
        self.made: WheelEntry | None = None
        if not may_plan(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.made.get_absolute_url() if self.made else reverse("wheel"), _("Annual wheel")

    def initial(self) -> dict[str, Any]:
        own = self.user.unit_id if self.user.unit and may_plan(self.user, self.user.unit) else None
        yearly = WheelEntry.Repeats.YEARLY
        return {"key": uuid.uuid4(), "unit": own, "repeats": yearly, "responsible": self.user}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = WheelEntry.add(self.user, key=form.cleaned_data["key"], **form.facts())


class Change(EntryStep):
    """Change or stop a duty. 409 on a stale form."""

    record: WheelEntry

    def load(self) -> None:
        self.record = _entry(self.kwargs["pk"])
        self.title = _("Change %(entry)s") % {"entry": self.record}
        if not may_plan(self.user, self.record.unit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def initial(self) -> dict[str, Any]:
        return EntryForm.of(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version or 0, **form.facts())


def _entry(pk: int) -> WheelEntry:
    return get_object_or_404(WheelEntry.objects.select_related("unit", "responsible", "document"), pk=pk)


# The calendar


@form_page
def subscription(request: HttpRequest) -> HttpResponse:
    """One's own address for a calendar program: made, shown once, renewed and revoked."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            CalendarLink.revoke(request.user)
            messages.success(request, _("The address no longer works."))
            return redirect("wheel_subscription")
        token = CalendarLink.renew(request.user)
        address = settings.BASE_URL + reverse("wheel_feed", args=[token])
        context = {"address": address, "webcal": "webcal:" + address.partition(":")[2]}
    context["link"] = CalendarLink.active_for(request.user)
    answer = render(request, "home/wheel/subscription.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """What is shown, as a file to import once."""
    answer = _calendar(request, Selection(request.user, request.GET).duties, request.user)
    name = _("annual-wheel.ics")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The subscription: what its owner may see now. 404 for an address that is nobody's."""
    owner = CalendarLink.owner_of(token)
    if owner is None:
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        return _calendar(request, subscribed(owner), owner)


def _calendar(request: HttpRequest, duties: list[Duty], user: User) -> HttpResponse:
    """200 with the calendar, or 304 when the client has it already."""
    name = _("Annual wheel – %(unit)s") % {"unit": user.unit} if user.unit else _("Annual wheel")
    body = calendars.calendar(duties, name)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    whole = HttpResponse(body, content_type=calendars.CONTENT_TYPE)
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=whole)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
