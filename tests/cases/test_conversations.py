"""Who is calling, and what is said about a case we have, by phone and by mail (S32)."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cases import desk
from cases.models import Case, Entry, Intake, IntakeFile, Notice
from organisation.history import StaleVersion
from organisation.mail import Mail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast, units) -> Case:
    case = factories.make_outside_case(units.municipality, phone="911 22 333")
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Ikke hjelp")
    return case


@pytest.fixture
def letter(units) -> Intake:
    intake = Intake.objects.create(
        source="mail:1",
        channel=Case.Channel.EMAIL,
        unit=units.municipality,
        text="Hei, det har skjedd igjen.",
        email="Kari@Example.test",
    )
    photo = IntakeFile(intake=intake, name="bilde.png", content_type="image/png", size=3, sha256="0" * 64)
    photo.file.save("x", BytesIO(b"png"))
    return intake


# Who is calling


@pytest.mark.parametrize(
    "words", ["kari@example.test", " KARI@example.test ", "91122333", "+47 911 22 333", "{reference}"]
)
def test_earlier_cases_are_found_by_mail_phone_or_reference(case, cast, login, words):
    words = words.format(reference=case.reference)
    found = login(cast.service_desk).get("/innkommet/hvem/", {"q": words}).context["found"]
    assert [reading.case for reading in found] == [case]


@pytest.mark.parametrize("words", ["kari", "9112", "example.test", "%", "@", "2026", "'; --", "x" * 500])
def test_part_of_an_address_finds_nobody(case, cast, login, words):
    answer = login(cast.service_desk).get("/innkommet/hvem/", {"q": words})
    assert answer.status_code == 200
    assert answer.context["found"] == []


def test_a_sealed_case_and_an_anonymous_reporter_are_not_found(case, cast, units):
    hidden = factories.make_outside_case(units.municipality)
    hidden.correspondent.anonymous = True
    hidden.correspondent.save()
    case.seal(cast.leader, sealed=True, reason="Helse")
    assert desk.cases_of(cast.service_desk, "kari@example.test") == []
    assert desk.cases_of(cast.service_desk, case.reference) == []


@pytest.mark.parametrize("who", ["leader", "director", "auditor", "outsider", "editor"])
def test_others_look_up_nobody(case, cast, login, who):
    assert login(getattr(cast, who)).get("/innkommet/hvem/?q=kari@example.test").status_code == 403
    assert desk.cases_of(getattr(cast, who), "kari@example.test") == []


# A conversation about a case we have


def test_what_the_reporter_says_is_a_letter_and_the_answer_another(case, cast, login):
    Notice.objects.all().delete()
    data = {"version": case.version, "text": "Det skjedde igjen.", "from_reporter": "on", "answer": "Jeg sier fra."}
    login(cast.service_desk).post(f"/saker/{case.reference}/samtale/", data)
    letters = case.entries.filter(kind=Entry.Kind.LETTER)
    assert [(one.text, one.from_outside, one.author) for one in letters] == [
        ("Det skjedde igjen.", True, cast.service_desk),
        ("Jeg sier fra.", False, cast.service_desk),
    ]
    assert Notice.objects.filter(user=cast.leader, kind=Notice.Kind.MESSAGE).exists()
    assert Mail.objects.filter(to="kari@example.test", about=f"letter:{letters[1].pk}").exists()


def test_what_somebody_else_says_is_a_note_for_those_who_handle_it(case, cast, login):
    case.add(cast.service_desk, text="Naboen Gunhild så det også.", from_reporter=False)
    assert case.entries.get(kind=Entry.Kind.NOTE).author == cast.service_desk
    assert "Gunhild" in login(cast.leader).get(case.get_absolute_url()).content.decode()
    assert "Gunhild" not in login(cast.outsider).get(case.get_absolute_url()).content.decode()
    token = case.correspondent.new_link()
    assert "Gunhild" not in Client().get(f"/dialog/status/{token}/").content.decode()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"text": " "}, "text"), ({"from_reporter": False, "answer": "Hei"}, "answer")],
)
def test_a_wrong_conversation_is_refused(case, cast, change, named):
    with pytest.raises(ValidationError) as refused:
        case.add(cast.service_desk, **{"text": "Hei", "from_reporter": True, **change})
    assert named in refused.value.message_dict


def test_a_case_from_inside_has_no_reporter_outside(cast):
    inside = factories.make_case(cast.reporter)
    with pytest.raises(ValidationError):
        inside.add(cast.service_desk, text="Hei", from_reporter=True)
    inside.add(cast.service_desk, text="En innbygger ringte om det samme.", from_reporter=False)
    assert inside.entries.filter(kind=Entry.Kind.NOTE).exists()


@pytest.mark.parametrize("who", ["reporter", "leader", "outsider", "auditor"])
def test_others_add_nothing(case, cast, login, who):
    assert login(getattr(cast, who)).get(f"/saker/{case.reference}/samtale/").status_code == 403
    with pytest.raises(PermissionDenied):
        case.add(getattr(cast, who), text="Hei", from_reporter=False)


def test_a_sealed_case_is_not_added_to_by_those_who_may_not_read_it(case, cast, login):
    case.seal(cast.leader, sealed=True, reason="Helse")
    assert login(cast.service_desk).get(f"/saker/{case.reference}/samtale/").status_code == 404
    with pytest.raises(PermissionDenied):
        case.add(cast.service_desk, text="Hei", from_reporter=False)


# A mail about a case we have


def test_a_mail_from_the_reporter_becomes_a_letter_with_its_files(case, letter, cast, login):
    client = login(cast.service_desk)
    page = client.get(f"/innkommet/{letter.pk}/")
    assert page.context["earlier"] == [case]
    form = client.get(f"/innkommet/{letter.pk}/horer-til/?sak={case.reference}").context["form"]
    assert (form["reference"].value(), form["from_reporter"].value()) == (case.reference, True)
    data = {"version": letter.version, "reference": case.reference, "text": letter.text, "from_reporter": "on"}
    client.post(f"/innkommet/{letter.pk}/horer-til/", data)
    letter.refresh_from_db()
    assert (letter.state, letter.case) == (Intake.State.REGISTERED, case)
    entry = case.entries.get(kind=Entry.Kind.LETTER)
    assert (entry.text, entry.from_outside) == (letter.text, True)
    assert case.attachments.get().uploaded_by is None
    assert client.post(f"/innkommet/{letter.pk}/horer-til/", data).status_code == 404


def test_a_mail_from_another_becomes_a_note_whose_files_the_reporter_does_not_get(case, letter, cast):
    letter.email = "nabo@example.test"
    letter.save()
    letter.attach(cast.service_desk, case, text=letter.text, from_reporter=False)
    note = case.entries.get(kind=Entry.Kind.NOTE).text
    assert note.endswith(letter.text) and "nabo@example.test" in note
    photo = case.attachments.get()
    assert photo.uploaded_by == cast.service_desk
    token = case.correspondent.new_link()
    assert Client().get(f"/dialog/status/{token}/fil/{photo.pk}/").status_code == 404


def test_several_mails_are_added_to_one_case(case, letter, cast, units):
    second = Intake.objects.create(source="mail:2", channel=Case.Channel.EMAIL, unit=units.municipality, text="Igjen")
    letter.attach(cast.service_desk, case, text="Hei", from_reporter=True)
    second.attach(cast.service_desk, case, text="Igjen", from_reporter=True)
    assert case.intakes.count() == 2


@pytest.mark.parametrize("reference", ["2026-99999", "", "x", "{sealed}"])
def test_a_case_that_is_not_there_or_sealed_is_refused_in_the_same_words(case, letter, cast, login, reference):
    case.seal(cast.leader, sealed=True, reason="Helse")
    data = {"version": letter.version, "reference": reference.format(sealed=case.reference), "text": "Hei"}
    answer = login(cast.service_desk).post(f"/innkommet/{letter.pk}/horer-til/", data)
    assert "reference" in answer.context["form"].errors
    assert case.reference not in " ".join(answer.context["form"].errors["reference"])
    letter.refresh_from_db()
    assert letter.state == Intake.State.WAITING


def test_two_at_once_add_a_mail_once(case, letter, cast):
    letter.attach(cast.service_desk, case, text="Hei", from_reporter=True)
    with pytest.raises(ValidationError):
        letter.attach(cast.quality_manager, case, text="Hei", from_reporter=True)
    with pytest.raises(StaleVersion):
        letter.attach(cast.quality_manager, case, text="Hei", from_reporter=True, version=1)
    assert case.entries.filter(kind=Entry.Kind.LETTER).count() == 1


@pytest.mark.parametrize("who", ["reporter", "leader", "outsider", "auditor"])
def test_others_add_no_mail(case, letter, cast, who):
    with pytest.raises(PermissionDenied):
        letter.attach(getattr(cast, who), case, text="Hei", from_reporter=True)
