"""Who can be named in an assessment."""

from django.db.models import Q, QuerySet

from organisation.models import User
from risk.models import Assessment

SUGGESTIONS = 200


def near(assessment: Assessment) -> QuerySet[User]:
    """Those who take part, who leads it, and the people of the unit: suggestions, anybody else may be written."""
    taking_part = assessment.participants.exclude(user=None).values("user")
    of_unit = Q(unit__path__startswith=assessment.unit.path)
    found = Q(pk=assessment.leader_id) | Q(pk__in=taking_part) | of_unit
    return User.objects.active().filter(found).order_by("first_name", "last_name")[:SUGGESTIONS]
