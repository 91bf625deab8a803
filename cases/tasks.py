"""Work that must not hold up a request: mail. Runs after commit, in a worker in production."""

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task


@task()
def send_notice(notice_id: int) -> None:
    """Mail one notice: what kind, reference and link, never the content of the case (S27)."""
    notice = apps.get_model("cases", "Notice").objects.select_related("user", "case").get(pk=notice_id)
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "notice": notice,
            "url": settings.BASE_URL + reverse("cases:detail", args=[notice.case.reference]),
            "case_system": settings.CASE_SYSTEM_NAME,
        }
        EmailMessage(
            subject=f"{notice.case.reference}: {notice.get_kind_display()}",
            body=render_to_string("cases/email/notice.txt", context),
            to=[notice.user.email],
            headers={"Message-ID": f"<notice-{notice.pk}@{settings.CASE_SYSTEM_NAME.lower()}.felles>"},
        ).send()
