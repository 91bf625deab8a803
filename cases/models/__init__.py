"""Dialogen (ISO 9001 clause 10): one register of cases and everything that follows them up."""

from .action import Action
from .answer_template import AnswerTemplate
from .attachment import Attachment
from .case import Case, CaseReader
from .claim import Claim
from .correspondent import Correspondent, SecretLink
from .intake import Intake, IntakeFile
from .integration import ApiKey, Integration, Scope
from .notice import Notice
from .registers import Category, Cause
from .saved_view import SavedView
from .series import Series
from .timeline import Entry
from .webhook import Delivery, Webhook, deliver_webhooks

__all__ = [
    "Action",
    "AnswerTemplate",
    "ApiKey",
    "Attachment",
    "Case",
    "CaseReader",
    "Category",
    "Cause",
    "Claim",
    "Correspondent",
    "Delivery",
    "Entry",
    "Intake",
    "IntakeFile",
    "Integration",
    "Notice",
    "SavedView",
    "Scope",
    "SecretLink",
    "Series",
    "Webhook",
    "deliver_webhooks",
]
