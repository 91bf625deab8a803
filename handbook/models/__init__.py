"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .document import Document, DocumentSeries
from .edition import Edition
from .introduction import IntroductionPlan, PlanStep
from .kept_file import KeptFile
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .requirement import Coverage, Requirement, Standard

__all__ = [
    "ChapterPage",
    "ControlledPage",
    "Coverage",
    "Document",
    "DocumentSeries",
    "Edition",
    "HandbookIndexPage",
    "IntroductionPlan",
    "KeptFile",
    "PlanStep",
    "ProcedurePage",
    "ProcessPage",
    "Requirement",
    "Standard",
]
