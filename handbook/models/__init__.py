"""The handbook (ISO 9001 clause 7.5): pages people write, documents that outlive them, editions that never change."""

from .approval import Approval, Contribution, Withdrawal
from .checklist import ChecklistAnswer, FilledChecklist
from .confirmation import Confirmation, ReadingDuty
from .delegation import Delegation
from .document import Document, DocumentSeries
from .edition import Edition
from .hearing import HearingRound
from .hearing_comment import CommentAnswer, HearingComment
from .hearing_link import HearingLink
from .introduction import IntroductionPlan, PlanStep
from .kept_file import KeptFile
from .lesson import LessonCompletion
from .pages import ChapterPage, ControlledPage, HandbookIndexPage, ProcedurePage, ProcessPage
from .printout import Printout
from .proposal import Proposal
from .requirement import Coverage, Requirement, Standard
from .review import ReviewExtension
from .rollout import PlanUnit, UnitTick
from .supplement import SupplementPage
from .word_import import ImportedFile, WordImport
from .workflow import ApprovalTask, HearingTask

__all__ = [
    "Approval",
    "ApprovalTask",
    "ChapterPage",
    "ChecklistAnswer",
    "Contribution",
    "Confirmation",
    "CommentAnswer",
    "ControlledPage",
    "Coverage",
    "Delegation",
    "Document",
    "DocumentSeries",
    "Edition",
    "FilledChecklist",
    "HandbookIndexPage",
    "HearingTask",
    "ImportedFile",
    "HearingComment",
    "HearingLink",
    "HearingRound",
    "KeptFile",
    "LessonCompletion",
    "Printout",
    "ProcedurePage",
    "ProcessPage",
    "Withdrawal",
    "IntroductionPlan",
    "PlanStep",
    "PlanUnit",
    "Requirement",
    "Standard",
    "WordImport",
    "ReviewExtension",
    "ReadingDuty",
    "SupplementPage",
    "Proposal",
    "UnitTick",
]
