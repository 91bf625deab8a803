"""Import a folder of Word procedures as drafts: subfolders become process pages, files procedures.

    manage.py import_word ~/prosedyrer --under 5.3 --unit it --by redaktor --report rapport.html

Nothing is published. The same folder again changes only what has changed.
"""

import csv
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from handbook.models import Document, ImportedFile, WordImport
from handbook.word import importing, sources
from handbook.word.importing import Outcome
from organisation.models import Unit, User
from organisation.progress import track
from organisation.spreadsheets import harmless

REPORTS = (".html", ".csv")


class Command(BaseCommand):
    help = "Import a folder of Word procedures as drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--under", required=True, metavar="NUMBER", help="number of the page to import below: 5.3")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="who writes the drafts")
        parser.add_argument("--unit", metavar="CODE", help="the unit that owns the pages (default: as the page above)")
        parser.add_argument("--dry-run", action="store_true", help="read and report, make nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the report to a .html or .csv file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, report = options["folder"], options["report"]
        if not folder.is_dir():
            raise CommandError(f"Not a folder: {folder}")
        if report and report.suffix not in REPORTS:
            raise CommandError("The report must be a .html or .csv file.")
        by, unit, under = self.place(options)
        found = sources.in_folder(folder)
        try:
            importing.demand_right(by, unit, under)
        except PermissionDenied as error:
            raise CommandError(f"{by.username} may not write for {unit} below {options['under']}.") from error
        if options["dry_run"]:
            rows = [importing.try_out(source) for source in track(self.stdout, "Read", found)]
        else:
            rows = self.take_all(WordImport.objects.create(by=by, unit=unit, under=under), found)
        self.tell(rows)
        if report:
            write_report(report, rows)
            self.stdout.write(f"Report: {report}")

    def place(self, options: dict[str, Any]) -> tuple[User, Unit, Any]:
        """Who writes, which unit owns, and where. Raises CommandError naming what isn't there."""
        document = Document.objects.filter(number=options["under"], page__isnull=False).select_related("page").first()
        if document is None or document.page is None:
            raise CommandError(f"No page has the number {options['under']}.")
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"No active user is called {options['by']}.")
        page = document.page.specific
        unit = Unit.objects.filter(code=options["unit"], active=True).first() if options["unit"] else page.owner_unit
        if unit is None:
            raise CommandError(f"No unit has the code {options['unit']}.")
        return by, unit, page

    def take_all(self, batch: WordImport, found: list[sources.Source]) -> list[ImportedFile]:
        rows = []
        for source in track(self.stdout, "Imported", found):
            row = ImportedFile(batch=batch, source=source.path[:500], title=source.title)
            if source.reason:
                with transaction.atomic():
                    row.finish(ImportedFile.State.REFUSED, reason=source.reason)
            else:
                row = importing.take(row, source.content)
            rows.append(row)
        return rows

    def tell(self, rows: "list[ImportedFile] | list[Outcome]") -> None:
        counts: dict[str, int] = {}
        for row in rows:
            counts[row.state] = counts.get(row.state, 0) + 1
            if row.reason:
                self.stdout.write(f"{row.source}: {row.reason}")
        for state, number in counts.items():
            self.stdout.write(f"{ImportedFile.State(state).label}: {number}")


def write_report(path: Path, rows: "list[ImportedFile] | list[Outcome]") -> None:
    """The report for people (.html) or for a spreadsheet (.csv, a line for each remark)."""
    if path.suffix == ".html":
        path.write_text(render_to_string("handbook/word/report.html", {"rows": rows}), encoding="utf-8")
        return
    levels = {"simplified": _("Simplified"), "left_out": _("Left out")}
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([_("File"), _("Result"), _("Title"), _("What"), _("Remark"), _("Where")])
        for row in rows:
            said = [row.source, ImportedFile.State(row.state).label, row.title]
            remarks = row.remarks or [{"level": "", "text": row.reason, "where": ""}]
            for remark in remarks:
                line = [*said, levels.get(remark["level"], ""), remark["text"], remark["where"]]
                writer.writerow([harmless(str(cell)) for cell in line])
