"""The sheet written: its own shape, guarded so that it is filled in right (S50–S55).

White cells are for text and orange ones for numbers from 1 to 5; all else is shut, without a password. The risk is a
formula, with what it comes to beside it; the program that opens the file computes it again. What stood in each cell is
kept in a hidden tab, so that the file can come back to the draft it was made from without overwriting what others wrote
meanwhile.
"""

import io
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from cases.risk import DEMANDS_MEASURE_ABOVE, LEVELS, Colour, score
from organisation.spreadsheets import harmless
from risk import cells
from risk.cells import Shape
from risk.sheet import layout
from risk.sheet.computed import with_values
from risk.sheet.exporting import Form
from risk.sheet.layout import COLUMNS, FIRST_ROW, NUMBER_OF, PRODUCTS

WHITE, ORANGE, SHUT, HEAD = "FFFFFF", "FFE3BF", "F1F3F5", "DCE6F1"
TINTS = {Colour.GREEN: "C9E7CF", Colour.YELLOW: "FFF0B3", Colour.RED: "F6C1BC"}
LOWEST_TINTED = {Colour.GREEN: 0, Colour.YELLOW: 4, Colour.RED: DEMANDS_MEASURE_ABOVE}  # scores above this
LINE = Side(style="thin", color="B8C2CC")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
NUMBER_FORMATS = {Shape.TEXT: "@", Shape.PERSON: "@", Shape.DAY: "dd.mm.yyyy"}  # "@": what is typed is text
LONGEST_PROMPT = 250
FIRST_PART = "xl/worksheets/sheet1.xml"
LAST = get_column_letter(NUMBER_OF["residual_product"])


def workbook(form: Form) -> bytes:
    """The form as an .xlsx file, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        book = Workbook()
        sheet = book.create_sheet("ROS", 0)
        book.remove(book.worksheets[1])
        last = FIRST_ROW + len(form.rows) + (layout.BLANK_ROWS if form.is_draft else 0) - 1
        _write_head(sheet, form)
        _write_headings(sheet)
        _add_styles(book)
        for row in range(FIRST_ROW, last + 1):
            _write_row(sheet, row)
        for row, (key, values) in enumerate(form.rows, FIRST_ROW):
            _fill_row(sheet, row, key, values)
        if last >= FIRST_ROW:
            _guard(sheet, last)
            _tint(sheet, last)
        _lay_out(sheet)
        _write_guidance(book.create_sheet(str(layout.GUIDANCE)))
        _remember(book.create_sheet(layout.MEMORY), form)
    if book.calculation:
        book.calculation.fullCalcOnLoad = True
    target = io.BytesIO()
    book.save(target)
    return with_values(target.getvalue(), FIRST_PART, _products(form))


def _products(form: Form) -> dict[str, int | None]:
    """What each formula comes to, by its address."""
    return {
        _address(name, row): score(values.get(first), values.get(second))
        for row, (_key, values) in enumerate(form.rows, FIRST_ROW)
        for name, (first, second) in PRODUCTS.items()
    }


def _write_head(sheet: Worksheet, form: Form) -> None:
    _open_line(sheet, "A1:G1", f"{layout.TITLE}: {form.title}", Font(bold=True, size=16))
    _open_line(sheet, "A2:G2", f"{layout.TEMPLATE}: {form.template}", Font(size=10))
    _open_line(sheet, "A3:G3", f"{layout.NAME_AND_FUNCTION}: {form.who}", Font(size=10))
    _open_line(sheet, "A4:B4", f"{layout.USE}: {form.use}", Font(size=10))
    _open_line(sheet, "C4", f"{layout.UNIT}: {form.unit}", Font(size=10))
    _open_line(sheet, "D4:G4", f"{layout.YEAR}: {form.year or ''}", Font(size=10))
    hints = [str(hint) for hint in layout.HINTS]
    if form.restricted:
        sheet["H1"] = str(layout.RESTRICTED)
        sheet["H1"].font = Font(bold=True, color="9A1B1B", size=12)
        hints[:2] = [" ".join(hints[:2])]
    for row, hint in enumerate(hints, 5 - len(hints)):
        sheet.cell(row, NUMBER_OF["preventive"], hint).font = Font(italic=True, size=10, color="4D5B69")


def _open_line(sheet: Worksheet, area: str, text: str, font: Font) -> None:
    """A line of the head that may be written in."""
    first = sheet[area.partition(":")[0]]
    first.value, first.font = harmless(text.rstrip()), font
    first.alignment = Alignment(vertical="center", wrap_text=False)
    first.protection = Protection(locked=False)
    if ":" in area:
        sheet.merge_cells(area)


def _write_headings(sheet: Worksheet) -> None:
    """Two lines: the groups, and below them the columns, with help on hover."""
    for number, column in enumerate(COLUMNS, 1):
        for row, text in ((5, column.group), (6, column.heading)):
            cell = sheet.cell(row, number, str(text) or None)
            cell.font, cell.border = Font(bold=True, size=10), BORDER
            cell.fill = PatternFill("solid", start_color=HEAD)
            upright = row == 6 and column.width <= 8 and column.name != "number"
            cell.alignment = Alignment(
                wrap_text=True, vertical="center", horizontal="center", text_rotation=90 if upright else 0
            )
        if column.help:
            help_text = Comment(column.help, settings.WAGTAIL_SITE_NAME, height=90, width=260)
            sheet.cell(6, number).comment = help_text
    for group in {str(column.group) for column in COLUMNS if column.group}:
        numbers = [number for number, column in enumerate(COLUMNS, 1) if str(column.group) == group]
        if len(numbers) > 1:
            sheet.merge_cells(start_row=5, end_row=5, start_column=numbers[0], end_column=numbers[-1])
    sheet.row_dimensions[5].height, sheet.row_dimensions[6].height = 48, 96


def _add_styles(book: Workbook) -> None:
    """How the cells of each kind look, and which of them may be written in; "" is what is shut."""
    for shape in ("", *Shape):
        is_text = shape in (Shape.TEXT, Shape.PERSON)
        style = NamedStyle(
            name=_style(shape),
            border=BORDER,
            fill=PatternFill("solid", start_color=_colour(shape)),
            alignment=Alignment(wrap_text=True, vertical="top", horizontal="left" if is_text else "center"),
            protection=Protection(locked=not shape),
            number_format=NUMBER_FORMATS.get(shape, "General"),
        )
        book.add_named_style(style)


def _style(shape: str) -> str:
    return f"felles {shape or 'shut'}"


def _colour(shape: str) -> str:
    if not shape:
        return SHUT
    return ORANGE if shape == Shape.SCORE else WHITE


def _write_row(sheet: Worksheet, row: int) -> None:
    """One line to fill in."""
    sheet.cell(row, NUMBER_OF["number"], row - FIRST_ROW + 1)
    for name, (first, second) in PRODUCTS.items():
        one, other = _address(first, row), _address(second, row)
        sheet.cell(row, NUMBER_OF[name], f'=IF(OR({one}="",{other}=""),"",{one}*{other})')
    for number, column in enumerate(COLUMNS[:-1], 1):
        shape = cells.CELLS[column.name].shape if column.name in cells.CELLS else ""
        sheet.cell(row, number).style = _style(shape)


def _fill_row(sheet: Worksheet, row: int, key: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        sheet.cell(row, NUMBER_OF[name]).value = _value(name, value)
    sheet.cell(row, NUMBER_OF["key"], key or None)


def _value(name: str, value: Any) -> Any:
    """Numbers and days as such, the rest as text that can't act as a formula; nothing for an empty cell."""
    if cells.CELLS[name].shape in (Shape.SCORE, Shape.DAY):
        return value
    return harmless(cells.shown(name, value)) or None


def _address(name: str, row: int) -> str:
    return f"{get_column_letter(NUMBER_OF[name])}{row}"


def _area(name: str, last: int) -> str:
    return f"{_address(name, FIRST_ROW)}:{_address(name, last)}"


def _guard(sheet: Worksheet, last: int) -> None:
    """What may be written where, with a message in words when something else is."""
    sheet.protection.sheet = True
    sheet.protection.formatRows = False  # rows may be made higher
    for name, cell in cells.CELLS.items():
        rule = _validation(cell.shape)
        rule.add(_area(name, last))
        rule.promptTitle, rule.prompt = str(cell.label)[:32], str(cell.help)[:LONGEST_PROMPT]
        rule.showInputMessage = rule.showErrorMessage = True
        rule.errorTitle = _("This can't stand here")
        sheet.add_data_validation(rule)


def _validation(shape: Shape) -> DataValidation:
    match shape:
        case Shape.SCORE:
            return DataValidation(
                type="whole",
                operator="between",
                formula1=str(min(LEVELS)),
                formula2=str(max(LEVELS)),
                error=_("Write a whole number from 1 to 5."),
            )
        case Shape.YES:
            answers = ",".join((cells.shown("law_breach", True), _("No")))
            return DataValidation(type="list", formula1=f'"{answers}"', error=_("Choose yes or no."))
        case Shape.DAY:
            return DataValidation(
                type="date",
                operator="greaterThan",
                formula1="36526",  # 1 January 2000, in the days of the program
                error=_("Write a date, such as 31.12.2026."),
            )
        case _:
            return DataValidation(
                type="textLength",
                operator="lessThanOrEqual",
                formula1=str(cells.LONGEST),
                error=_("The text is too long. Make two rows of it."),
            )


def _tint(sheet: Worksheet, last: int) -> None:
    """The colour of each risk beside its number, and red where a measure is demanded and none is written."""
    for name in PRODUCTS:
        first = f"${_address(name, FIRST_ROW)}"
        for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN):
            condition = f"AND(ISNUMBER({first}),{first}>{LOWEST_TINTED[colour]})"
            fill = PatternFill("solid", start_color=TINTS[colour], end_color=TINTS[colour])
            sheet.conditional_formatting.add(_area(name, last), FormulaRule([condition], stopIfTrue=True, fill=fill))
    risk, law = f"${_address('product', FIRST_ROW)}", f"${_address('law_breach', FIRST_ROW)}"
    texts = [f"${_address(name, FIRST_ROW)}" for name in ("preventive", "limiting")]
    demanded = f'OR(AND(ISNUMBER({risk}),{risk}>{DEMANDS_MEASURE_ABOVE}),{law}="{cells.shown("law_breach", True)}")'
    missing = f'AND({demanded},{texts[0]}="",{texts[1]}="")'
    red = PatternFill("solid", start_color=TINTS[Colour.RED], end_color=TINTS[Colour.RED])
    measures = f"{_address('preventive', FIRST_ROW)}:{_address('limiting', last)}"
    sheet.conditional_formatting.add(measures, FormulaRule([missing], fill=red))


def _lay_out(sheet: Worksheet) -> None:
    for number, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.column_dimensions[get_column_letter(NUMBER_OF["key"])].hidden = True
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.sheet_view.zoomScale = 90
    _fit_to_page(sheet)
    sheet.print_title_rows = "5:6"
    sheet.print_area = f"A1:{LAST}{max(sheet.max_row, FIRST_ROW)}"
    sheet.oddFooter.center.text = "&P / &N"  # type: ignore[union-attr]


def _fit_to_page(sheet: Worksheet) -> None:
    """A4 on its side, as many pages down as it takes."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6)


def _write_guidance(sheet: Worksheet) -> None:
    """How to fill in, in a tab of its own."""
    lines: list[tuple[str, str]] = [(str(layout.GUIDANCE), "")]
    lines += [("", str(hint)) for hint in layout.HINTS]
    lines += [(" ".join(str(column.heading).split()), column.help) for column in COLUMNS if column.help]
    lines += [
        (_("When is a measure demanded?"), _("When the risk is over 10 (10 does not, 12 does), or a law is broken.")),
        (
            _("When you are done"),
            _("Upload the file again under Risk. You see what was understood before anything is saved."),
        ),
    ]
    for row, (what, text) in enumerate(lines, 1):
        sheet.cell(row, 1, what).font = Font(bold=True, size=16 if row == 1 else 11)
        sheet.cell(row, 2, text)
        for cell in (sheet.cell(row, 1), sheet.cell(row, 2)):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    _fit_to_page(sheet)
    sheet.protection.sheet = True


def _remember(sheet: Worksheet, form: Form) -> None:
    """Which assessment it is, and each cell as it stood, in a hidden tab."""
    sheet.sheet_state = "veryHidden"
    sheet.append([layout.MARK, form.key])
    if not form.key:
        return
    for key, values in form.rows:
        sheet.append([key, *(harmless(cells.shown(name, values[name])) for name in cells.CELLS)])
