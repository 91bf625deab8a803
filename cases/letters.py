"""What is written to people by e-mail about a case: its reference, what it is about and a link – never its content (S27)."""

import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, ngettext

from organisation import clock
from organisation.mail import Mail
from organisation.working_days import WORKING_DAYS_TO_ANSWER, after_working_days

if TYPE_CHECKING:
    from cases.models import Correspondent, Intake, Notice
    from organisation.models import User

DIGEST_LINES = 50


def of_notice(notice: "Notice") -> Mail:
    """To an employee, about a notice."""
    case = notice.case
    return written(
        f"notice:{notice.pk}",
        notice.user.email,
        f"{case.reference}: {notice.get_kind_display()}",
        "cases/email/notice.txt",
        notice=notice,
        can_be_answered=bool(settings.MAILBOX_ADDRESS),
        url=settings.BASE_URL + notice.get_absolute_url(),
        settings_url=settings.BASE_URL + reverse("cases:notice_settings"),
    )


def of_news(correspondent: "Correspondent", about: str, event: str, token: str) -> Mail:
    """To the reporter outside, about something that happened, with a secret link to the case."""
    return written(
        about,
        correspondent.email,
        f"{correspondent.case.reference}: {event}",
        "cases/email/news.txt",
        reference=correspondent.case.reference,
        event=event,
        can_be_answered=bool(settings.MAILBOX_ADDRESS),
        url=settings.BASE_URL + reverse("cases:status", args=[token]),
    )


def of_confirmation(intake: "Intake", token: str) -> Mail:
    """To somebody outside who filled in the form: the link that makes it count."""
    return written(
        f"confirm:{intake.source}",
        intake.email,
        gettext_lazy("Confirm your report"),
        "cases/email/confirm.txt",
        url=settings.BASE_URL + reverse("cases:confirm", args=[token]),
    )


def of_question(correspondent: "Correspondent", about: str, token: str) -> Mail:
    """To the reporter outside, some weeks after: did it get better?"""
    return written(
        about,
        correspondent.email,
        format_lazy("{}: {}", correspondent.case.reference, gettext_lazy("Did it get better?")),
        "cases/email/better.txt",
        reference=correspondent.case.reference,
        url=settings.BASE_URL + reverse("cases:better", args=[token]),
    )


def of_receipt(intake: "Intake") -> Mail:
    """To who wrote to the mailbox: it has come, and when there is an answer. Says nothing of what was written, for the
    address may be another's."""
    answer_by = after_working_days(clock.today(), WORKING_DAYS_TO_ANSWER)
    return written(
        f"receipt:{intake.source}",
        intake.email,
        gettext_lazy("We have received your e-mail"),
        "cases/email/received.txt",
        answer_by=date_format(answer_by, "j. F Y"),
    )


def of_digest(person: "User", notices: list["Notice"], day: datetime.date) -> Mail:
    """To an employee, once a day: what came and is not read yet."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = list(dict.fromkeys(f"{notice.case.reference}: {notice.get_kind_display()}" for notice in notices))
        subject = ngettext("%(n)s unread notice", "%(n)s unread notices", len(lines)) % {"n": len(lines)}
    return written(
        f"digest:{person.pk}:{day}",
        person.email,
        subject,
        "cases/email/digest.txt",
        lines=lines[:DIGEST_LINES],
        more=len(lines[DIGEST_LINES:]),
        url=settings.BASE_URL + reverse("cases:notices"),
        settings_url=settings.BASE_URL + reverse("cases:notice_settings"),
    )


def queue_path() -> str:
    """Where the service desk sorts."""
    return reverse("cases:queue")


def written(about: str, to: str, subject: Any, template: str, **context: Any) -> Mail:
    """A letter in the installation's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(template, {"case_system": settings.CASE_SYSTEM_NAME, **context})
        return Mail(about=about, to=to, subject=str(subject), body=body)
