"""The handbook, or one document with all below it, as a PDF file: for archives and for those who run the system."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from handbook import printouts
from handbook.models import Document, Printout
from organisation.pdf.typesetting import CannotTypeset


class Command(BaseCommand):
    help = "Write the handbook, or a document with all below it, as one PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--handbook", action="store_true", help="everything in force")
        what.add_argument("--document", metavar="FL-0001", help="this document and all below it")
        parser.add_argument("--out", required=True, type=Path, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        document = None
        if options["document"]:
            found = Document.objects.in_force().select_related("page").filter(document_id=options["document"])
            document = found.first()
            if document is None:
                raise CommandError(f"No document {options['document']} is in force.")
        started = time.monotonic()
        try:
            count, megabytes = printouts.make(Printout(document=document), options["out"])
        except CannotTypeset as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(f"{options['out']}: {count} documents in {seconds:.0f} s, {megabytes} MB at most.")
