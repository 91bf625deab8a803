"""Reading scanned cards outside the request: pages, numbers, and a proposal of the text."""

import io
import logging
import uuid
from collections.abc import Iterable
from functools import partial

import zxingcpp
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from PIL import Image

from cases.cards import numbers, proposal
from cases.cards.pages import pages_of
from cases.models import CardUpload, Intake, ScannedCard, ScannedFile
from cases.uploads import Refused
from organisation.models import User

log = logging.getLogger(__name__)


def begin(by: User, files: Iterable[File], *, key: uuid.UUID | None = None) -> CardUpload:
    """Keep the files, and have them read after the transaction."""
    with transaction.atomic():
        upload = CardUpload.begin(by, files, key=key)
        for file in upload.files.filter(state=ScannedFile.State.WAITING):
            transaction.on_commit(partial(read_file.enqueue, file.pk))
    return upload


@task()
def read_file(pk: int) -> None:
    """Make cards of the pages of a file, from where it was left. What can't be read is said on the file."""
    file = ScannedFile.objects.select_related("upload__by", "upload__unit").get(pk=pk)
    if file.is_over:
        return
    with translation.override(settings.LANGUAGE_CODE):
        try:
            _read(file)
        except Refused as refused:
            file.refuse(" ".join(refused.messages))
        except Exception:
            log.exception("The scan %s could not be read", pk)
            text = _(
                "“%(name)s” could not be read. Send it in again. If it fails again, tell those who run the system."
            )
            file.refuse(text % {"name": file.name})
        else:
            file.finish()
    if proposal.is_installed():
        propose_texts.enqueue(pk)


def _read(file: ScannedFile) -> None:
    with file.original.open("rb") as opened:
        content = opened.read()
    first = file.pages_read + 1
    for page, picture in enumerate(pages_of(file.name, content, file.begin, first), start=first):
        file.take(page, picture, numbers_in(picture))


def numbers_in(picture: bytes) -> list[int]:
    """The numbers of report cards in the QR codes of a picture, each once."""
    with Image.open(io.BytesIO(picture)) as image:
        codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    found = (numbers.in_address(code.text) for code in codes)
    return sorted({number for number in found if number})


@task()
def propose_texts(pk: int) -> None:
    """Propose the text of the cards of a file that still wait."""
    cards = ScannedCard.objects.filter(file=pk, proposal="", intake__state=Intake.State.WAITING)
    for card in cards.select_related("picture"):
        with card.picture.file.open("rb") as opened:
            card.proposal = proposal.of_picture(opened.read())
        card.save(update_fields=["proposal"])


def resume() -> int:
    """Read on in files whose worker is gone; how many."""
    stuck = list(ScannedFile.objects.stuck().values_list("pk", flat=True))
    for pk in stuck:
        read_file.enqueue(pk)
    return len(stuck)
