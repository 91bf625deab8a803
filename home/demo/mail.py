"""The demo's e-mail: an answer from another address than the reporter's, and a letter that was refused."""

import datetime
from email.message import EmailMessage

from django.utils import timezone

from cases import mail_in
from cases.models import Case
from organisation import clock
from organisation.mail import Mail, post


def load_mail() -> None:
    """One e-mail to be sorted and one to decide about; safe to run again."""
    case = Case.objects.from_outside().exclude(correspondent__email="").order_by("pk").last()
    if case is None:
        return
    with clock.set_to(timezone.now() - datetime.timedelta(days=1)):
        mail_in.take_in(bytes(_stray(case)))
    post(
        [
            Mail(
                about="demo:refused",
                to="innbygger@example.no",
                subject=f"{case.reference}: Du har fått svar",
                state=Mail.State.REFUSED,
                answer="550 5.1.1 Mottakeren finnes ikke",
            )
        ]
    )


def _stray(case: Case) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "Kari Innbygger <kari.jobb@example.no>"
    letter["Subject"] = f"SV: {case.reference}: Du har fått svar"
    letter["Message-ID"] = "<demo@example.no>"
    letter.set_content("Hei! Jeg svarer fra jobben. Det gjelder fortsatt, og jeg kan vise dere stedet på torsdag.")
    return letter
