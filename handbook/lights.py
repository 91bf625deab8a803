"""The traffic light of a document: how near its review is (G7). Pure functions."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

DAYS_SOON = 60


class Light(models.TextChoices):
    """Green, yellow and red, each with a word that says the same."""

    RED = "red", _("Review is overdue")
    YELLOW = "yellow", _("Review is due soon")
    GREEN = "green", _("Reviewed")


def light(day: datetime.date | None, today: datetime.date) -> Light | None:
    """Red the day after the review date, yellow the last sixty days before it. None: never in force."""
    if day is None:
        return None
    if day < today:
        return Light.RED
    return Light.YELLOW if day <= today + datetime.timedelta(DAYS_SOON) else Light.GREEN
