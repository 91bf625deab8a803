"""Reminders: a person is told once that something waits, in the product's own words and with a link.

The mail says what and where, never the content (S27), goes out after commit, and never twice for the same thing.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from . import clock

if TYPE_CHECKING:
    from .models import User


SUBJECT_LENGTH = 200


@task()
def mail_reminder(reminder_id: int) -> None:
    """Send the mail of one reminder."""
    reminder = Reminder.objects.select_related("user").get(pk=reminder_id)
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(
            "organisation/email/reminder.txt",
            {
                "reminder": reminder,
                "address": settings.BASE_URL + reminder.url,
                "site_name": settings.WAGTAIL_SITE_NAME,
            },
        )
    EmailMessage(
        subject=reminder.subject,
        body=body,
        to=[reminder.user.email],
        headers={"Message-ID": f"<reminder-{reminder.pk}@felles>"},
    ).send()


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


def remind(user: "User", about: str, subject: str, url: str) -> bool:
    """Tell the person once; False when they were told already or have left.

    `subject` is already in the reader's language and says nothing confidential; what there is no room for is cut.
    `url` is a path in the product.
    """
    if not user.is_active:
        return False
    with transaction.atomic():
        reminder, is_new = Reminder.objects.get_or_create(
            user=user, about=about, defaults={"subject": subject[:SUBJECT_LENGTH], "url": url}
        )
        if is_new and user.email and clock.is_live():
            transaction.on_commit(lambda: mail_reminder.enqueue(reminder.pk))
    return is_new
