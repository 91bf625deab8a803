"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .checklist import ChecklistAnswer, FilledChecklist
from .document import Document, DocumentSeries
from .edition import Edition
from .kept_file import KeptFile
from .lesson import LessonCompletion
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage

__all__ = [
    "ChapterPage",
    "ChecklistAnswer",
    "ControlledPage",
    "Document",
    "DocumentSeries",
    "Edition",
    "FilledChecklist",
    "HandbookIndexPage",
    "KeptFile",
    "LessonCompletion",
    "ProcedurePage",
    "ProcessPage",
]
