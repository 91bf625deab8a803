"""The shape of the sheet (S50–S55): its lines, its columns and its words, as people know them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risk import cells

FIRST_ROW = 7  # the rows of the form begin below two lines of headings and four of what the form is
BLANK_ROWS = 30
MEMORY = "_felles"  # the hidden tab that keeps what stood there when the file was made
MARK = "felles-ros-1"

TITLE = _("RISK ASSESSMENT")
NAME_AND_FUNCTION = _("Name and function")
TEMPLATE = _("Template")
USE, UNIT, YEAR = _("Use"), _("Unit"), _("Year")
HINTS = (
    _("Write shortly! White cells are for text, orange ones for numbers."),
    _("If you want a hard line break in a cell, press ALT+ENTER."),
    _("For guidance: hold the mouse over the headings (or see the tab Guidance)."),
    _("The sheet is protected, so that you can only write where it is needed."),
)
RESTRICTED = _("RESTRICTED – only for those who take part, and leaders and auditors of the unit")
GUIDANCE = _("Guidance")

ASPECTS = _("ASPECTS – CONDITIONS AND REQUIREMENTS")
THREATS = _("DESCRIPTION OF THREAT")
GRADING = _("Grading 1 - 5")
MEASURES = _("MEASURES\nRisk > 10 or breach of law: preventive / damage-limiting")
AFTER = _("RESIDUAL RISK\nAfter measures, 1 - 5")


@dataclass(frozen=True)
class Column:
    """A column of the sheet: a cell of the row, or what the sheet adds: "number", "product", "residual_product" and
    the hidden "key". `width` in characters."""

    name: str
    group: str | Promise
    heading: str | Promise
    width: int

    @property
    def help(self) -> str:
        """What to write there."""
        if self.name in cells.CELLS:
            return str(cells.CELLS[self.name].help)
        return str(_PRODUCT_HELP) if "product" in self.name else ""


_PRODUCT_HELP = _("Probability times consequence. The sheet computes it.")
COLUMNS = (
    Column("number", "", _("No."), 5),
    Column("aspect", ASPECTS, _("What must be assessed?"), 32),
    Column(
        "threat",
        THREATS,
        _("What can happen, what can go wrong?\nDescription of threat, cause and effect."),
        44,
    ),
    Column("probability", GRADING, cells.CELLS["probability"].label, 8),
    Column("consequence", GRADING, cells.CELLS["consequence"].label, 8),
    Column("product", GRADING, _("Risk"), 8),
    Column("law_breach", GRADING, cells.CELLS["law_breach"].label, 8),
    Column("preventive", MEASURES, cells.CELLS["preventive"].label, 34),
    Column("limiting", MEASURES, cells.CELLS["limiting"].label, 34),
    Column("responsible", MEASURES, cells.CELLS["responsible"].label, 20),
    Column("deadline", MEASURES, cells.CELLS["deadline"].label, 12),
    Column("residual_probability", AFTER, cells.CELLS["residual_probability"].label, 8),
    Column("residual_consequence", AFTER, cells.CELLS["residual_consequence"].label, 8),
    Column("residual_product", AFTER, _("Residual risk"), 8),
    Column("key", "", "", 4),
)
NUMBER_OF = {column.name: number for number, column in enumerate(COLUMNS, 1)}
PRODUCTS = {
    "product": ("probability", "consequence"),
    "residual_product": ("residual_probability", "residual_consequence"),
}
