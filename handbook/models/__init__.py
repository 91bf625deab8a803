"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .document import Document, DocumentSeries
from .edition import Edition
from .hearing import CommentAnswer, HearingComment, HearingLink, HearingRound
from .kept_file import KeptFile
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .proposal import Proposal

__all__ = [
    "ChapterPage",
    "CommentAnswer",
    "ControlledPage",
    "Document",
    "DocumentSeries",
    "Edition",
    "HandbookIndexPage",
    "HearingComment",
    "HearingLink",
    "HearingRound",
    "KeptFile",
    "ProcedurePage",
    "ProcessPage",
    "Proposal",
]
