"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .document import Document, DocumentSeries
from .edition import Edition
from .kept_file import KeptFile
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .review import ReviewExtension

__all__ = [
    "ChapterPage",
    "ControlledPage",
    "Document",
    "DocumentSeries",
    "Edition",
    "HandbookIndexPage",
    "KeptFile",
    "ProcedurePage",
    "ProcessPage",
    "ReviewExtension",
]
