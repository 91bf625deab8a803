"""What an assessment is for: the seven uses of the one form, and their sub-kinds (S49, S77)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Use(models.TextChoices):
    """What the assessment is for."""

    PLANNING = "planning", _("Planning")
    PREPAREDNESS = "preparedness", _("Crisis preparedness")
    BUSINESS = "business", _("Business plan and management")
    ENVIRONMENT = "environment", _("Environment")
    SECURITY = "security", _("Information security")
    PROJECT = "project", _("Project")
    WORKING_ENVIRONMENT = "hms", _("Health, safety and working environment")


class SubKind(models.TextChoices):
    """A closer description of some uses."""

    BUSINESS_PLAN = "business_plan", _("Business plan")
    LEADER_AGREEMENT = "leader_agreement", _("Leader agreement")
    SCORECARD = "scorecard", _("Scorecard")
    DISASTER = "disaster", _("Environmental disaster")
    SELECTED_UNITS = "selected_units", _("Selected units")
    OVERALL = "overall", _("Overall")
    IT_SYSTEM = "it_system", _("IT system")
    IT_ASSET = "it_asset", _("IT asset")


SUB_KINDS: dict[str, tuple[SubKind, ...]] = {
    Use.BUSINESS: (SubKind.BUSINESS_PLAN, SubKind.LEADER_AGREEMENT, SubKind.SCORECARD),
    Use.ENVIRONMENT: (SubKind.DISASTER, SubKind.SELECTED_UNITS),
    Use.SECURITY: (SubKind.OVERALL, SubKind.IT_SYSTEM, SubKind.IT_ASSET),
}


def belong_together(use: str, sub_kind: str) -> bool:
    """Whether the sub-kind is one of the use's; every use may be without."""
    return not sub_kind or sub_kind in SUB_KINDS.get(use, ())


def in_words(use: str, sub_kind: str) -> str:
    """The use and its sub-kind: "Information security – IT system"."""
    words = str(Use(use).label)
    return f"{words} – {SubKind(sub_kind).label}" if sub_kind else words
