"""Goals, figures by hand, reviews and plans: see `results/README.md`."""

# Scorecard and unit plan
from .goal import Goal
from .indicator import Frequency, Indicator, IndicatorTarget
from .measurement import Measurement
from .perspective import Perspective
from .plan_agreement import PlanAgreement
from .plan_measure import PlanMeasure
from .survey_import import SurveyImport
from .unit_plan import UnitPlan

__all__ = [
    "Frequency",
    "Goal",
    "Indicator",
    "IndicatorTarget",
    "Measurement",
    "Perspective",
    "PlanAgreement",
    "PlanMeasure",
    "SurveyImport",
    "UnitPlan",
]
