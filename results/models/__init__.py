"""Goals, figures by hand, reviews and plans: see `results/README.md`."""

from .action_plan import ActionPlan, PlanItem
from .annual_report import AnnualReport
from .frozen import FrozenReport, FrozenReview
from .goal import Goal
from .indicator import Frequency, Indicator, IndicatorTarget
from .maturity import MaturityArea, MaturityScore
from .measurement import Measurement
from .network import Network, NetworkEvaluation
from .perspective import Perspective
from .plan_agreement import PlanAgreement
from .plan_measure import PlanMeasure
from .profile import ProfileAnalysis, ProfileElement, ProfileScore
from .review import Review, ReviewComment, ReviewParticipant
from .review_decision import ReviewDecision, SignOff
from .survey_import import SurveyImport
from .unit_plan import UnitPlan

__all__ = [
    "ActionPlan",
    "AnnualReport",
    "Frequency",
    "FrozenReport",
    "FrozenReview",
    "Goal",
    "Indicator",
    "IndicatorTarget",
    "MaturityArea",
    "MaturityScore",
    "Measurement",
    "Network",
    "NetworkEvaluation",
    "Perspective",
    "PlanAgreement",
    "PlanItem",
    "PlanMeasure",
    "ProfileAnalysis",
    "ProfileElement",
    "ProfileScore",
    "Review",
    "ReviewComment",
    "ReviewDecision",
    "ReviewParticipant",
    "SignOff",
    "SurveyImport",
    "UnitPlan",
]
