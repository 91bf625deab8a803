"""Report cards on paper (S33): print, send in scans, write them in. For those who receive."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from PIL import Image

from cases.cards import printing, scans
from cases.forms.cards import DiscardCardForm, PrintCardsForm, TranscribeForm, UploadCardsForm
from cases.models import CardBatch, CardUpload, ScannedCard
from cases.views.attachments import private_file
from organisation.models import Unit, User
from organisation.record_step import RecordStep, tell
from organisation.refusals import resent, take_refusal
from organisation.roles import Right

RECENT = 30
SMALL = (480, 480)  # pixels


def receiver(request: HttpRequest) -> User:
    """The person, who receives somewhere. Raises `PermissionDenied`."""
    if not request.user.has_right(Right.TAKE_IN):
        raise PermissionDenied
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: HttpRequest) -> HttpResponse:
    """`/meldekort/`: print new cards, and those printed before once more."""
    user = receiver(request)
    form = PrintCardsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            batch = CardBatch.make(user, **form.cleaned_data)
        except ValidationError as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, gettext("The cards %(numbers)s are ready to be printed.") % {"numbers": batch})
            return redirect("cases:cards")
    batches = CardBatch.objects.visible_to(user).select_related("unit", "made_by")[:RECENT]
    return render(request, "cases/cards/batches.html", {"form": form, "batches": batches})


@require_safe
def batch_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards of a batch to print."""
    batch = get_object_or_404(CardBatch.objects.visible_to(receiver(request)), pk=pk)
    municipality = Unit.objects.municipality()
    answer = HttpResponse(printing.pdf_of(batch, municipality.name), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{batch}.pdf") or "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """`/meldekort/last-opp/`: send in scans."""
    user = receiver(request)
    form = UploadCardsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return redirect(scans.begin(user, form.cleaned_data["files"], key=form.cleaned_data["key"]))
    recent = CardUpload.objects.visible_to(user).with_waiting().select_related("by").prefetch_related("files")
    return render(request, "cases/cards/upload.html", {"form": form, "uploads": recent[:RECENT]})


@require_safe
def scanned(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading has come, and the cards that were found."""
    user = receiver(request)
    found = get_object_or_404(CardUpload.objects.visible_to(user).select_related("by"), pk=pk)
    files = list(found.files.all())
    of_upload = list(found.cards().visible_to(user).select_related("intake__case").prefetch_related("intake__files"))
    context = {
        "upload": found,
        "files": files,
        "cards": of_upload,
        "waiting": [card for card in of_upload if card.is_waiting],
        "found_nothing": not any(file.pages_read for file in files),
        "reading": any(not file.is_over for file in files),
        "percent": 100 * sum(file.pages_read for file in files) // max(sum(file.pages for file in files), 1),
    }
    return render(request, "cases/cards/scanned.html", context)


@require_safe
def picture(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """One side of a scanned card, for those who receive at the unit. With `?liten=1` small."""
    card = _card(request, pk)
    found = get_object_or_404(card.intake.files, pk=file)
    opened: Any = found.file.open("rb")
    if request.GET.get("liten") == "1":
        opened = _smaller(opened)
    return private_file(opened, found.name, found.content_type)


def _smaller(opened: Any) -> io.BytesIO:
    target = io.BytesIO()
    with opened, Image.open(opened) as image:
        image.draft("RGB", SMALL)  # decodes only what a small picture needs
        image.thumbnail(SMALL)
        image.save(target, "JPEG", quality=70)
    target.seek(0)
    return target


def _card(request: HttpRequest, pk: int) -> ScannedCard:
    """The card of an intake. A side that is joined to another card is no card of its own."""
    cards = ScannedCard.objects.visible_to(receiver(request)).filter(joined_to=None)
    return get_object_or_404(cards.select_related("intake__case", "intake__unit", "file__upload"), intake=pk)


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """The page is one more side of the card before it."""
    card = _card(request, pk)
    tell(request, lambda version: card.join(request.user, version=version), gettext("The pages are one card now."))
    return redirect(card.file.upload)


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Every side is a card of its own."""
    card = _card(request, pk)
    success = gettext("Each page is a card of its own now.")
    tell(request, lambda version: card.split(request.user, version=version), success)
    return redirect(card.file.upload)


class CardStep(RecordStep):
    """A step on a scanned card."""

    def load(self) -> None:
        self.card = _card(self.request, self.kwargs["pk"])
        self.record = self.card.intake

    def back(self) -> tuple[str, str]:
        return self.card.file.upload.get_absolute_url(), gettext("The scanned cards")

    def leave(self) -> HttpResponse:
        """To the next card, or back to the pile when it is done."""
        return redirect(self.card.file.upload.next_card() or self.card.file.upload)


class Transcribe(CardStep):
    """Write a card in: the picture beside the text."""

    template_name = "cases/cards/transcribe.html"
    form_class = TranscribeForm
    title = _("Write the card in")
    button = _("Save as a case")

    def initial(self) -> dict[str, Any]:
        return {"number": self.record.card_label}

    def context(self) -> dict[str, Any]:
        waiting = self.card.file.upload.cards().filter(intake__state=self.record.State.WAITING).count()
        more = {"card": self.card, "pictures": self.record.files.all(), "remaining": waiting}
        if self.card.is_waiting:
            more["remarks"] = self.card.remarks(self.user)
        return {**super().context(), **more}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if turned := request.POST.get("turn", ""):
            return self.turn(turned)
        return super().post(request, **kwargs)

    def turn(self, picture_id: str) -> HttpResponse:
        """Turn a picture, and show the form with all that is typed."""
        if not (picture_id.isdecimal() and self.record.files.filter(pk=picture_id[:9]).exists()):
            raise Http404
        typed = resent(self.request).dict()
        try:
            self.card.turn(self.user, int(picture_id))
        except ValidationError as refused:
            messages.error(self.request, " ".join(refused.messages))
        return self.page(self.form_class(initial=typed))

    def perform(self, form: TranscribeForm, version: int | None) -> None:
        case = self.card.transcribe(self.user, **form.cleaned_data)
        self.success = gettext("The card is saved as case %(reference)s. Sort it when you are through the pile.") % {
            "reference": case.reference
        }


class Discard(CardStep):
    """Not something for the register."""

    form_class = DiscardCardForm
    title = _("Discard the card")
    lead = _("It does not become a case. The scan is kept until it is erased, and the reason stays.")
    button = _("Discard the card")
    success = _("The card is discarded.")

    def back(self) -> tuple[str, str]:
        return reverse("cases:transcribe_card", args=[self.record.pk]), gettext("The card")

    def perform(self, form: DiscardCardForm, version: int | None) -> None:
        self.record.discard(self.user, **form.cleaned_data)
