"""The citizens' pages (S26, S31): no login, no cookies, confirmed by e-mail, talked over by a secret link."""

import datetime
import re
import uuid
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from cases import better
from cases.effect import effects_of
from cases.forms import dialog as forms
from cases.models import Action, Attachment, Case, Correspondent, Entry, Intake, IntakeFile, Notice, SecretLink
from organisation import clock
from organisation.mail import Mail
from organisation.models import Tries
from organisation.throttle import forget, network
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(forms, "FASTEST", 0)


@pytest.fixture
def citizen() -> Client:
    return Client()


def picture(name: str = "hull.jpg") -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (4, 4), "green").save(target, "JPEG")
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def field(html: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


def filled(citizen: Client, address: str = "/dialog/", **changes: object) -> dict[str, object]:
    html = citizen.get(address).content.decode()
    hidden = {name: field(html, name) for name in ("key", "shown_at") if f'name="{name}"' in html}
    return {**hidden, "kind": "deviation", "description": "Lyset på gangveien er borte.", **changes}


def send(citizen: Client, **changes: object):
    return citizen.post("/dialog/", filled(citizen, **changes))


def link_in(mail: Mail) -> str:
    return re.search(r"https?://[^/]+(/\S+)", mail.body).group(1)


def confirmed(citizen: Client) -> Case:
    send(citizen, email="kari@example.test", name="Kari", may_tell_others="on")
    citizen.post(link_in(Mail.objects.get(about__startswith="confirm:")))
    return Case.objects.get()


# Sending


def test_with_an_e_mail_it_counts_when_it_is_confirmed(citizen):
    answer = send(citizen, email="kari@example.test", files=picture())
    assert answer.status_code == 200
    assert not Case.objects.exists()
    letter = Mail.objects.get()
    assert "Lyset" not in letter.body + letter.subject
    address = link_in(letter)
    assert citizen.get(address).status_code == 200
    assert not Case.objects.exists(), "a mail filter that opens links confirms nothing"
    receipt = citizen.post(address).content.decode()
    case = Case.objects.get()
    assert case.reference in receipt
    assert (case.channel, case.needs_triage, case.correspondent.email) == ("web", True, "kari@example.test")
    assert case.attachments.get().name == "hull.jpg"
    intake = Intake.objects.get()
    assert (intake.case, intake.text, intake.email) == (case, "", "")
    assert not IntakeFile.objects.exists()


def test_without_an_e_mail_it_counts_at_once_and_the_link_is_on_the_screen(citizen):
    receipt = send(citizen).content.decode()
    case = Case.objects.get()
    address = re.search(r'href="https?://[^/]+(/dialog/status/[^"]+)"', receipt).group(1)
    assert case.reference in citizen.get(address).content.decode()
    assert not Mail.objects.filter(about__startswith="confirm").exists()


def test_ten_sends_make_one_case_and_one_letter(citizen):
    data = filled(citizen, email="kari@example.test")
    for _time in range(10):
        citizen.post("/dialog/", data)
    assert (Intake.objects.count(), Mail.objects.count()) == (1, 1)
    address = link_in(Mail.objects.get())
    for _time in range(10):
        citizen.post(address)
    assert Case.objects.count() == 1
    assert Mail.objects.filter(to="kari@example.test").count() == 2  # confirm, received


def test_ten_sends_without_an_e_mail_make_one_case(citizen):
    data = filled(citizen)
    for _time in range(10):
        assert citizen.post("/dialog/", data).status_code == 200
    assert Case.objects.count() == 1


def own_address(receipt: str) -> str:
    return re.search(r'href="https?://[^/]+(/dialog/status/[^"]+)"', receipt).group(1)


def test_who_sends_something_else_on_the_same_form_never_opens_what_the_first_one_wrote(citizen):
    data = filled(citizen, description="Jeg har det vondt.")
    citizen.post("/dialog/", data)
    next_person = Client(REMOTE_ADDR="192.0.2.5")
    receipt = next_person.post("/dialog/", {**data, "description": "Benken er ødelagt."}).content.decode()
    assert Case.objects.count() == 2
    assert "Jeg har det vondt." not in next_person.get(own_address(receipt)).content.decode()
    assert "Benken er ødelagt." in next_person.get(own_address(receipt)).content.decode()


@pytest.mark.parametrize("change", [{"email": "kari.n@example.test"}, {"description": "Lyset er helt borte."}])
def test_what_is_mended_by_going_back_in_the_browser_is_sent(citizen, change):
    data = filled(citizen, email="kari@example.test")
    citizen.post("/dialog/", data)
    citizen.post("/dialog/", {**data, **change})
    assert Mail.objects.filter(about__startswith="confirm:").count() == 2
    assert Mail.objects.filter(to=change.get("email", "kari@example.test")).exists()


@pytest.mark.parametrize("email", ["kari@example.test", ""])
def test_who_comes_by_the_code_of_a_report_card_brings_its_number(citizen, login, cast, email):
    sent = filled(citizen, "/dialog/?kort=MK-00042", email=email)
    sent["card"] = field(citizen.get("/dialog/?kort=MK-00042").content.decode(), "card")
    for _ in range(2):
        citizen.post("/dialog/", sent)
    if email:
        citizen.post(link_in(Mail.objects.get(about__startswith="confirm:")))
    case = Case.objects.get()
    assert case.intakes.get().card_label == "MK-00042"
    assert "MK-00042" in login(cast.service_desk).get(case.get_absolute_url()).content.decode()


def test_nobody_fills_the_mailbox_of_somebody_else_with_our_letters(citizen):
    for number in range(5):
        send(citizen, email="kari@example.test", description=f"Lampe {number} er borte.")
    refused = send(citizen, email="Kari@example.test", description="Lampe 6 er borte.", name="Ola")
    assert "email" in refused.context["form"].errors
    assert 'value="Ola"' in refused.content.decode()
    assert Mail.objects.count() == 5
    assert send(citizen, email="ola@example.test", description="Lampe 6 er borte.").status_code == 200
    assert Mail.objects.count() == 6


def test_who_has_confirmed_may_send_more_at_once(citizen):
    for number in range(5):
        send(citizen, email="kari@example.test", description=f"Lampe {number} er borte.")
    citizen.post(link_in(Mail.objects.first()))
    send(citizen, email="kari@example.test", description="Lampe 6 er borte.")
    assert Mail.objects.filter(about__startswith="confirm:").count() == 6


def test_what_is_no_number_of_a_card_is_passed_over(citizen):
    send(citizen, card="<script>")
    assert not Case.objects.get().intakes.exists()


def test_a_form_is_not_kept_where_others_get_it(citizen):
    assert "private" in citizen.get("/dialog/")["Cache-Control"]


def test_visitors_get_no_cookie_but_the_one_that_guards_the_form(citizen):
    send(citizen)
    token = Correspondent.objects.get().new_link()
    for address in ("/dialog/", "/dialog/forbedringer/", "/dialog/personvern/", f"/dialog/status/{token}/"):
        citizen.get(address)
    assert set(citizen.cookies) <= {"csrftoken"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"description": ""}, "description"),
        ({"description": "x" * (forms.MOST + 1)}, "description"),
        ({"kind": "audit_finding"}, "kind"),
        ({"email": "ikke en adresse"}, "email"),
        ({"key": "ikke en nøkkel"}, "key"),
        ({"description": "Fødselsnummeret er 01017012424"}, "description"),
        ({"files": SimpleUploadedFile("virus.exe", b"MZ")}, "files"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(citizen, change, named):
    data = filled(citizen, name="Kari Nordmann", **change)
    answer = citizen.post("/dialog/", data)
    assert answer.status_code == 200
    assert named in answer.context["form"].errors
    assert "Kari Nordmann" in answer.content.decode()
    assert not Case.objects.exists()
    assert not Intake.objects.exists()


def test_a_number_may_be_sent_all_the_same(citizen):
    send(citizen, description="Ring meg på 99 88 77 66", send_anyway="on")
    assert Case.objects.count() == 1


@pytest.mark.parametrize("change", [{"website": "https://kjøp.example"}, {"shown_at": ""}, {"shown_at": "tull"}])
def test_machines_are_stopped_with_a_word_that_helps_people(citizen, change):
    answer = send(citizen, **change)
    assert answer.context["form"].non_field_errors()
    assert not Case.objects.exists()


def test_who_is_faster_than_anybody_writes_is_asked_to_wait(citizen, monkeypatch):
    monkeypatch.setattr(forms, "FASTEST", 60)
    assert send(citizen).context["form"].non_field_errors()
    assert not Case.objects.exists()


def test_control_characters_are_refused(citizen):
    assert send(citizen, description="Hei\0").status_code == 400


def test_many_from_one_address_slow_that_address_and_nobody_else(citizen):
    data = filled(citizen)
    answers = [citizen.post("/dialog/", {**data, "description": ""}).status_code for _time in range(200)]
    assert answers[:30] == [200] * 30
    assert set(answers[30:]) == {429}
    refused = citizen.post("/dialog/", data)
    assert int(refused["Retry-After"]) > 0
    assert Client(REMOTE_ADDR="192.0.2.7").post("/dialog/", data).status_code == 200
    assert Case.objects.count() == 1


def test_the_slow_down_is_not_dodged_by_a_header(citizen):
    data = {**filled(citizen), "description": ""}
    answers = [
        citizen.post("/dialog/", data, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(40)
    ]
    assert answers[-1] == 429


def test_the_slow_down_is_not_dodged_by_the_many_addresses_of_one_network(citizen):
    data = {**filled(citizen), "description": ""}
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:0:1::{number:x}").post("/dialog/", data).status_code for number in range(40)
    ]
    assert answers[-1] == 429
    assert Client(REMOTE_ADDR="2001:db8:0:2::1").post("/dialog/", data).status_code == 200


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::5", "2001:db8::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_what_is_counted_as_one_network(address, counted_as):
    assert network(address) == counted_as


def test_behind_our_own_proxy_the_address_it_saw_counts(citizen, settings):
    settings.TRUSTED_PROXIES = 1
    data = {**filled(citizen), "description": ""}
    forged = [
        citizen.post("/dialog/", data, headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.1"}).status_code
        for n in range(40)
    ]
    assert forged[-1] == 429
    other = citizen.post("/dialog/", data, headers={"X-Forwarded-For": "192.0.2.2"})
    assert other.status_code == 200


def test_no_address_is_kept_and_counts_are_forgotten(citizen):
    send(citizen)
    assert "127.0.0.1" not in "".join(Tries.objects.values_list("key", flat=True))
    Tries.objects.update(window=timezone.now() - datetime.timedelta(2))
    assert forget() > 0


# Confirming


@pytest.mark.parametrize("token", ["x", "A" * 43, "æ", "%2e%2e"])
def test_a_forged_link_says_so_and_nothing_else(citizen, token):
    send(citizen, email="kari@example.test")
    for address in ("/dialog/bekreft/", "/dialog/status/"):
        answer = citizen.get(f"{address}{token}/")
        assert answer.status_code == 404
        assert "kari" not in answer.content.decode()


def test_a_link_used_again_says_so_and_does_not_lead_to_the_case(citizen):
    case = confirmed(citizen)
    again = citizen.get(link_in(Mail.objects.get(about__startswith="confirm:"))).content.decode()
    assert case.reference not in again
    assert "/dialog/status/" not in again


def test_what_nobody_confirms_is_erased_after_a_week_with_its_files(citizen):
    send(citizen, email="kari@example.test", files=picture())
    address = link_in(Mail.objects.get())
    with clock.set_to(clock.now() + datetime.timedelta(6)):
        assert Intake.objects.erase_unconfirmed() == 0
    with clock.set_to(clock.now() + datetime.timedelta(8)):
        assert Intake.objects.erase_unconfirmed() == 1
    assert not IntakeFile.objects.exists()
    assert citizen.post(address).status_code == 404
    assert not Case.objects.exists()
    assert "Lyset" not in str(list(Intake.history.values()))


def test_a_link_that_is_too_old_confirms_nothing_though_nobody_has_erased_the_form_yet(citizen):
    send(citizen, email="kari@example.test")
    with clock.set_to(clock.now() + datetime.timedelta(8)):
        assert citizen.post(link_in(Mail.objects.get())).status_code == 404
    assert not Case.objects.exists()


def test_a_confirmed_form_is_a_case_with_its_letter_or_neither(citizen, monkeypatch):
    send(citizen, email="kari@example.test")
    address = link_in(Mail.objects.get())
    with monkeypatch.context() as broken:
        broken.setattr(Correspondent, "tell", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            citizen.post(address)
    assert not Case.objects.exists()
    assert citizen.post(address).status_code == 200
    assert Mail.objects.filter(about__startswith="received:").count() == 1


def test_guessing_links_is_slowed(citizen):
    answers = [citizen.get(f"/dialog/status/{uuid.uuid4().hex}/").status_code for _time in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
    case = confirmed(Client(REMOTE_ADDR="192.0.2.9"))
    right = SecretLink.address(case.correspondent.new_link())
    assert citizen.get(right).status_code == 200, "who has the right link is not the one who guesses"


# The status page


@pytest.fixture
def case(units, cast) -> Case:
    made = factories.make_outside_case(units.municipality, may_tell_others=True)
    made.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Uteblitt hjelp")
    return made


@pytest.fixture
def address(case) -> str:
    return SecretLink.address(case.correspondent.new_link())


def test_the_person_sees_letters_and_never_what_is_said_in_the_house(citizen, case, address, cast):
    case.assess(cast.leader, probability=4, consequence=4)
    case.say(cast.leader, "Intern kommentar til kolleger")
    case.say(cast.leader, "Hemmelig notat", internal=True)
    case.write(cast.leader, "Vi beklager.")
    html = citizen.get(address).content.decode()
    assert "Vi beklager." in html
    for hidden in ("Intern kommentar", "Hemmelig notat", cast.leader.get_full_name(), "risk-matrix"):
        assert hidden not in html


def test_a_letter_from_the_person_is_kept_once_and_told(citizen, case, address, cast):
    data = filled(citizen, address, text="Når kommer dere?")
    for _time in range(3):
        assert citizen.post(address, {**data, "files": picture()}).status_code == 302
    assert case.entries.filter(kind=Entry.Kind.LETTER, from_outside=True).count() == 1
    assert case.attachments.count() == 1
    assert Notice.objects.filter(user=cast.leader, kind=Notice.Kind.MESSAGE).count() == 1


def test_an_empty_letter_is_refused_with_a_word(citizen, case, address):
    answer = citizen.post(address, filled(citizen, address, text="  "))
    assert "text" in answer.context["form"].errors
    assert not case.entries.filter(kind=Entry.Kind.LETTER).exists()


def test_the_person_opens_own_files_and_no_others(citizen, case, address, cast):
    citizen.post(address, filled(citizen, address, text="Se bildet", files=picture()))
    mine = Attachment.objects.get()
    assert citizen.get(f"{address}fil/{mine.pk}/")["Content-Security-Policy"].startswith("sandbox")
    inside = Attachment(case=case, name="x", content_type="text/plain", size=1, sha256="0", uploaded_by=cast.leader)
    inside.file.save("x", BytesIO(b"x"), save=False)
    inside.save()
    assert citizen.get(f"{address}fil/{inside.pk}/").status_code == 404


def test_a_link_opens_one_case_only(citizen, case, address, units):
    other = factories.make_outside_case(units.municipality, description="Noe helt annet")
    token = other.correspondent.new_link()
    assert "Noe helt annet" not in citizen.get(address).content.decode()
    assert "Noe helt annet" in citizen.get(SecretLink.address(token)).content.decode()


def test_private_pages_are_kept_nowhere_and_pass_their_address_to_nobody(citizen, address):
    answer = citizen.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]


def test_other_links_are_made_invalid(citizen, case, address):
    other = SecretLink.address(case.correspondent.new_link())
    citizen.post(address + "opphev/")
    assert citizen.get(address).status_code == 200
    assert citizen.get(other).status_code == 404
    assert citizen.get(address + "opphev/").status_code == 405


@pytest.mark.parametrize(
    ("reference", "email", "sent"),
    [("right", "KARI@example.test", 1), ("right", "ola@example.test", 0), ("2026-99999", "kari@example.test", 0)],
)
def test_a_lost_link_is_sent_anew_and_nobody_learns_who_is_known(citizen, case, reference, email, sent):
    reference = case.reference if reference == "right" else reference
    before = Mail.objects.count()
    data = filled(citizen, "/dialog/ny-lenke/", reference=reference, email=email)
    answers = {citizen.post("/dialog/ny-lenke/", data).content for _time in range(3)}
    assert len(answers) == 1
    assert Mail.objects.count() - before == sent


@pytest.mark.parametrize("state", ["received", "assessed", "rejected", "duplicate", "taken_over", "closed"])
def test_every_state_has_words_for_people(citizen, case, address, state):
    case.status = state
    case.save()
    assert citizen.get(address).status_code == 200


# Did it get better?


@pytest.fixture
def closed(case, cast) -> Case:
    case.assess(cast.leader, probability=1, consequence=1)
    case.set_cause(cast.leader, root_cause="Vaktbytte", cause=factories.make_cause())
    case.close(
        cast.leader, residual_probability=1, residual_consequence=1, public_story="Vi ringer nå.", answer="Ordnet."
    )
    return case


def later(weeks: int):
    return clock.set_to(clock.now() + datetime.timedelta(weeks=weeks))


def test_it_is_asked_once_and_some_weeks_after(closed):
    with later(5):
        assert better.ask_due() == 0
    Case.objects.update(closed_at=clock.now() - datetime.timedelta(weeks=7))
    assert better.ask_due() == 1
    assert better.ask_due() == 0
    letter = Mail.objects.get(about__startswith="better:")
    assert "/ble-det-bedre/" in letter.body
    assert "Hjemmetjenesten" not in letter.body


def test_what_is_closed_again_is_asked_about_anew(closed, cast):
    closed.correspondent.say_whether_better("no")
    closed.reopen(cast.leader, reason="Skjedde igjen")
    closed.close(cast.leader, residual_probability=1, residual_consequence=1)
    Case.objects.update(closed_at=clock.now() - datetime.timedelta(weeks=7))
    assert better.ask_due() == 1
    assert Correspondent.objects.get().better == ""
    assert closed.entries.filter(event=Entry.Event.EFFECT_HEARD).exists()


def test_no_longer_bad_is_counted_and_not_better_can_reopen(citizen, closed, cast, login):
    address = SecretLink.address(closed.correspondent.new_link()) + "ble-det-bedre/"
    citizen.post(address, filled(citizen, address, better="no", words="Det skjedde igjen."))
    closed.correspondent.refresh_from_db()
    assert closed.correspondent.better == "no"
    assert Notice.objects.filter(user=cast.leader, kind=Notice.Kind.NOT_BETTER).exists()
    step = login(cast.leader).get(f"/saker/{closed.reference}/gjenapne/")
    assert step.context["form"].initial["reason"]
    citizen.post(address, filled(citizen, address, better="yes"))
    closed.correspondent.refresh_from_db()
    assert closed.correspondent.better == "yes"


@pytest.mark.parametrize(
    ("answer", "evaluated", "counted"),
    [
        ("", [], set()),
        ("yes", [], {Action.Effect.EFFECTIVE}),
        ("partly", [Action.Effect.EFFECTIVE], {Action.Effect.EFFECTIVE, Action.Effect.PARTLY}),
        ("no", [Action.Effect.EFFECTIVE], {Action.Effect.EFFECTIVE, Action.Effect.NOT_EFFECTIVE}),
    ],
)
def test_the_answer_counts_in_the_effect_beside_the_evaluations(closed, answer, evaluated, counted):
    closed.correspondent.better = answer
    assert effects_of(closed, [Action(effect=effect) for effect in evaluated]) == counted


def test_the_answer_stands_in_the_story_and_the_words_do_not(closed, cast, login):
    closed.correspondent.say_whether_better("no", "Jeg ble liggende igjen.")
    closed.retell(cast.leader, lesson="Ring alltid.")
    page = login(cast.outsider).get(f"/laering/{closed.reference}/").content.decode()
    assert "Nei, det ble det ikke." in page
    assert "liggende" not in page


@pytest.mark.parametrize("answer", ["", "kanskje", "YES"])
def test_another_answer_is_refused(citizen, closed, answer):
    address = SecretLink.address(closed.correspondent.new_link()) + "ble-det-bedre/"
    assert citizen.post(address, filled(citizen, address, better=answer)).context["form"].errors
    closed.correspondent.refresh_from_db()
    assert closed.correspondent.better == ""


def test_an_open_case_is_not_asked_about(citizen, case, address):
    token = SecretLink.address(case.correspondent.new_link()) + "ble-det-bedre/"
    data = {**filled(citizen), "better": "yes"}
    assert citizen.post(token, data).context["closed"] is False
    assert not case.correspondent.better


# The public list


def test_what_became_better_is_told_with_leave_only(citizen, closed):
    assert "Vi ringer nå." in citizen.get("/dialog/forbedringer/").content.decode()
    Correspondent.objects.update(may_tell_others=False)
    assert "Vi ringer nå." not in citizen.get("/dialog/forbedringer/").content.decode()


def test_what_is_told_in_public_is_changed_and_taken_away_without_reopening(citizen, closed, cast, login):
    address = f"/saker/{closed.reference}/historien/"
    handler = login(cast.leader)
    for story in ("Vi ringer alltid nå.", ""):
        assert handler.get(address).context["form"]["public_story"].value() == closed.public_story
        handler.post(address, {"lesson": "Ring.", "public_story": story, "version": closed.version})
        closed.refresh_from_db()
        assert (closed.public_story, closed.is_open) == (story, False)
    assert "Vi ringer" not in citizen.get("/dialog/forbedringer/").content.decode()


def test_others_do_not_change_what_is_told_in_public(closed, cast, login):
    refused = login(cast.reporter).post(f"/saker/{closed.reference}/historien/", {"public_story": "Tull", "version": 1})
    assert refused.status_code == 403
    with pytest.raises(ValidationError):
        closed.retell(cast.leader, lesson="Ring.", public_story="Ring 99 88 77 66.")
    closed.refresh_from_db()
    assert closed.public_story == "Vi ringer nå."


@pytest.mark.parametrize("what", ["reopened", "sealed"])
def test_it_disappears_when_the_case_is_open_or_sealed(citizen, closed, cast, what):
    if what == "reopened":
        closed.reopen(cast.leader, reason="Skjedde igjen")
    else:
        closed.seal(cast.leader, sealed=True, reason="Helseopplysninger")
    assert "Vi ringer nå." not in citizen.get("/dialog/forbedringer/").content.decode()


@pytest.mark.parametrize(
    "story", ["Ring 99 88 77 66.", "Født 010190 12345.", "Skriv til ola@example.test.", "Takk til Kari Innbygger!"]
)
def test_a_story_with_somebodys_name_or_number_is_refused_beside_its_field(case, cast, login, story):
    case.assess(cast.leader, probability=1, consequence=1)
    case.set_cause(cast.leader, root_cause="Vaktbytte", cause=factories.make_cause())
    sent = {"residual_probability": 1, "residual_consequence": 1, "public_story": story, "version": case.version}
    answer = login(cast.leader).post(f"/saker/{case.reference}/lukk/", sent)
    assert "public_story" in answer.context["form"].errors
    case.refresh_from_db()
    assert (case.is_open, case.public_story) == (True, "")


def test_no_story_is_asked_for_without_leave(cast, units, login):
    case = factories.make_outside_case(units.municipality)
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.POSITIVE, title="Ros")
    assert "public_story" not in login(cast.leader).get(f"/saker/{case.reference}/lukk/").context["form"].fields


# The handler's side


def test_a_handler_writes_to_the_person_from_the_case(case, cast, login):
    client = login(cast.leader)
    html = client.get(case.get_absolute_url()).content.decode()
    assert "kari@example.test" in html
    case.refresh_from_db()
    client.post(f"/saker/{case.reference}/brev/", {"text": "Vi kommer i morgen.", "version": case.version})
    assert case.entries.get(kind=Entry.Kind.LETTER).text == "Vi kommer i morgen."


def test_who_reads_it_masked_sees_no_contact(case, cast, login):
    html = login(cast.outsider).get(case.get_absolute_url()).content.decode()
    assert "kari@example.test" not in html
    assert "Kari Innbygger" not in html


@pytest.mark.parametrize("who", ["outsider", "auditor", "approver", "reporter"])
def test_others_do_not_write_to_the_person(case, cast, login, who):
    assert login(getattr(cast, who)).get(f"/saker/{case.reference}/brev/").status_code == 403
