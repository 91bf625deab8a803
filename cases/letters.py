"""What is written to people by e-mail about a case: its reference, what it is about and a link – never its content (S27)."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from organisation.mail import Mail

if TYPE_CHECKING:
    from cases.models import Correspondent, Intake, Notice


def of_notice(notice: "Notice") -> Mail:
    """To an employee, about a notice."""
    case = notice.case
    return written(
        f"notice:{notice.pk}",
        notice.user.email,
        f"{case.reference}: {notice.get_kind_display()}",
        "cases/email/notice.txt",
        notice=notice,
        url=settings.BASE_URL + reverse("cases:detail", args=[case.reference]),
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


def written(about: str, to: str, subject: Any, template: str, **context: Any) -> Mail:
    """A letter in the installation's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string(template, {"case_system": settings.CASE_SYSTEM_NAME, **context})
        return Mail(about=about, to=to, subject=str(subject), body=body)
