"""Cases from outside: taken in, sorted, talked over by secret links (S22, S26, S31, S32)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cases.models import Case, Correspondent, Entry, Intake, Notice, SecretLink
from cases.permissions import Act, can
from organisation.mail import Mail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(units) -> Case:
    return factories.make_outside_case(units.municipality)


def test_it_waits_for_those_who_receive_and_is_not_there_for_others(case, cast):
    assert case.needs_triage
    for name, person in vars(cast).items():
        may = name in ("service_desk", "quality_manager")
        assert can(person, Act.READ, case) is may, name
        assert Case.objects.visible_to(person).filter(pk=case.pk).exists() is may, name


def test_the_service_desk_is_told(case, cast):
    assert [notice.user for notice in Notice.objects.all()] == [cast.service_desk]
    assert Notice.objects.get().kind == Notice.Kind.INTAKE


def test_sorting_makes_it_a_case_like_any_other(case, cast, units):
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp", answer="Takk!")
    case.refresh_from_db()
    assert (case.unit, case.needs_triage, case.status) == (units.home_care, False, Case.Status.RECEIVED)
    assert can(cast.outsider, Act.READ, case)
    assert Notice.objects.filter(user=cast.leader, kind=Notice.Kind.NEW_CASE).exists()
    assert case.answered_at


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "auditor", "editor", "administrator"])
def test_only_those_who_receive_sort(case, cast, units, who):
    with pytest.raises(PermissionDenied):
        case.triage(getattr(cast, who), unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")


def test_it_is_sorted_once(case, cast, units):
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    with pytest.raises(PermissionDenied):
        case.triage(cast.service_desk, unit=units.it, kind=Case.Kind.DEVIATION, title="Ikke hjelp")


def test_the_answer_of_a_step_reaches_the_person_outside(case, cast, units):
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.POSITIVE, title="Ros")
    case.assess(cast.leader, probability=None, consequence=None, answer="Det gleder oss.")
    letter = case.entries.get(kind=Entry.Kind.LETTER)
    assert letter.text == "Det gleder oss."
    assert Mail.objects.filter(about=f"letter:{letter.pk}", to="kari@example.test").exists()


def test_the_mail_holds_reference_and_link_and_never_the_content(case, cast):
    case.write(cast.service_desk, "Vi ringer deg i morgen om bestemor.")
    letter = Mail.objects.get(about__startswith="letter:")
    assert case.reference in letter.subject
    assert "/dialog/status/" in letter.body
    assert "bestemor" not in letter.subject + letter.body
    assert case.title not in letter.subject + letter.body


def test_a_secret_link_opens_the_case_and_only_its_checksum_is_kept(case):
    token = case.correspondent.new_link()
    assert not SecretLink.objects.filter(checksum=token).exists()
    assert Correspondent.objects.holding(token).get().case == case
    assert case.reference in Client().get(SecretLink.address(token)).content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "é"])
def test_a_forged_link_opens_nothing(case, token):
    assert Client().get(f"/dialog/status/{token}/").status_code in (400, 404)


def test_what_the_person_writes_is_told_to_who_handles_it(case, cast):
    case.hear("Er det noe nytt?")
    assert Notice.objects.filter(user=cast.service_desk, kind=Notice.Kind.MESSAGE).exists()
    with pytest.raises(ValidationError):
        case.hear("  ")


def test_letters_are_for_those_who_read_the_case_whole(case, cast, units, login):
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    case.hear("Naboen min heter Gunhild.")
    assert "Gunhild" in login(cast.leader).get(case.get_absolute_url()).content.decode()
    assert "Gunhild" not in login(cast.outsider).get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["outsider", "auditor", "it_leader"])
def test_only_those_who_speak_for_the_municipality_write_to_the_person(case, cast, units, who):
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    with pytest.raises(PermissionDenied):
        case.write(getattr(cast, who), "Hei")


def test_the_same_key_makes_one_case(case, units):
    assert factories.make_outside_case(units.municipality, key=case.key) == case


def intake(units, **fields) -> Intake:
    return Intake.objects.create(
        source=fields.pop("source", "mail:1"),
        channel=Case.Channel.EMAIL,
        unit=units.municipality,
        text="Hull i veien.",
        **fields,
    )


def test_an_intake_becomes_a_case_with_its_channel_and_contact(cast, units):
    came = intake(units, email="ola@example.test")
    case = came.register(cast.service_desk, kind=Case.Kind.DEVIATION, text="Hull i veien ved skolen.", name="Ola")
    assert (case.channel, case.correspondent.email, case.correspondent.name) == ("email", "ola@example.test", "Ola")
    came.refresh_from_db()
    assert (came.case, came.state) == (case, Intake.State.REGISTERED)


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "auditor"])
def test_only_those_who_receive_see_and_register(cast, units, who):
    came, person = intake(units), getattr(cast, who)
    assert not Intake.objects.visible_to(person).exists()
    with pytest.raises(PermissionDenied):
        came.register(person, kind=Case.Kind.DEVIATION, text="Hull")
    with pytest.raises(PermissionDenied):
        came.discard(person, reason="Reklame")


def test_it_is_registered_or_discarded_once(cast, units):
    came = intake(units)
    came.discard(cast.service_desk, reason="Reklame")
    with pytest.raises(ValidationError):
        came.register(cast.service_desk, kind=Case.Kind.DEVIATION, text="Hull")
    assert not Case.objects.exists()


def test_an_unconfirmed_form_is_nobodys(cast, units):
    intake(units, state=Intake.State.UNCONFIRMED)
    assert not Intake.objects.visible_to(cast.service_desk).exists()
