"""What is controlled and audited: see `audits/README.md`."""

from .audit import Audit
from .audit_finding import AuditFinding, Grade
from .audit_question import AuditQuestion, Evidence
from .audit_template import AuditTemplate, TemplateQuestion
from .auditor import Auditor
from .authority import Authority
from .finding import Finding
from .inspection import Inspection, InvolvedUnit
from .inspection_file import InspectionFile
from .inspection_finding import InspectionFinding
from .inspector_access import InspectorAccess, InspectorLook, ShownThing
from .programme import Programme
from .report import Report
from .self_check import CheckQuestion, SelfCheck, Sheet, SheetAnswer

__all__ = [
    "Audit",
    "AuditFinding",
    "AuditQuestion",
    "AuditTemplate",
    "Auditor",
    "Authority",
    "CheckQuestion",
    "Evidence",
    "Finding",
    "Grade",
    "Inspection",
    "InspectionFile",
    "InspectionFinding",
    "InspectorAccess",
    "InspectorLook",
    "InvolvedUnit",
    "Programme",
    "Report",
    "SelfCheck",
    "Sheet",
    "SheetAnswer",
    "ShownThing",
    "TemplateQuestion",
]
