"""What inhabitants see of Dialogen, without login (S26, S31). Nothing here knows or remembers who comes: no session,
and no cookie but the one that guards the forms."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.dialog import BetterForm, DialogForm, LetterForm, NewLinkForm
from cases.models import Case, Correspondent, Entry, Intake, SecretLink
from cases.public_road import public_road, state_in_words
from cases.views.attachments import served
from organisation import clock
from organisation.models import Unit
from organisation.refusals import take_refusal
from organisation.throttle import refuse, slowed, too_often
from organisation.working_days import after_working_days

FORMS_PER_WINDOW = 30
GUESSES_PER_WINDOW = 20
LETTERS_PER_WINDOW = 30
STORIES = 20

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """A page of one person: kept nowhere, and its address is passed on to nobody outside.

    Not `no-referrer`: browsers then send `Origin: null` with the forms, which the guard against forged posts refuses.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = never_cache(view)(request, *args, **kwargs)
        answer["Referrer-Policy"] = "same-origin"
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return login_not_required(shown)


def of_link(view: View) -> View:
    """A page behind a secret link. Who tries many that are forged is slowed down."""

    @wraps(view)
    def shown(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        people = Correspondent.objects.holding(token).select_related("case__unit", "case__correspondent")
        if person := people.first():
            return view(request, person, token, **kwargs)
        return _no_such_link(request)

    return private(shown)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    if too_often(request, "secret link", GUESSES_PER_WINDOW):
        return refuse(request)
    return render(request, "cases/dialog/no_link.html", status=404)


@login_not_required
@cache_control(private=True)
@require_http_methods(["GET", "HEAD", "POST"])
@slowed("dialog", FORMS_PER_WINDOW)
def dialog(request: HttpRequest) -> HttpResponse:
    """`/dialog/`: ros, ris or forslag. With an e-mail it counts when that is confirmed; without, at once."""
    if request.method != "POST":
        kind = request.GET.get("type")
        preset = {"kind": kind if kind in Case.REPORTABLE else None, "card": request.GET.get("kort", "")}
        form = DialogForm(initial=preset)
        return render(request, "cases/dialog/form.html", {"form": form})
    form = DialogForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _receive(request, form)
        except ValidationError as refused:
            take_refusal(form, refused)
    context = {"form": form, "choose_files_again": bool(request.FILES)}
    return render(request, "cases/dialog/form.html", context)


def _receive(request: HttpRequest, form: DialogForm) -> HttpResponse:
    data = form.cleaned_data
    unit = Unit.objects.get(depth=1)
    facts = form.facts()
    if data["email"]:
        facts["text"] = facts.pop("description")
        card = data["card"]
        intake = Intake.ask(key=form.sent_key(), unit=unit, files=data["files"], card_number=card, **facts)
        return render(request, "cases/dialog/sent.html", {"email": intake.email or data["email"]})
    case = Case.take_in(channel=Case.Channel.WEB, unit=unit, key=form.sent_key(), files=data["files"], **facts)
    if data["card"]:
        Intake.of_card(case, data["card"])
    return _receipt(request, case)


@never_cache
def _receipt(request: HttpRequest, case: Case) -> HttpResponse:
    """The reference and a secret link, which is shown here and nowhere else."""
    token = case.correspondent.new_link()
    context = {
        "case": case,
        "address": request.build_absolute_uri(SecretLink.address(token)),
        "answer_by": after_working_days(clock.today(), settings.WORKING_DAYS_TO_ANSWER),
    }
    return render(request, "cases/dialog/receipt.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter. Opening it does nothing, for mail filters open links too; the button confirms."""
    intake = Intake.objects.holding(token)
    if intake is None:
        return _no_such_link(request)
    if request.method == "POST":
        try:
            case = intake.confirm()
        except ValidationError:
            intake.refresh_from_db()
        else:
            return _receipt(request, case)
    confirmed = intake.state != Intake.State.UNCONFIRMED
    return render(request, "cases/dialog/confirm.html", {"intake": intake, "confirmed": confirmed})


@of_link
@require_http_methods(["GET", "HEAD", "POST"])
@slowed("letters", LETTERS_PER_WINDOW)
def status(request: HttpRequest, person: Correspondent, token: str) -> HttpResponse:
    """`/dialog/status/<token>/`: how it goes with the case, what was said, and a place to write more."""
    case = person.case
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        case.hear(data["text"], data["files"], key=form.sent_key())
        return redirect(SecretLink.address(token) + "#brev")
    context = {
        "case": case,
        "person": person,
        "token": token,
        "road": public_road(case),
        "state": state_in_words(case),
        "letters": case.entries.filter(kind=Entry.Kind.LETTER),
        "files": case.attachments.filter(uploaded_by=None),
        "form": form,
    }
    return render(request, "cases/dialog/status.html", context)


@of_link
@require_safe
def own_file(request: HttpRequest, person: Correspondent, token: str, pk: int) -> FileResponse:
    """A file the person sent."""
    found = get_object_or_404(person.case.attachments, pk=pk, uploaded_by=None)
    return served(found, shown=found.is_picture)


@of_link
@require_http_methods(["POST"])
def revoke(request: HttpRequest, person: Correspondent, token: str) -> HttpResponse:
    """Make the person's other links invalid: a letter that has gone astray opens nothing any more."""
    person.revoke_links(but=token)
    return redirect(SecretLink.address(token) + "?opphevet=1")


@private
@require_http_methods(["GET", "HEAD", "POST"])
@slowed("new link", GUESSES_PER_WINDOW)
def new_link(request: HttpRequest) -> HttpResponse:
    """A new link for who has lost it. The answer is the same whether we know the person or not."""
    form = NewLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/dialog/new_link.html", {"form": form})
    data = form.cleaned_data
    found = Correspondent.objects.filter(case__reference=data["reference"].strip(), email__iexact=data["email"])
    if person := found.select_related("case").first():
        person.tell(f"new link:{person.case.reference}:{clock.now():%Y%m%d%H}", _("A new link to your case"))
    return render(request, "cases/dialog/new_link.html", {"sent": True})


@of_link
@require_http_methods(["GET", "HEAD", "POST"])
def better(request: HttpRequest, person: Correspondent, token: str) -> HttpResponse:
    """Did it get better? One click; a few words if one likes."""
    form = BetterForm(request.POST or None, initial={"better": person.better})
    context = {"case": person.case, "form": form, "token": token, "closed": not person.case.is_open}
    if request.method == "POST" and form.is_valid():
        try:
            person.say_whether_better(form.cleaned_data["better"], form.cleaned_data["words"])
        except ValidationError:
            return render(request, "cases/dialog/better.html", {**context, "closed": False})
        context["thanks"] = True
    return render(request, "cases/dialog/better.html", context)


@login_not_required
@require_safe
def improvements(request: HttpRequest) -> HttpResponse:
    """`/dialog/forbedringer/`: what became better because somebody said so, told with their leave."""
    page = Paginator(Case.objects.told_in_public().select_related("unit"), STORIES).get_page(request.GET.get("s"))
    return render(request, "cases/dialog/improvements.html", {"page": page})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """`/dialog/personvern/`"""
    return render(request, "cases/dialog/privacy.html", {"privacy_contact": settings.PRIVACY_CONTACT})
