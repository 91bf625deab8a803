"""Sections of figures on paper: for the minutes of a review and for the yearly report."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from organisation.pdf.nodes import Node, cell, heading, paragraph, table
from results.inputs.section import Drawing, Figure, Section, Table
from results.templatetags.results_tags import number

TONES = {"ok": "green", "warn": "yellow", "bad": "red"}


def nodes(section: Section, before: str) -> list[Node]:
    """The section with its figures, the numbers of its charts, and its tables."""
    parts: list[Node] = [heading(section.title)]
    if section.note:
        parts.append(paragraph(section.note))
    if section.figures:
        parts.append(figures(section.figures, before))
    parts += [_drawing(one) for one in section.drawings if not one.chart.is_empty]
    for one in section.tables:
        parts.append(_table(one))
        if one.more:
            parts.append(paragraph(_("And %(number)s more.") % {"number": one.more}))
    return parts


def figures(found: Iterable[Figure], before: str) -> Node:
    """Each figure, and how it moved from the period before."""
    rows = [[one.label, cell(_with_tone(one), tone=TONES.get(one.tone, "")), one.change or "–"] for one in found]
    return table([_("Figure"), _("Value"), _("Against %(period)s") % {"period": before}], rows, (50, 20, 30))


def _with_tone(figure: Figure) -> str:
    return f"{figure.text} ({figure.tone_in_words})" if figure.tone else figure.text


def _drawing(drawing: Drawing) -> Node:
    names = [name for name, _values, _shape in drawing.series]
    rows = [
        [label, *(number(values[place]) for _name, values, _shape in drawing.series)]
        for place, label in enumerate(drawing.labels)
    ]
    return table(["", *names], rows, (40, *([20] * len(names))), drawing.title)


def _table(one: Table) -> Node:
    rows = [[cell(item.text, tone=TONES.get(item.tone, "")) for item in row] for row in one.rows]
    width = max(100 // len(one.headings), 1)
    return table(one.headings, rows, [width] * len(one.headings), one.title)
