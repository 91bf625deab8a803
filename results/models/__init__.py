"""What results keep of their own."""

from .action_plan import ActionPlan, PlanItem
from .maturity import MaturityArea, MaturityScore
from .network import Network, NetworkEvaluation
from .profile import ProfileAnalysis, ProfileElement, ProfileScore

__all__ = [
    "ActionPlan",
    "MaturityArea",
    "MaturityScore",
    "Network",
    "NetworkEvaluation",
    "PlanItem",
    "ProfileAnalysis",
    "ProfileElement",
    "ProfileScore",
]
