"""The risk assessment, its rows, and what is decided about them."""

from .acceptance import Acceptance
from .assessment import Assessment, Participant
from .decision import Decision
from .link import Link
from .registers import Control, Subject, Template, Threat
from .row import Risk
from .sheet_import import SheetImport

__all__ = [
    "Acceptance",
    "Assessment",
    "Control",
    "Decision",
    "Link",
    "Participant",
    "Risk",
    "SheetImport",
    "Subject",
    "Template",
    "Threat",
]
