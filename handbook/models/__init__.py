"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .document import Document, DocumentSeries
from .edition import Edition
from .kept_file import KeptFile
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .word_import import ImportedFile, WordImport

__all__ = [
    "ChapterPage",
    "ControlledPage",
    "Document",
    "DocumentSeries",
    "Edition",
    "HandbookIndexPage",
    "ImportedFile",
    "KeptFile",
    "ProcedurePage",
    "ProcessPage",
    "WordImport",
]
