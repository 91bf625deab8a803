"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .delegation import Delegation
from .document import Document, DocumentSeries
from .edition import Edition
from .kept_file import KeptFile
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .supplement import SupplementPage

__all__ = [
    "ChapterPage",
    "ControlledPage",
    "Delegation",
    "Document",
    "DocumentSeries",
    "Edition",
    "HandbookIndexPage",
    "KeptFile",
    "ProcedurePage",
    "ProcessPage",
    "SupplementPage",
]
