"""Equations of Word on one line: (a)/(b), x^(2). The words and signs are kept, the shape is not."""

from typing import Any

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
EQUATIONS = {MATH + "oMath", MATH + "oMathPara"}
PATTERNS = {
    "f": (("num", "({})"), ("den", "/({})")),
    "sSup": (("e", "{}"), ("sup", "^({})")),
    "sSub": (("e", "{}"), ("sub", "_({})")),
    "sSubSup": (("e", "{}"), ("sub", "_({})"), ("sup", "^({})")),
    "rad": (("deg", "{}"), ("e", "√({})")),
}


def on_one_line(element: Any) -> str:
    """The equation as text."""
    if element.tag == MATH + "t":
        return element.text or ""
    pattern = PATTERNS.get(str(element.tag).removeprefix(MATH))
    if pattern is None:
        return "".join(map(on_one_line, element))
    parts = ((form, element.find(MATH + name)) for name, form in pattern)
    return "".join(form.format(on_one_line(part)) for form, part in parts if part is not None and len(part))
