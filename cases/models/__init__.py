"""Dialogen (ISO 9001 clause 10): one register of cases and everything that follows them up."""

from .action import Action
from .attachment import Attachment
from .case import Case, CaseReader
from .following import Following
from .notice import Notice
from .registers import Category, Cause
from .saved_view import SavedView
from .series import Series
from .story_reading import StoryReading
from .timeline import Entry

__all__ = [
    "Action",
    "Attachment",
    "Case",
    "CaseReader",
    "Category",
    "Cause",
    "Entry",
    "Following",
    "Notice",
    "SavedView",
    "Series",
    "StoryReading",
]
