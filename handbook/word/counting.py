"""Every word that stands in a part of a Word file, read another way than the reader does: its check."""

from collections.abc import Container
from typing import Any

from . import symbols
from .drawings import MC, TEXT, WORD_ART
from .equations import MATH
from .runs import DELETED, INSERTED, TRANSPARENT
from .styles import Styles, W

WORDS = {W + "t", MATH + "t", TEXT}
DELETED_TEXT = W + "delText"
NOT_READ = {*DELETED, MC + "Fallback", DELETED_TEXT}
RUNNING_ON = {*INSERTED, *TRANSPARENT, W + "hyperlink", W + "sdt", MATH + "oMath", MATH + "oMathPara", MATH + "r"}
BREAKS = {
    W + name
    for name in ("p", "tab", "br", "cr", "ptab", "footnoteReference", "endnoteReference", "sym", "noBreakHyphen")
}


class Words:
    """The words of parts that use these styles."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles

    def of(self, root: Any, not_read: Container[str] = NOT_READ) -> str:
        found: list[str] = []
        self._walk(root, not_read, found)
        return "".join(found)

    def with_deleted(self, root: Any) -> str:
        return self.of(root, ())

    def _walk(self, element: Any, not_read: Container[str], found: list[str]) -> None:
        for child in element:
            if child.tag in not_read or self._is_sign(child):
                continue
            if child.tag in WORDS or child.tag == DELETED_TEXT:
                found.append(child.text or "")
            elif child.tag == WORD_ART:
                found.append(f"\n{child.get('string') or ''}\n")
            else:
                apart = "\n" if child.tag in BREAKS or self._stands_apart(child) else ""
                found.append(apart)
                self._walk(child, not_read, found)
                found.append(apart)

    def _is_sign(self, element: Any) -> bool:
        """Whether the letters of a run are shown as signs."""
        return element.tag == W + "r" and symbols.font_of(element.find(W + "rPr")) != ""

    def _stands_apart(self, element: Any) -> bool:
        """Whether words inside don't go on from the words before: anything but runs and what is around them."""
        if element.tag == W + "r":
            return self.styles.look(element.find(W + "rPr"), None, "vanish")
        if element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            return True
        return element.tag not in RUNNING_ON and next(element.iter(*WORDS), None) is not None
