"""When a leader last looked at the page of a unit: what "since last time" counts from."""

import datetime

from django.conf import settings
from django.db import models, transaction

from organisation import clock
from organisation.models import Unit, User

DAYS_AT_FIRST = 30


class LastLook(models.Model):
    """A person and a unit: the day of the last look, and of the one before. All looks of a day are one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(default=clock.today)
    before = models.DateField()

    class Meta:
        app_label = "home"
        constraints = [models.UniqueConstraint(fields=["user", "unit"], name="one_last_look_at_a_unit")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.unit_id} {self.on}"

    @classmethod
    @transaction.atomic
    def note(cls, user: User, unit: Unit) -> datetime.date:
        """The person looks now. The day the person looked last before today; a month ago when that is never."""
        today = clock.today()
        first = {"before": today - datetime.timedelta(DAYS_AT_FIRST)}
        look, made = cls.objects.select_for_update().get_or_create(user=user, unit=unit, defaults=first)
        if not made and look.on < today:
            look.before, look.on = look.on, today
            look.save(update_fields=["before", "on"])
        return look.before
