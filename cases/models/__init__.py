"""Dialogen (ISO 9001 clause 10): one register of cases and everything that follows them up."""

from .action import Action
from .attachment import Attachment
from .case import Case, CaseReader
from .notice import Notice
from .question import Answer, Question, Reply
from .registers import Category, Cause
from .saved_view import SavedView
from .series import Series
from .timeline import Entry

__all__ = [
    "Action",
    "Answer",
    "Attachment",
    "Case",
    "CaseReader",
    "Category",
    "Cause",
    "Entry",
    "Notice",
    "Question",
    "Reply",
    "SavedView",
    "Series",
]
