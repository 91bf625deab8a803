# Management review
from .annual_report import AnnualReport
from .frozen import FrozenReport, FrozenReview
from .review import Review, ReviewComment, ReviewParticipant
from .review_decision import ReviewDecision, SignOff

__all__ = [
    # Management review
    "AnnualReport",
    "FrozenReport",
    "FrozenReview",
    "Review",
    "ReviewComment",
    "ReviewDecision",
    "ReviewParticipant",
    "SignOff",
]
