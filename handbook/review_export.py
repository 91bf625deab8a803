"""The list of reviews as a spreadsheet."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from handbook.models import Edition
from organisation import spreadsheets
from organisation.spreadsheets import Sheet

WIDTHS = (12, 10, 50, 16, 30, 10, 14, 14, 24)


def workbook(editions: Iterable[Edition]) -> bytes:
    """One line for each edition in force."""
    return spreadsheets.workbook(Sheet(_("Reviews"), headings(), map(row, editions), WIDTHS, "A2"))


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
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


def row(edition: Edition) -> list[Any]:
    document, light = edition.document, edition.document.light
    return [
        document.document_id,
        document.number,
        edition.title,
        edition.get_kind_display(),
        edition.owner_unit.name,
        edition.label,
        edition.valid_from,
        document.review_date,
        str(light.label) if light else "",
    ]
