"""Making printouts of many documents, outside the request, and cleaning up after them (G10)."""

import logging
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import translation
from django_tasks import task

from handbook.models import Document, Printout
from handbook.pdf import documents
from organisation.models import User
from organisation.pdf import typesetting

log = logging.getLogger(__name__)

READ, SET = 10, 40  # per cent: asked the database, made the values


def order(by: User, document: Document | None) -> Printout:
    """The person's printout, on its way or ready. The work begins after the transaction."""
    printout, is_new = Printout.ask(by, document, documents.look())
    if is_new:
        transaction.on_commit(lambda: make_printout.enqueue(printout.pk))
    return printout


@task()
def make_printout(printout_id: int) -> None:
    """Make the file. What goes wrong is logged, and told to the one who waits."""
    printout = Printout.objects.select_related("asked_by", "document__page").get(pk=printout_id)
    try:
        with tempfile.TemporaryDirectory(prefix="felles-printout-") as folder:
            out = Path(folder) / "printout.pdf"
            make(printout, out)
            with out.open("rb") as file:
                printout.finish(File(file))
    except typesetting.CannotTypeset:
        log.exception("Printout %s could not be made", printout_id)
        printout.fail()


def make(printout: Printout, out: Path) -> tuple[int, int]:
    """Write the PDF to `out`; returns the number of documents and the megabytes Typst took. A printout that is
    not saved reports no progress. Raises CannotTypeset."""
    editions = list(printout.editions())
    _report(printout, READ)
    address = settings.BASE_URL + (printout.document.get_absolute_url() if printout.document else "/handbok/")
    with translation.override(settings.LANGUAGE_CODE):
        made = documents.collection(str(printout.title), address, editions, _name(printout))
    _report(printout, SET)
    return len(editions), typesetting.typeset_apart(made.data, made.pictures, out)


def _name(printout: Printout) -> str:
    """Nobody's when made from the command line."""
    return str(printout.asked_by) if printout.asked_by_id else ""


def _report(printout: Printout, progress: int) -> None:
    if printout.pk:
        printout.report(progress)


def clean() -> int:
    """Delete printouts that are older than some days, with their files; returns how many."""
    gone = 0
    for printout in Printout.objects.outdated():
        printout.file.delete(save=False)
        printout.delete()
        gone += 1
    return gone
