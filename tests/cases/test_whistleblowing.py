"""Whistleblowing (arbeidsmiljøloven chapter 2 A; G18): its own room, its own recipients, and nobody else."""

import datetime
import re
import uuid

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from cases.forms.dialog import SALT
from cases.models import Case, Disclosure, DisclosureLine, DisclosureLookUp, Notice
from cases.models.whistleblowing import recipients, tell_and_remind
from cases.uploads import CleanFile
from cases.views.dialog import FORMS_PER_WINDOW, GUESSES_PER_WINDOW
from organisation import clock
from organisation.absence import Absence
from organisation.history import StaleVersion
from organisation.mail import Mail
from organisation.models import RoleAssignment
from organisation.roles import Role
from tests.cases.test_files import picture, upload

URL, ROOM = "/varsling/", "/varsling/rom/"
OTHERS = ["reporter", "leader", "director", "quality_manager", "auditor", "administrator", "service_desk", "outsider"]


def appoint(person, unit=None):
    RoleAssignment.objects.create(user=person, unit=unit or person.unit, role=Role.WHISTLEBLOWING_RECIPIENT)


@pytest.fixture(autouse=True)
def appointed(cast):
    """The approver and the process owner receive."""
    appoint(cast.approver)
    appoint(cast.process_owner)


def receive(**facts):
    facts.setdefault("text", "Sjefen truer de ansatte.")
    return Disclosure.receive(key=facts.pop("key", None) or uuid.uuid4(), **facts)


@pytest.fixture
def disclosure(cast):
    return receive(left_out=[cast.process_owner])[0]


def fields(**more):
    sent = {"key": str(uuid.uuid4()), "shown_at": signing.dumps(0, salt=SALT), "who": "anonymous"}
    return {**sent, "text": "Sjefen truer de ansatte.", **more}


def letter(text, **more):
    return {"key": str(uuid.uuid4()), "shown_at": signing.dumps(0, salt=SALT), "text": text, **more}


def test_it_is_told_without_login_and_followed_by_a_secret_address(cast):
    answer = Client().post(URL, fields())
    token = re.search(r"/varsling/status/([\w-]{43})/", answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "same-origin"
    address = f"{URL}status/{token}/"
    assert "Sjefen truer" in Client().get(address).content.decode()
    assert Client().post(address, letter("Det skjedde igjen.")).status_code == 302
    Disclosure.objects.get().write(cast.approver, "Kan du si når?")
    Disclosure.objects.get().note(cast.approver, "Snakk med HR.")
    page = Client().get(address).content.decode()
    assert "Det skjedde igjen." in page and "Kan du si når?" in page
    assert "Snakk med HR" not in page and "Approver" not in page


@pytest.mark.parametrize("token", ["x", "A" * 43, "é"])
def test_a_forged_address_opens_nothing(disclosure, token):
    assert Client().get(f"{URL}status/{token}/").status_code == 404
    assert Client().post(f"{URL}status/{token}/", {"text": "Hei"}).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"text": "  "}, {"who": ""}, {"who": "x"}, {"who": "named"}, {"key": "1"}, {"left_out": "99999"}]
)
def test_a_wrong_form_is_kept_and_makes_nothing(wrong):
    answer = Client().post(URL, fields(**wrong))
    assert answer.context["form"].errors and not Disclosure.objects.exists()


def test_of_an_anonymous_one_no_name_time_or_file_name_is_kept(login, cast):
    posted = fields(name="Colleague Testesen", contact="c@x.no", files=[upload("Colleague.jpg", picture())])
    login(cast.colleague).post(URL, posted)
    found = Disclosure.objects.get()
    assert (found.anonymous, found.name, found.contact) == (True, "", "")
    assert found.files.get().name.endswith("-1.jpg")
    assert {line.created_at for line in found.lines.all()} == {clock.midnight()}
    assert found.history.get().history_date == clock.midnight()
    assert found.history.get().history_user_id is None
    assert not Mail.objects.exists()


def test_one_with_a_name_is_told_of_at_once_and_the_mail_says_nothing(login, cast):
    login(cast.colleague).post(URL, fields(who="named", name="Colleague Testesen"))
    assert Disclosure.objects.get().name == "Colleague Testesen"
    assert set(Mail.objects.values_list("to", flat=True)) == {cast.approver.email, cast.process_owner.email}
    for letter in Mail.objects.all():
        assert "V-" not in letter.subject + letter.body + letter.about
        assert "Sjefen" not in letter.body and "Colleague" not in letter.subject + letter.body


def test_the_same_form_sent_twice_is_one(cast):
    posted = fields()
    Client().post(URL, posted)
    Client().post(URL, posted)
    assert Disclosure.objects.count() == 1


def test_another_text_on_the_same_form_is_another(cast):
    posted = fields()
    Client().post(URL, posted)
    answer = Client().post(URL, {**posted, "text": "Noe annet."})
    token = re.search(r"/varsling/status/([\w-]{43})/", answer.content.decode())[1]
    assert Disclosure.objects.holding(token).get().text == "Noe annet."
    assert Disclosure.objects.count() == 2


def test_a_letter_sent_twice_is_one(disclosure, cast):
    address = f"{URL}status/{disclosure.new_link()}/"
    posted = letter("Det skjedde igjen.")
    assert [Client().post(address, posted).status_code for _time in range(3)] == [302] * 3
    assert disclosure.lines.filter(kind=DisclosureLine.Kind.HEARD).count() == 1


def test_a_machine_that_fills_in_everything_makes_nothing(cast):
    for wrong in ({"website": "https://spam.example"}, {"shown_at": ""}, {"shown_at": "x"}):
        assert Client().post(URL, fields(**wrong)).context["form"].errors
    assert not Disclosure.objects.exists()


def test_two_hundred_posts_from_one_address_slow_that_address_and_nobody_else(disclosure):
    codes = [Client().post(URL, {}, REMOTE_ADDR="10.0.0.1").status_code for _time in range(FORMS_PER_WINDOW + 2)]
    assert codes[-2:] == [429, 429] and set(codes[:-2]) == {200}
    assert Client().post(URL, fields(), REMOTE_ADDR="10.0.0.2").status_code == 200
    guesses = [
        Client().get(f"{URL}status/{n}/", REMOTE_ADDR="10.0.0.1").status_code for n in range(GUESSES_PER_WINDOW + 1)
    ]
    assert guesses[-1] == 429 and set(guesses[:-1]) == {404}


@pytest.mark.parametrize("path", ["/dialog/", "/meld/"])
def test_the_way_to_it_is_shown_where_people_report(login, cast, path):
    assert f'href="{URL}"' in login(cast.reporter).get(path).content.decode()
    assert f'href="{URL}"' in login(cast.reporter).get("/").content.decode()


def test_numbers_are_of_their_own_series(cast):
    year = clock.today().year
    assert [receive()[0].reference, receive()[0].reference] == [f"V-{year}-001", f"V-{year}-002"]
    assert not Case.objects.exists() and not Notice.objects.exists()


def test_who_it_is_about_never_gets_to_know(login, cast, disclosure):
    assert list(disclosure.readers()) == [cast.approver]
    client = login(cast.process_owner)
    assert disclosure.reference not in client.get(ROOM).content.decode()
    assert client.get(disclosure.get_absolute_url()).status_code == 404
    with pytest.raises(ValidationError):
        disclosure.let_in(cast.approver, cast.process_owner)


def test_it_can_not_be_about_all_who_receive_it(cast):
    with pytest.raises(ValidationError):
        receive(left_out=[cast.approver, cast.process_owner])
    everyone = [cast.approver.pk, cast.process_owner.pk]
    assert "left_out" in Client().post(URL, fields(left_out=everyone)).context["form"].errors
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize("who", OTHERS)
def test_for_all_others_neither_the_room_nor_it_is_there(login, cast, disclosure, who):
    client, person = login(getattr(cast, who)), getattr(cast, who)
    for address in (ROOM, disclosure.get_absolute_url(), f"{disclosure.get_absolute_url()}skriv/"):
        assert client.get(address).status_code == 404
    assert not Disclosure.objects.visible_to(person).exists()
    steps = (
        lambda: disclosure.write(person, "Hei"),
        lambda: disclosure.note(person, "Hei"),
        lambda: disclosure.take(person, status="assessed", responsible=None),
        lambda: disclosure.end(person, conclusion="x", answer="y"),
        lambda: disclosure.let_in(person, person),
    )
    for step in steps:
        with pytest.raises(PermissionDenied):
            step()


def test_a_superuser_is_an_outsider_here(login, cast, disclosure):
    cast.outsider.is_superuser = cast.outsider.is_staff = True
    cast.outsider.save()
    assert login(cast.outsider).get(disclosure.get_absolute_url()).status_code == 404


def test_who_becomes_a_recipient_later_is_let_in_or_sees_nothing(login, cast, disclosure):
    appoint(cast.administrator, cast.approver.unit)
    client = login(cast.administrator)
    assert client.get(ROOM).status_code == 200
    assert client.get(disclosure.get_absolute_url()).status_code == 404
    disclosure.let_in(cast.approver, cast.administrator)
    assert client.get(disclosure.get_absolute_url()).status_code == 200


def test_who_is_a_recipient_no_more_is_out(login, cast, disclosure):
    RoleAssignment.objects.filter(user=cast.approver, role=Role.WHISTLEBLOWING_RECIPIENT).delete()
    assert login(cast.approver).get(disclosure.get_absolute_url()).status_code == 404


def test_a_deputy_does_not_inherit_it(login, cast, disclosure):
    today = clock.today()
    Absence.begin(cast.approver, person=cast.approver, deputy=cast.outsider, first_day=today, last_day=today)
    assert cast.outsider not in recipients()
    assert login(cast.outsider).get(ROOM).status_code == 404


def test_the_road_from_received_to_ended(login, cast, disclosure):
    client, address = login(cast.approver), disclosure.get_absolute_url()
    taken = {"version": 1, "status": "investigated", "responsible": cast.approver.pk}
    assert client.post(f"{address}status/", taken).status_code == 302
    ended = {"version": 2, "conclusion": "Truslene er bekreftet.", "answer": "Vi har grepet inn."}
    assert client.post(f"{address}avslutt/", ended).status_code == 302
    disclosure.refresh_from_db()
    assert disclosure.status == "ended" and disclosure.checks_retaliation
    checked = {"version": 3, "text": "Varsleren har det bra."}
    assert client.post(f"{address}gjengjeldelse/", checked).status_code == 302
    assert not Disclosure.objects.get().checks_retaliation
    with pytest.raises(ValidationError):
        disclosure.end(cast.approver, conclusion="x", answer="y")


def test_two_recipients_can_not_overwrite_each_other(cast):
    found = receive()[0]
    found.take(cast.approver, status="assessed", responsible=None, version=1)
    with pytest.raises(StaleVersion):
        found.take(cast.process_owner, status="investigated", responsible=None, version=1)


@pytest.mark.parametrize("missing", [{"conclusion": " "}, {"answer": ""}])
def test_it_is_not_ended_without_conclusion_and_answer(cast, disclosure, missing):
    with pytest.raises(ValidationError):
        disclosure.end(cast.approver, **{"conclusion": "Funnet.", "answer": "Takk.", **missing})


def test_only_one_who_reads_it_is_made_responsible(cast, disclosure):
    for person in (cast.process_owner, cast.director):
        with pytest.raises(ValidationError):
            disclosure.take(cast.approver, status="assessed", responsible=person)


def test_every_look_is_written_down_and_the_timeline_stands(login, cast, disclosure):
    login(cast.approver).get(disclosure.get_absolute_url())
    assert [row.what for row in disclosure.look_ups.all()] == ["page"]
    for model in (DisclosureLine, DisclosureLookUp):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_a_file_is_handed_out_in_the_room_alone(login, cast):
    found = receive(files=[CleanFile("notat.txt", "text/plain", b"bevis")])[0]
    address = f"{found.get_absolute_url()}fil/{found.files.get().pk}/"
    answer = login(cast.approver).get(address)
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
    assert login(cast.director).get(address).status_code == 404
    assert [row.what for row in found.look_ups.all()] == ["file"]


def test_an_anonymous_one_is_told_of_the_day_after(cast, disclosure):
    assert tell_and_remind() == 0
    Disclosure.objects.update(untold_since=clock.today() - datetime.timedelta(1))
    assert tell_and_remind() == 1
    assert list(Mail.objects.values_list("to", flat=True)) == [cast.approver.email]
    assert tell_and_remind() == 0


def test_recipients_are_reminded_of_the_duty_to_act(cast, disclosure):
    Disclosure.objects.update(assess_by=clock.today() - datetime.timedelta(1), untold_since=None)
    assert (tell_and_remind(), tell_and_remind()) == (1, 0)
    Disclosure.objects.update(reminded_on=clock.today() - datetime.timedelta(7))
    assert tell_and_remind() == 1
    assert set(Mail.objects.values_list("to", flat=True)) == {cast.approver.email}


def test_what_the_whistleblower_writes_is_dated_by_the_day(disclosure):
    line = disclosure.hear("Det skjedde igjen.")
    assert timezone.localtime(line.created_at).time() == datetime.time()
    with pytest.raises(ValidationError):
        disclosure.hear(" ")


def test_the_page_says_who_receives_it_or_whom_else_to_tell(cast):
    assert "Approver Testesen" in Client().get(URL).content.decode()
    RoleAssignment.objects.filter(role=Role.WHISTLEBLOWING_RECIPIENT).delete()
    page = Client().get(URL).content.decode()
    assert 'name="text"' not in page and "Arbeidstilsynet" in page


def test_what_was_told_is_not_in_the_history(cast, disclosure):
    disclosure.take(cast.approver, status="assessed", responsible=None)
    assert {"text", "name", "contact", "conclusion"}.isdisjoint(disclosure.history.first().__dict__)


def test_the_room_costs_the_same_however_many(login, cast, django_assert_max_num_queries):
    for _number in range(12):
        receive()
    client = login(cast.approver)
    client.get(ROOM)
    with django_assert_max_num_queries(12):
        client.get(ROOM)
