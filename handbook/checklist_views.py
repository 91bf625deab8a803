"""Filling in, signing and finding checklists again (G12), and where a document is used (G11)."""

import uuid
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handbook import usage
from handbook.checklist_register import ChecklistFilters, workbook
from handbook.models import ChecklistAnswer, Document, Edition, FilledChecklist
from handbook.models.checklist import NOTE_MOST
from organisation import clock
from organisation.fields import UnitField
from organisation.filters import filters_in, remembers_filters
from organisation.history import StaleVersion
from organisation.models import Unit, User
from organisation.refusals import resent, take_refusal
from organisation.spreadsheets import download

ROWS = 25


class FillForm(forms.Form):
    """A radio choice and a note for every point, and where the round was made."""

    mark_optional = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    edition = forms.CharField(widget=forms.HiddenInput, max_length=12)
    unit = UnitField(label=gettext_lazy("Where"), error_messages={"required": gettext_lazy("Choose where this is.")})
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example who took part."),
    )

    def __init__(self, *args: Any, points: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]
        for number, text in enumerate(points):
            self.fields[f"answer_{number}"] = forms.ChoiceField(
                label=text,
                choices=ChecklistAnswer.choices,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "choice"}),
            )
            self.fields[f"note_{number}"] = forms.CharField(
                label=_("Note to “%(point)s”") % {"point": text}, required=False, max_length=NOTE_MOST
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"answer_{number}"], self[f"note_{number}"]) for number in range(len(self.points))]

    def answers(self) -> list[tuple[str, str]]:
        data = self.cleaned_data
        return [(data[f"answer_{number}"], data[f"note_{number}"]) for number in range(len(self.points))]


def _edition(document_id: str, label: str = "") -> Edition:
    """The edition in force, or the one that was when the form was opened."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    edition = document.editions.labelled(label).first() if label else document.edition_in_force()
    if edition is None or document.withdrawn:
        raise Http404
    edition.document = document
    return edition


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, document_id: str, place: int) -> HttpResponse:
    """`/d/<id>/sjekkliste/<place>/`: fill in; keep for later or sign. `?edition=` goes on with what was begun
    before the page got a new edition."""
    sent = request.POST if request.method == "POST" else request.GET
    edition = _edition(document_id, sent.get("edition", ""))
    checklist = edition.checklists.get(place)
    if checklist is None:
        raise Http404
    begun = _begun(request, edition, place)
    newer = edition != edition.document.latest_edition()
    if request.method != "POST" and newer and begun is None:
        return redirect("handbook:fill_checklist", document_id, place)
    if request.method == "POST":
        form = FillForm(request.POST, points=checklist["items"])
        if begun and begun.signed_at:
            return redirect(begun)
        if form.is_valid() and (answer := _keep(request, form, edition, place)):
            return answer
    else:
        form = FillForm(initial=_initial(request.user, edition, begun), points=checklist["items"])
    context = {"edition": edition, "checklist": checklist, "form": form, "begun": begun, "place": place, "newer": newer}
    return render(
        request, "handbook/checklist/fill.html", context, status=409 if getattr(form, "stale", False) else 200
    )


def _begun(request: HttpRequest, edition: Edition, place: int) -> FilledChecklist | None:
    """The person's own round that is not signed yet, or the one that the form belongs to."""
    mine = FilledChecklist.objects.filter(by=request.user, edition=edition, place=place)
    if request.method == "POST":
        try:
            return mine.filter(key=uuid.UUID(request.POST.get("key", ""))).first()
        except ValueError:
            return None
    return mine.filter(signed_at=None).order_by("-started_at").first()


def _initial(user: User, edition: Edition, begun: FilledChecklist | None) -> dict[str, Any]:
    if begun is None:
        return {"key": uuid.uuid4(), "version": 1, "edition": edition.label, "unit": user.unit_id}
    answers = {f"answer_{number}": point["answer"] for number, point in enumerate(begun.points)}
    notes = {f"note_{number}": point["note"] for number, point in enumerate(begun.points)}
    facts = {"key": begun.key, "version": begun.version, "edition": edition.label, "unit": begun.unit_id}
    return {**facts, "note": begun.note, **answers, **notes}


def _keep(request: HttpRequest, form: FillForm, edition: Edition, place: int) -> HttpResponse | None:
    """Save or sign; None when the form must be shown again with what is wrong."""
    data = form.cleaned_data
    try:
        round_ = FilledChecklist.begin(request.user, edition, place, data["unit"], data["key"])
        facts = {"unit": data["unit"], "note": data["note"], "version": data["version"]}
        if "sign" not in request.POST:
            round_.fill(request.user, form.answers(), **facts)
            messages.success(request, _("Kept. Go on whenever you like: you find it here and among your checklists."))
            return redirect(round_.form_url)
        cases = round_.sign(request.user, form.answers(), **facts)
    except StaleVersion:
        form.stale = True  # type: ignore[attr-defined]
        form.add_error(None, _("You have changed this checklist in another window. What you wrote here is kept below."))
        form.data = resent(request, version=FilledChecklist.objects.get(key=data["key"], by=request.user).version)
    except ValidationError as refused:
        take_refusal(form, refused)
    else:
        messages.success(request, _signed_in_words(len(cases)))
        return redirect(round_)
    return None


def _signed_in_words(cases: int) -> str:
    if not cases:
        return _("Signed. Everything is in order.")
    return ngettext("Signed. %(n)s deviation is reported.", "Signed. %(n)s deviations are reported.", cases) % {
        "n": cases
    }


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """`/sjekklister/<pk>/`: one round as it was signed, for ever."""
    found = get_object_or_404(
        FilledChecklist.objects.visible_to(request.user).select_related("document__page", "edition", "unit"), pk=pk
    )
    return render(request, "handbook/checklist/signed.html", {"checklist": found})


@require_safe
@remembers_filters
def checklists(request: HttpRequest) -> HttpResponse:
    """`/sjekklister/`: the rounds the person may read, newest first."""
    form = ChecklistFilters(request.GET)
    page = Paginator(form.checklists(_person(request)), ROWS).get_page(request.GET.get("s"))
    context = {"form": form, "page": page, "query": filters_in(request.GET)}
    return render(request, "handbook/checklist/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    content = workbook(ChecklistFilters(request.GET).checklists(_person(request)))
    return download(content, _("checklists-%(day)s.xlsx") % {"day": clock.today().isoformat()})


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away one's own round that is not signed."""
    found = get_object_or_404(FilledChecklist.objects.visible_to(_person(request)), pk=pk)
    found.discard(_person(request))
    messages.success(request, _("The checklist is discarded."))
    return redirect("handbook:checklists")


@require_safe
def used(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/brukt/`: pages in force that lead here, and every attachment with its checksum."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    edition = document.latest_edition()
    if edition is None:
        raise Http404
    context = {
        "document": document,
        "edition": edition,
        "pages": usage.pages_leading_to(document),
        "attachments": usage.attachments_of(document),
    }
    return render(request, "handbook/used.html", context)
