"""A mailbox is read: new letters become intakes, answers land on their cases, nothing loops, nothing is lost (S27)."""

import mailbox as maildirs
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from cases import mail_in
from cases.models import Case, Correspondent, Entry, Intake, Notice, ReceivedMail, ReplyAddress
from home import periodic
from organisation.mail import Mail, deliver
from organisation.mailbox import DONE, FAILED
from organisation.reminders import Reminder
from tests import factories

pytestmark = pytest.mark.django_db
Outcome = ReceivedMail.Outcome


@pytest.fixture(autouse=True)
def address(settings) -> str:
    settings.MAILBOX_ADDRESS = "dialogen@asker.test"
    settings.LANGUAGE_CODE = "en"
    return settings.MAILBOX_ADDRESS


@pytest.fixture
def box(settings, tmp_path: Path) -> maildirs.Maildir:
    made = maildirs.Maildir(tmp_path / "box")
    settings.MAILBOX_URL = f"maildir://{tmp_path}/box"
    return made


@pytest.fixture
def case(units, cast) -> Case:
    case = factories.make_outside_case(units.municipality)
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    case.set_handler(cast.leader, handler=cast.handler)
    return case


def letter(text: str = "Det er hull i veien.", sender: str = "kari@example.test", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = sender, headers.pop("to", "dialogen@asker.test")
    made["Subject"] = headers.pop("subject", "Hull i veien")
    made["Message-ID"] = headers.pop("message_id", f"<{hash((text, sender))}@example.test>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def take(made: EmailMessage) -> str | None:
    return mail_in.take_in(bytes(made))


def sent_to(who: str) -> mail.EmailMessage:
    """The newest letter to the address, as it left."""
    deliver.func()
    return [sent for sent in mail.outbox if sent.to == [who]][-1]


def letters_of(case: Case) -> list[str]:
    return list(case.entries.filter(kind=Entry.Kind.LETTER).values_list("text", flat=True))


# New letters


def test_a_new_letter_becomes_an_intake_and_the_service_desk_is_told(box, cast, units):
    box.add(bytes(letter(subject="Hull i veien")))
    assert mail_in.read_mailbox() == 1
    intake = Intake.objects.get()
    assert (intake.channel, intake.unit, intake.title) == (Case.Channel.EMAIL, units.municipality, "Hull i veien")
    assert (intake.text, intake.email) == ("Det er hull i veien.", "kari@example.test")
    assert [reminder.user for reminder in Reminder.objects.all()] == [cast.service_desk]
    assert len(box) == 0
    assert len(box.get_folder(DONE)) == 1


def test_the_sender_gets_one_plain_receipt_without_what_was_written(box):
    box.add(bytes(letter("Naboen heter Gunhild.", subject="Om Gunhild")))
    mail_in.read_mailbox()
    receipt = sent_to("kari@example.test")
    assert "Gunhild" not in receipt.subject + receipt.body
    assert "http" not in receipt.body
    assert receipt.extra_headers["Auto-Submitted"] == "auto-generated"
    box.add(bytes(letter("Naboen heter Gunhild.", subject="Om Gunhild")))
    mail_in.read_mailbox()
    assert Mail.objects.filter(to="kari@example.test").count() == 1
    assert len(box) == 0


def test_without_a_mailbox_nothing_happens(settings):
    settings.MAILBOX_URL = ""
    assert mail_in.read_mailbox() == 0


@pytest.mark.parametrize("url", ["ftp://host/", "maildir:///no/such/place", "imaps://", "nonsense"])
def test_a_mailbox_that_can_not_be_opened_is_a_failed_job(settings, url, caplog):
    settings.MAILBOX_URL = url
    (outcome,) = periodic.run([("mailbox", mail_in.read_mailbox)])
    assert outcome.done is None
    assert "mailbox" in caplog.text


def test_files_come_along_and_those_refused_are_named():
    made = letter()
    made.add_attachment(b"hei", maintype="text", subtype="plain", filename="notat.txt")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="virus.exe")
    made.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="bombe.zip")
    assert take(made) == Outcome.INTAKE
    intake = Intake.objects.get()
    assert [file.name for file in intake.files.all()] == ["notat.txt"]
    assert intake.text.count("Attachment left out") == 2
    assert "virus.exe" in intake.text


def test_of_many_files_the_first_are_kept(settings):
    made = letter()
    for number in range(settings.ATTACHMENTS_PER_REPORT + 3):
        made.add_attachment(b"hei", maintype="text", subtype="plain", filename=f"{number}.txt")
    take(made)
    intake = Intake.objects.get()
    assert intake.files.count() == settings.ATTACHMENTS_PER_REPORT
    assert "3 more attachments" in intake.text


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 500, b"From: a\nSubject: \xff\n\n\xff\x00", b"Content-Type: multipart/x\n\n"]
)
def test_a_letter_without_anything_becomes_a_readable_intake(raw):
    assert mail_in.take_in(raw) == Outcome.INTAKE
    assert "\x00" not in Intake.objects.get().text
    assert Intake.objects.get().text
    assert not Mail.objects.exists()


def test_one_bad_letter_stops_no_other_and_is_set_aside(box, monkeypatch, caplog):
    box.add(bytes(letter("A", message_id="<bad@x>")))
    box.add(bytes(letter("B", message_id="<good@x>")))
    read = mail_in.mail_reading.read

    def breaks(content, **how):
        if b"bad@x" in content:
            raise ZeroDivisionError
        return read(content, **how)

    monkeypatch.setattr(mail_in.mail_reading, "read", breaks)
    assert mail_in.read_mailbox() == 2
    assert Intake.objects.get().text == "B"
    assert (len(box), len(box.get_folder(FAILED)), len(box.get_folder(DONE))) == (0, 1, 1)
    assert "could not be taken in" in caplog.text


def test_when_it_can_not_be_stored_it_stays(box, monkeypatch):
    box.add(bytes(letter()))
    monkeypatch.setattr(mail_in, "take_in", lambda *content, **how: (_ for _ in ()).throw(OperationalError))
    assert mail_in.read_mailbox() == 0
    assert len(box) == 1


def test_killed_between_storing_and_putting_away_makes_no_double(box, monkeypatch):
    box.add(bytes(letter()))

    def killed(*letter):
        raise KeyboardInterrupt

    monkeypatch.setattr("organisation.mailbox.Maildir.put_away", killed)
    with pytest.raises(KeyboardInterrupt):
        mail_in.read_mailbox()
    monkeypatch.undo()
    mail_in.take_in(bytes(letter()))
    assert Intake.objects.count() == 1
    assert Mail.objects.filter(about__startswith="receipt:").count() == 1


# Answers


def test_an_answer_from_the_reporter_lands_on_the_case(case, cast):
    case.write(cast.handler, "Når skjedde det?")
    reply_to = sent_to("kari@example.test").reply_to[0]
    assert take(letter("På søndag.\n\nDen 1. mai skrev Asker:\n> Les og svar her", to=reply_to)) == Outcome.ANSWER
    assert letters_of(case) == ["Når skjedde det?", "På søndag."]
    assert case.entries.last().from_outside
    assert Notice.objects.filter(user=cast.handler, kind=Notice.Kind.MESSAGE).exists()
    assert not Intake.objects.exists()


def test_an_answer_is_known_by_the_letter_it_answers_too(case, cast):
    case.write(cast.handler, "Når?")
    ours = sent_to("kari@example.test").extra_headers["Message-ID"]
    assert take(letter("På søndag.", In_Reply_To=ours)) == Outcome.ANSWER


def test_the_secret_of_the_address_is_not_kept(case, cast):
    case.write(cast.handler, "Når?")
    token = sent_to("kari@example.test").reply_to[0].split("+")[1].split("@")[0]
    assert len(token) == 32
    assert not ReplyAddress.objects.filter(checksum=token).exists()
    assert not Mail.objects.filter(message_id__contains=token).exists()
    assert not Mail.objects.filter(reply_to__contains=token).exists()


def test_the_same_answer_twice_is_one(case, cast):
    case.write(cast.handler, "Når?")
    answer = letter("På søndag.", to=sent_to("kari@example.test").reply_to[0])
    assert (take(answer), take(answer)) == (Outcome.ANSWER, None)
    assert letters_of(case) == ["Når?", "På søndag."]


def test_a_program_that_writes_the_address_in_capitals_is_understood(case, cast):
    case.write(cast.handler, "Når?")
    answer = letter("I går.", sender="Kari@Example.TEST", to=sent_to("kari@example.test").reply_to[0].upper())
    assert take(answer) == Outcome.ANSWER


def test_pictures_in_an_answer_are_kept_with_the_case(case, cast):
    case.write(cast.handler, "Har du notater?")
    answer = letter("", to=sent_to("kari@example.test").reply_to[0])
    answer.add_attachment(b"hei", maintype="text", subtype="plain", filename="notat.txt")
    assert take(answer) == Outcome.ANSWER
    assert [file.name for file in case.attachments.all()] == ["notat.txt"]


def test_an_employee_answers_a_notice_as_a_message(case, cast):
    case.say(cast.leader, "Kan du se på denne?")
    assert take(letter("Ja.", cast.handler.email, to=sent_to(cast.handler.email).reply_to[0])) == Outcome.ANSWER
    said = case.entries.get(text="Ja.")
    assert (said.kind, said.author) == (Entry.Kind.MESSAGE, cast.handler)


def becomes_an_intake(case: Case, answer: EmailMessage) -> None:
    """It is for the service desk to decide, and the sender hears nothing of the case."""
    before = case.entries.count()
    assert take(answer) == Outcome.INTAKE
    assert case.entries.count() == before
    assert Intake.objects.get().seems_about == case
    for sent in Mail.objects.filter(about__startswith="receipt:"):
        assert case.reference not in sent.subject + sent.body


def test_another_sender_with_the_address_is_no_answer(case, cast):
    case.write(cast.handler, "Når?")
    becomes_an_intake(case, letter("Jeg er Kari.", "ond@example.test", to=sent_to("kari@example.test").reply_to[0]))


def test_two_senders_at_once_are_nobody(case, cast):
    case.write(cast.handler, "Når?")
    answer = letter("Jeg er Kari.", to=sent_to("kari@example.test").reply_to[0])
    answer.replace_header("From", "kari@example.test, ond@example.test")
    becomes_an_intake(case, answer)


def test_the_address_holds_for_half_a_year(case, cast):
    case.write(cast.handler, "Når?")
    to = sent_to("kari@example.test").reply_to[0]
    ReplyAddress.objects.update(made_at="2020-01-01T00:00Z")
    becomes_an_intake(case, letter("I går.", to=to))


def test_who_revokes_the_links_revokes_the_addresses_too(case, cast):
    case.write(cast.handler, "Når?")
    to = sent_to("kari@example.test").reply_to[0]
    case.correspondent.revoke_links(but=case.correspondent.new_link())
    becomes_an_intake(case, letter("I går.", to=to))


def test_an_address_that_is_erased_answers_no_more(case, cast):
    case.write(cast.handler, "Når?")
    to = sent_to("kari@example.test").reply_to[0]
    Correspondent.objects.update(email="")
    becomes_an_intake(case, letter("I går.", to=to))


def test_an_employee_who_may_no_longer_read_it_is_no_answer(case, cast):
    case.say(cast.handler, "Se på denne", internal=False)
    Notice.tell([cast.outsider], Notice.Kind.MESSAGE, case, by=None)
    to = sent_to(cast.outsider.email).reply_to[0]
    case.seal(cast.handler, sealed=True, reason="Personopplysninger")
    becomes_an_intake(case, letter("Ja.", cast.outsider.email, to=to))


def test_a_reference_alone_is_no_answer(case):
    becomes_an_intake(case, letter("I går.", subject=f"SV: {case.reference}: Du har fått svar"))


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "' or 1=1"])
def test_a_forged_address_is_an_ordinary_letter(case, token):
    assert take(letter(to=f'"dialogen+{token}"@asker.test')) == Outcome.INTAKE
    assert Intake.objects.get().seems_about is None


def test_only_history_in_an_answer_is_for_the_service_desk(case, cast):
    case.write(cast.handler, "Når?")
    becomes_an_intake(case, letter("> Les og svar her", to=sent_to("kari@example.test").reply_to[0]))


# The service desk decides


@pytest.fixture
def stray(case) -> Intake:
    take(letter("I går.", "kari.jobb@example.test", subject=f"Om {case.reference}"))
    return Intake.objects.get()


def test_the_desk_puts_it_on_the_case_and_the_letter_says_who(stray, case, cast, login):
    desk = login(cast.service_desk)
    assert case.reference in desk.get(reverse("cases:intake", args=[stray.pk])).content.decode()
    form = desk.get(reverse("cases:attach_intake", args=[stray.pk])).context["form"]
    assert (form["reference"].value(), form["from_reporter"].value()) == (case.reference, False)
    sent = {"reference": case.reference, "text": "I går.", "from_reporter": "on", "version": stray.version}
    assert desk.post(reverse("cases:attach_intake", args=[stray.pk]), sent).status_code == 302
    stray.refresh_from_db()
    assert (stray.state, stray.case) == (Intake.State.REGISTERED, case)
    assert "kari.jobb@example.test" in letters_of(case)[-1]
    with pytest.raises(ValidationError):
        stray.attach(cast.service_desk, case, text="I går.", from_reporter=True)


@pytest.mark.parametrize("who", ["reporter", "outsider", "auditor", "leader", "director"])
def test_others_do_not(stray, cast, who):
    with pytest.raises(PermissionDenied):
        stray.attach(getattr(cast, who), stray.seems_about, text="I går.", from_reporter=True)


def test_of_a_sealed_case_the_desk_sees_nothing(stray, case, cast, login):
    case.seal(cast.handler, sealed=True, reason="Personopplysninger")
    desk = login(cast.service_desk)
    page = desk.get(reverse("cases:intake", args=[stray.pk]))
    assert case.get_absolute_url() not in page.content.decode()
    assert case.reference not in str(desk.get(reverse("cases:attach_intake", args=[stray.pk])).context["form"])
    sent = {"reference": case.reference, "text": "I går.", "version": stray.version}
    refused = desk.post(reverse("cases:attach_intake", args=[stray.pk]), sent)
    assert "reference" in refused.context["form"].errors
    with pytest.raises(PermissionDenied):
        stray.attach(cast.service_desk, case, text="I går.", from_reporter=True)


# Loops and what comes back


def test_an_automatic_answer_to_us_is_left_out(case, cast):
    case.write(cast.handler, "Når?")
    away = letter("Jeg er på ferie.", to=sent_to("kari@example.test").reply_to[0], Auto_Submitted="auto-replied")
    assert take(away) == Outcome.AUTOMATIC
    assert letters_of(case) == ["Når?"]
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "header",
    [{"Auto_Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List_Id": "<x.y>"}, {"Return_Path": "<>"}],
)
def test_what_no_person_wrote_gets_no_receipt(header):
    assert take(letter(**header)) == Outcome.INTAKE
    assert not Mail.objects.exists()


def test_our_own_letter_coming_back_is_left_out(case, cast):
    case.write(cast.handler, "Når?")
    ours = sent_to("kari@example.test").extra_headers["Message-ID"]
    assert take(letter("Du har fått svar", "felles@localhost", message_id=ours)) == Outcome.OWN
    assert not Intake.objects.exists()


def test_many_letters_from_one_address_are_kept_without_receipts():
    for number in range(mail_in.MOST + 5):
        take(letter(f"Brev {number}"))
    take(letter("Hei", "ola@example.test"))
    assert Intake.objects.count() == mail_in.MOST + 6
    assert Mail.objects.filter(to="kari@example.test").count() == mail_in.MOST
    assert Mail.objects.filter(to="ola@example.test").count() == 1


def returned(message_id: str, action: str = "failed") -> bytes:
    return f"""From: MAILER-DAEMON@example.test
To: felles@localhost
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test

Final-Recipient: rfc822; kari@example.test
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: x

--b--
""".encode()


def test_a_letter_that_comes_back_is_marked_and_the_handler_told_once(case, cast):
    case.write(cast.handler, "Når?")
    ours = sent_to("kari@example.test").extra_headers["Message-ID"]
    assert mail_in.take_in(returned(ours)) == Outcome.BOUNCE
    back = Mail.objects.ours(ours).get()
    assert (back.state, "no such user" in back.answer) == (Mail.State.BOUNCED, True)
    assert (mail_in.tell_undelivered(), mail_in.tell_undelivered()) == (1, 0)
    assert Notice.objects.filter(user=cast.handler, kind=Notice.Kind.UNDELIVERED).count() == 1
    assert case.entries.filter(event=Entry.Event.UNDELIVERED).count() == 1
    assert not Intake.objects.exists()


def test_a_letter_refused_at_once_is_told_too(case, cast):
    case.write(cast.handler, "Når?")
    Mail.objects.filter(about__startswith="letter:").update(state=Mail.State.REFUSED)
    assert mail_in.tell_undelivered() == 1
    assert Notice.objects.filter(user=cast.handler, kind=Notice.Kind.UNDELIVERED).exists()


@pytest.mark.parametrize(("message_id", "action"), [("<forged@x>", "failed"), ("", "failed"), (None, "delayed")])
def test_a_report_that_is_forged_or_only_late_changes_nothing(case, cast, message_id, action):
    case.write(cast.handler, "Når?")
    ours = sent_to("kari@example.test").extra_headers["Message-ID"]
    mail_in.take_in(returned(ours if message_id is None else message_id, action))
    assert not Mail.objects.filter(state=Mail.State.BOUNCED).exists()
    assert mail_in.tell_undelivered() == 0
    assert not Intake.objects.exists()


def test_the_mail_says_nothing_of_the_case_beside_its_reference(case, cast):
    case.write(cast.handler, "Vi ringer deg om bestemor.")
    sent = sent_to("kari@example.test")
    assert "bestemor" not in sent.subject + sent.body
    assert Client().get(sent.body.split("127.0.0.1:8000")[1].split()[0]).status_code == 200
