"""The yearly report as a Word document, for the case file of the council."""

import io
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document

from organisation.models import Unit
from organisation.spreadsheets import CONTROL
from results.annual_reports import shown, texts_of
from results.inputs.section import Drawing, Figure, Section, Table
from results.models import AnnualReport
from results.templatetags.results_tags import number

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TABLE_STYLE = "Light Grid Accent 1"


def word(report: AnnualReport, municipality: Unit) -> bytes:
    """The same content as the page and the PDF."""
    with translation.override(settings.LANGUAGE_CODE):
        content = shown(report, municipality)
        document = Document()
        document.core_properties.title = content["title"]
        document.core_properties.author = content["municipality"]
        document.core_properties.language = settings.LANGUAGE_CODE
        document.add_heading(_clean(content["title"]), 0)
        document.add_paragraph(_clean(f"{content['municipality']} · {report.get_status_display()}"))
        for name, text in texts_of(content):
            if text:
                document.add_heading(name, 1)
                for line in filter(str.strip, text.splitlines()):
                    document.add_paragraph(_clean(line))
        for data in content["sections"]:
            _section(document, Section.of(data), content["before"])
        if not report.is_draft:
            document.add_paragraph(f"SHA-256: {report.frozen.sha256}")
        target = io.BytesIO()
        document.save(target)
        return target.getvalue()


def _section(document: Any, section: Section, before: str) -> None:
    document.add_heading(_clean(section.title), 1)
    if section.note:
        document.add_paragraph(_clean(section.note))
    if section.figures:
        head = [_("Figure"), _("Value"), _("Against %(period)s") % {"period": before}]
        _table(document, head, [_figure(one) for one in section.figures])
    for drawing in section.drawings:
        if not drawing.chart.is_empty:
            document.add_heading(_clean(drawing.title), 2)
            _table(document, ["", *(name for name, _values, _shape in drawing.series)], _rows(drawing))
    for one in section.tables:
        document.add_heading(_clean(one.title), 2)
        _table(document, one.headings, [[item.text for item in row] for row in one.rows])
        _more(document, one)


def _figure(figure: Figure) -> list[str]:
    said = f"{figure.text} ({figure.tone_in_words})" if figure.tone else figure.text
    return [figure.label, said, figure.change or "–"]


def _rows(drawing: Drawing) -> list[list[str]]:
    return [
        [label, *(number(values[place]) for _name, values, _shape in drawing.series)]
        for place, label in enumerate(drawing.labels)
    ]


def _more(document: Any, one: Table) -> None:
    if one.more:
        document.add_paragraph(_("And %(number)s more.") % {"number": one.more})


def _table(document: Any, head: list[str], rows: list[list[str]]) -> None:
    made = document.add_table(rows=1, cols=len(head), style=TABLE_STYLE)
    for place, text in enumerate(head):
        made.rows[0].cells[place].text = _clean(text)
    for row in rows:
        cells = made.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = _clean(text)
    document.add_paragraph()


def _clean(text: str) -> str:
    """Without the signs that no Word file can hold."""
    return CONTROL.sub("", text)
