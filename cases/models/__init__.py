"""Dialogen (ISO 9001 clause 10): one register of cases and everything that follows them up."""

from .action import Action
from .attachment import Attachment
from .case import Case, CaseReader
from .correspondent import Correspondent, SecretLink
from .intake import Intake, IntakeFile
from .look_up import LookUp
from .notice import Notice
from .reading_copy import ReadingCopy
from .registers import Category, Cause
from .saved_view import SavedView
from .series import Series
from .timeline import Entry
from .whistleblowing import (
    Disclosure,
    DisclosureFile,
    DisclosureLine,
    DisclosureLink,
    DisclosureLookUp,
    DisclosureRecipient,
    DisclosureSeries,
)

__all__ = [
    "Action",
    "Attachment",
    "Case",
    "CaseReader",
    "Category",
    "Cause",
    "Correspondent",
    "Disclosure",
    "DisclosureFile",
    "DisclosureLine",
    "DisclosureLink",
    "DisclosureLookUp",
    "DisclosureRecipient",
    "DisclosureSeries",
    "Entry",
    "Intake",
    "IntakeFile",
    "LookUp",
    "Notice",
    "ReadingCopy",
    "SavedView",
    "SecretLink",
    "Series",
]
