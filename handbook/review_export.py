"""The list of reviews as a spreadsheet."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook

from cases.exports import harmless
from handbook.models import Edition

WIDTHS = {"A": 12, "B": 10, "C": 50, "D": 16, "E": 30, "F": 10, "G": 14, "H": 14, "I": 24}


def workbook(editions: Iterable[Edition]) -> bytes:
    """One line for each edition in force. Cells can't act as formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Reviews"))
    sheet.freeze_panes = "A2"
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.append(
        [
            _("Document id"),
            _("Number"),
            _("Title"),
            _("Kind"),
            _("Process owner"),
            _("Version"),
            _("Valid from"),
            _("Next review"),
            _("Review"),
        ]
    )
    for edition in editions:
        document, light = edition.document, edition.document.light
        cells: list[object] = [document.document_id, document.number, edition.title, edition.get_kind_display()]
        cells += [edition.owner_unit.name, edition.label, edition.valid_from, document.review_date]
        sheet.append([harmless(cell) for cell in [*cells, str(light.label) if light else ""]])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
