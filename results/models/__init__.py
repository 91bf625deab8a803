"""Goals, figures by hand, reviews and plans: see `results/README.md`."""

from .annual_report import AnnualReport
from .frozen import FrozenReport, FrozenReview
from .goal import Goal
from .indicator import Frequency, Indicator, IndicatorTarget
from .measurement import Measurement
from .perspective import Perspective
from .plan_agreement import PlanAgreement
from .plan_measure import PlanMeasure
from .review import Review, ReviewComment, ReviewParticipant
from .review_decision import ReviewDecision, SignOff
from .survey_import import SurveyImport
from .unit_plan import UnitPlan

__all__ = [
    "AnnualReport",
    "Frequency",
    "FrozenReport",
    "FrozenReview",
    "Goal",
    "Indicator",
    "IndicatorTarget",
    "Measurement",
    "Perspective",
    "PlanAgreement",
    "PlanMeasure",
    "Review",
    "ReviewComment",
    "ReviewDecision",
    "ReviewParticipant",
    "SignOff",
    "SurveyImport",
    "UnitPlan",
]
