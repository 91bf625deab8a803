"""Dialogen (ISO 9001 clause 10): one register of cases and everything that follows them up."""

from .action import Action
from .answer_template import AnswerTemplate
from .attachment import Attachment
from .card import CardBatch, CardSeries, CardUpload, ScannedCard, ScannedFile
from .case import Case
from .case_reader import CaseReader
from .claim import Claim
from .correspondent import Correspondent, SecretLink
from .escalation import Escalation, EscalationRule
from .following import Following
from .handover import Handover
from .inquiry import Inquiry
from .intake import Intake, IntakeFile
from .integration import ApiKey, Integration, Scope
from .look_up import LookUp
from .notice import Notice, NoticePreference, Way
from .question import Answer, Question, Reply
from .reading_copy import ReadingCopy
from .received_mail import ReceivedMail
from .registers import Category, Cause, ExternalSystem
from .reply_address import ReplyAddress
from .saved_view import SavedView
from .series import Series
from .story_reading import StoryReading
from .timeline import Entry
from .webhook import Delivery, Webhook, deliver_webhooks
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
    "Answer",
    "AnswerTemplate",
    "ApiKey",
    "Attachment",
    "CardBatch",
    "CardSeries",
    "CardUpload",
    "Case",
    "CaseReader",
    "Category",
    "Cause",
    "Claim",
    "Correspondent",
    "Delivery",
    "Disclosure",
    "DisclosureFile",
    "DisclosureLine",
    "DisclosureLink",
    "DisclosureLookUp",
    "DisclosureRecipient",
    "DisclosureSeries",
    "Entry",
    "Escalation",
    "EscalationRule",
    "ExternalSystem",
    "Following",
    "Handover",
    "Inquiry",
    "Intake",
    "IntakeFile",
    "Integration",
    "LookUp",
    "Notice",
    "NoticePreference",
    "Question",
    "ReadingCopy",
    "ReceivedMail",
    "Reply",
    "ReplyAddress",
    "SavedView",
    "ScannedCard",
    "ScannedFile",
    "Scope",
    "SecretLink",
    "Series",
    "StoryReading",
    "Way",
    "Webhook",
    "deliver_webhooks",
]
