"""What is controlled and audited: see `audits/README.md`."""

from .audit import Audit
from .audit_finding import AuditFinding, Grade
from .audit_question import AuditQuestion, Evidence
from .audit_template import AuditTemplate, TemplateQuestion
from .auditor import Auditor
from .programme import Programme
from .report import Report

__all__ = [
    "Audit",
    "AuditFinding",
    "AuditQuestion",
    "AuditTemplate",
    "Auditor",
    "Evidence",
    "Grade",
    "Programme",
    "Report",
    "TemplateQuestion",
]
