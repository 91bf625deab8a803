"""The models of inspections, self-checks and audits."""

from .authority import Authority
from .finding import Finding
from .inspection import Inspection, InspectionFile, InvolvedUnit
from .inspection_finding import InspectionFinding
from .inspector_access import InspectorAccess, InspectorLook, ShownThing
from .self_check import CheckQuestion, SelfCheck, Sheet, SheetAnswer

__all__ = [
    "Authority",
    "CheckQuestion",
    "Finding",
    "Inspection",
    "InspectionFile",
    "InspectionFinding",
    "InspectorAccess",
    "InspectorLook",
    "InvolvedUnit",
    "SelfCheck",
    "Sheet",
    "SheetAnswer",
    "ShownThing",
]
