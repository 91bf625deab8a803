"""What an inspector from outside is shown: exactly what is chosen, for a while, and every look is logged."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from audits.models import InspectionFile, InspectorAccess, InspectorLook
from cases.uploads import CleanFile
from organisation import clock
from organisation.models import Mail
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def give(by, inspection, first=0, last=30, **facts):
    facts = {"name": "Marte Ødegård", "email": "marte@tilsyn.example", "authority": "Statsforvalteren", **facts}
    today = clock.today()
    return InspectorAccess.give(by, inspection, valid_from=today + first * DAY, valid_to=today + last * DAY, **facts)


def address(token, *more):
    return reverse("audits:inspector_thing" if more else "audits:inspector", args=[token, *more])


@pytest.fixture
def inspection(cast):
    return factories.make_inspection(cast.leader)


def test_the_link_goes_by_mail_and_says_nothing_of_what_is_shown(cast, inspection):
    access, token = give(cast.leader, inspection)
    mail = Mail.objects.get(to="marte@tilsyn.example")
    assert address(token) in mail.body
    assert inspection.title not in mail.body + mail.subject
    assert token not in str(vars(access)) and token not in str(InspectorAccess.history.values())


def test_only_what_is_chosen_is_shown(cast, inspection, handbook):
    page = factories.make_procedure(handbook, cast.editor, title="Rutine for kartlegging")
    factories.make_procedure(handbook, cast.editor, title="Hemmelig prosedyre")
    case = factories.make_case(cast.reporter, description="Ring meg på 91 23 45 67. Hilsen Reporter Testesen")
    assessment = factories.make_decided(cast.leader, {"threat": "En ansatt blir slått"}, title="ROS vold")
    (file,) = InspectionFile.keep(
        cast.leader, inspection, [CleanFile("plan.txt", "text/plain", b"Plan 2026")], "document"
    )
    access, token = give(cast.leader, inspection)
    things = [
        access.show(cast.leader, **thing)
        for thing in ({"document": page.document}, {"case": case}, {"assessment": assessment}, {"file": file})
    ]
    outsider = Client()
    start = outsider.get(address(token)).content.decode()
    assert "Rutine for kartlegging" in start and "ROS vold" in start and "Hemmelig" not in start
    texts = []
    for thing in things:
        answer = outsider.get(address(token, thing.pk))
        texts.append(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    shown_page, shown_case, shown_assessment, content = (text.decode() for text in texts)
    assert "Bare den som trenger det" in shown_page
    assert "91 23 45 67" not in shown_case and "Testesen" not in shown_case and case.reference in shown_case
    assert "En ansatt blir slått" in shown_assessment
    assert content == "Plan 2026"
    assert not re.findall(r'href="/(?!static|revisjoner/innsyn)', shown_page + shown_case + shown_assessment)
    assert InspectorLook.objects.filter(access=access).count() == 5
    assert "sessionid" not in outsider.cookies


def test_pictures_of_a_page_come_by_the_link_and_no_other_does(cast, inspection, handbook):
    page, other = (factories.make_illustrated(handbook, cast.editor, title=title) for title in ("Med kart", "Annen"))
    access, token = give(cast.leader, inspection)
    thing = access.show(cast.leader, document=page.document)
    shown = Client().get(address(token, thing.pk)).content.decode()
    (picture,) = re.findall(r'<img[^>]+src="([^"]+)"', shown.partition("<article")[2])
    assert Client().get(picture).status_code == 200
    assert Client().get(picture)["Referrer-Policy"] == "no-referrer"
    another = picture.replace(picture.split("/")[-2], "0" * 64)
    assert Client().get(another).status_code == 404
    assert other.document.kept_files.get().picture_url not in shown


def test_the_answers_are_private(cast, inspection):
    _access, token = give(cast.leader, inspection)
    answer = Client().get(address(token))
    assert answer["Referrer-Policy"] == "no-referrer" and "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert Client().post(address(token)).status_code == 405


@pytest.mark.parametrize(("first", "last", "day", "status"), [(0, 5, 5, 200), (0, 5, 6, 404), (2, 5, 1, 404)])
def test_it_works_in_its_days_only(cast, inspection, first, last, day, status):
    _access, token = give(cast.leader, inspection, first, last)
    with clock.set_to(clock.now() + day * DAY):
        assert Client().get(address(token)).status_code == status


def test_ended_guessed_and_old_links_are_404(cast, inspection):
    access, token = give(cast.leader, inspection)
    new = access.new_link(cast.leader)
    assert Client().get(address(token)).status_code == 404
    assert Client().get(address(new)).status_code == 200
    access.end(cast.leader)
    for wrong in (new, "a" * 43, "x"):
        assert Client().get(address(wrong)).status_code == 404
    for attempt in (lambda: access.end(cast.leader), lambda: access.new_link(cast.leader)):
        with pytest.raises(ValidationError):
            attempt()


def test_who_guesses_much_is_slowed_down(db):
    client = Client()
    answers = [client.get(address(f"gjetning-{number}")).status_code for number in range(21)]
    assert answers[:20] == [404] * 20 and answers[20] == 429


def test_a_thing_of_another_access_is_not_found(cast, inspection):
    first, _token = give(cast.leader, inspection)
    _second, token = give(cast.leader, inspection, name="En annen")
    thing = first.show(cast.leader, case=factories.make_case(cast.reporter))
    assert Client().get(address(token, thing.pk)).status_code == 404


def test_what_is_sealed_restricted_or_of_another_inspection_can_not_be_chosen(cast, inspection):
    access, _token = give(cast.leader, inspection)
    other = factories.make_inspection(cast.leader)
    (file,) = InspectionFile.keep(cast.leader, other, [CleanFile("plan.txt", "text/plain", b"Plan")], "document")
    draft = factories.make_assessment(cast.leader, rows=1, title="Utkast")
    for thing in (
        {"case": factories.make_case(cast.reporter, sealed=True)},
        {"case": factories.make_outside_case(cast.leader.unit)},
        {"assessment": factories.make_decided(cast.leader, restricted=True)},
        {"assessment": draft},
        {"file": file},
    ):
        with pytest.raises(ValidationError) as error:
            access.show(cast.leader, **thing)
        assert set(error.value.message_dict) == set(thing)
    assert not access.things.exists()


def test_what_is_sealed_or_withdrawn_afterwards_is_gone_at_once(cast, inspection, handbook):
    page = factories.make_procedure(handbook, cast.editor, title="Rutine for kartlegging")
    case = factories.make_case(cast.reporter)
    access, token = give(cast.leader, inspection)
    things = [access.show(cast.leader, document=page.document), access.show(cast.leader, case=case)]
    case.seal(cast.leader, sealed=True, reason="Helse")
    factories.withdraw(page)
    assert [Client().get(address(token, thing.pk)).status_code for thing in things] == [404, 404]
    start = Client().get(address(token)).content.decode()
    assert case.reference not in start and "kartlegging" not in start


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"last": 91}, "valid_to"),
        ({"first": 5, "last": 4}, "valid_to"),
        ({"first": -1}, "valid_from"),
        ({"name": " "}, "name"),
        ({"email": "ikke en adresse"}, "email"),
        ({"authority": ""}, "authority"),
    ],
)
def test_bad_input_is_refused_beside_its_field(cast, inspection, facts, field):
    with pytest.raises(ValidationError) as error:
        give(cast.leader, inspection, **facts)
    assert set(error.value.message_dict) == {field}
    assert not Mail.objects.exists()


def test_ninety_days_is_allowed(cast, inspection):
    give(cast.leader, inspection, last=90)


@pytest.mark.parametrize("who", ["reporter", "outsider", "it_leader", "auditor"])
def test_others_let_nobody_in(cast, inspection, who):
    access, _token = give(cast.leader, inspection)
    person = getattr(cast, who)
    for attempt in (
        lambda: give(person, inspection),
        lambda: access.end(person),
        lambda: access.new_link(person),
        lambda: access.show(person, case=factories.make_case(cast.reporter)),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_who_is_responsible_but_keeps_no_inspections_lets_nobody_in(cast):
    inspection = factories.make_inspection(cast.leader, responsible=cast.reporter)
    with pytest.raises(PermissionDenied):
        give(cast.reporter, inspection)


def test_a_closed_inspection_is_shown_to_nobody_new(cast, inspection):
    inspection.record_report(cast.leader, report_date=clock.today())
    inspection.close(cast.leader, day=clock.today())
    with pytest.raises(ValidationError):
        give(cast.leader, inspection)


def test_the_keeper_sees_what_was_opened_and_hides(cast, inspection, login):
    client, case = login(cast.leader), factories.make_case(cast.reporter, title="Låst dør")
    of = [inspection.kind, inspection.pk]
    today = clock.today()
    data = {"name": "Marte", "email": "m@tilsyn.example", "authority": "DSB", "version": inspection.version}
    days = {"valid_from": today.isoformat(), "valid_to": (today + DAY).isoformat()}
    client.post(reverse("audits:give_access", args=of), {**data, **days})
    access = InspectorAccess.objects.get()
    client.post(reverse("audits:show_thing", args=[*of, access.pk]), {"case": case.reference})
    token = re.search(r"innsyn/([^/]+)/", Mail.objects.get(to="m@tilsyn.example").body).group(1)
    thing = access.things.get()
    Client().get(address(token, thing.pk))
    assert f"{case.reference} Låst dør" in client.get(access.get_absolute_url()).content.decode()
    client.post(reverse("audits:hide_thing", args=[*of, access.pk, thing.pk]))
    assert Client().get(address(token, thing.pk)).status_code == 404
    assert access.looks.count() == 1
    client.post(reverse("audits:end_access", args=[*of, access.pk]))
    assert Client().get(address(token)).status_code == 404


def test_a_sealed_case_in_the_form_is_refused_in_words(cast, inspection, login):
    access, _token = give(cast.leader, inspection)
    case = factories.make_case(cast.reporter, sealed=True)
    answer = login(cast.leader).post(
        reverse("audits:show_thing", args=[inspection.kind, inspection.pk, access.pk]), {"case": case.reference}
    )
    assert answer.status_code == 200 and not access.things.exists()
    assert answer.context["form"].errors["case"]
