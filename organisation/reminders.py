"""Reminders: a person is told once that something waits, in the product's own words and with a link.

The mail says what and where, never the content (S27), goes out after commit, and never twice for the same thing.
"""

import datetime
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from . import clock
from .mail import Mail, post

if TYPE_CHECKING:
    from .models import User

AT_A_TIME = 200
SUBJECT_LENGTH = 200
DAYS_BEFORE, DAY_BEFORE = 7, 1


class Reminder(models.Model):
    """One person was told of one thing. `about` names the thing and the occasion: "confirm:FL-0042:4:late"."""

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="reminders"
    )
    about = models.CharField(_("about"), max_length=120)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    url = models.CharField(_("address"), max_length=300)
    sent_at = models.DateTimeField(_("sent"), default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["user", "about"], name="reminded_once_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.about}"


def occasion(day: datetime.date, today: datetime.date) -> str:
    """What a person is told of a deadline now: "week", "day", "late-1", "late-2" …, or nothing yet."""
    left = (day - today).days
    if left > DAYS_BEFORE:
        return ""
    if left > DAY_BEFORE:
        return "week"
    return "day" if left >= 0 else f"late-{(-left - 1) // 7 + 1}"


def remind(user: "User", about: str, subject: str, url: str) -> bool:
    """Tell the person once; False when they were told already or have left.

    `subject` is already in the reader's language and says nothing confidential; what there is no room for is cut.
    `url` is a path in the product.
    """
    return bool(remind_all([Reminder(user=user, about=about, subject=subject, url=url)]))


def remind_all(reminders: Iterable[Reminder]) -> int:
    """Tell each person once, as `remind` does; how many were told.

    Some at a time, each lot in a transaction of its own: it can be stopped at any moment and run again, and two
    may run at once.
    """
    rest, told = iter(reminders), 0
    while lot := list(islice(rest, AT_A_TIME)):
        try:
            told += _tell(lot)
        except IntegrityError:  # another told some of them at the same moment, and now they are seen
            told += _tell(lot)
    return told


@transaction.atomic
def _tell(lot: list[Reminder]) -> int:
    users, occasions = {reminder.user_id for reminder in lot}, {reminder.about for reminder in lot}
    there = set(Reminder.objects.filter(user__in=users, about__in=occasions).values_list("user_id", "about"))
    new = {
        (reminder.user_id, reminder.about): reminder
        for reminder in lot
        if reminder.user.is_active and (reminder.user_id, reminder.about) not in there
    }
    for reminder in new.values():
        reminder.subject = reminder.subject[:SUBJECT_LENGTH]
    made = Reminder.objects.bulk_create(new.values())
    if clock.is_live():
        post(_letter(reminder) for reminder in made if reminder.user.email)
    return len(made)


def _letter(reminder: Reminder) -> Mail:
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(
            "organisation/email/reminder.txt",
            {
                "reminder": reminder,
                "address": settings.BASE_URL + reminder.url,
                "site_name": settings.WAGTAIL_SITE_NAME,
            },
        )
    occasion = f"reminder:{reminder.user_id}:{reminder.about}"
    return Mail(about=occasion, to=reminder.user.email, subject=reminder.subject, body=body)
