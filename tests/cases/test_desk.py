"""The service desk's day (S32): the queue, sorting with a ready answer, conversations, merging; and who must not."""

import datetime
import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError

from cases import desk
from cases.models import AnswerTemplate, Case, Entry, Intake
from organisation import clock
from organisation.mail import Mail
from organisation.working_days import after_working_days
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(units) -> Case:
    return factories.make_outside_case(units.municipality)


@pytest.fixture
def letter(units) -> Intake:
    return Intake.objects.create(
        source="mail:1", channel=Case.Channel.EMAIL, unit=units.municipality, text="Hull i veien", email="a@b.no"
    )


def sorting(case: Case, units, **changes: object) -> dict[str, object]:
    return {
        "version": case.version,
        "kind": "deviation",
        "title": "Uteblitt hjelp",
        "unit": units.home_care.pk,
        "answer": "",
        **changes,
    }


def test_the_queue_holds_what_waits_the_oldest_first(case, letter, cast, login):
    Intake.objects.update(received_at=clock.now() - datetime.timedelta(20))
    rows = login(cast.service_desk).get("/innkommet/").context["rows"]
    assert [row.channel for row in rows] == ["email", "web"]
    assert [row.is_late for row in rows] == [True, False]


def test_the_queue_costs_the_same_however_long(case, cast, units, django_assert_num_queries):
    desk.waiting(cast.service_desk)
    for number in (1, 10):
        for _one in range(number):
            factories.make_outside_case(units.municipality)
        with django_assert_num_queries(3):
            desk.waiting(cast.service_desk)


def test_an_empty_queue_says_so(cast, login):
    assert login(cast.service_desk).get("/innkommet/").context["rows"] == []


def test_sorting_in_the_browser_leads_to_the_next(case, cast, units, login):
    other = factories.make_outside_case(units.municipality)
    answer = login(cast.service_desk).post(f"/saker/{case.reference}/fordel/", sorting(case, units, answer="Takk!"))
    assert answer["Location"] == f"/saker/{other.reference}/fordel/"
    case.refresh_from_db()
    assert (case.unit, case.needs_triage) == (units.home_care, False)
    assert case.entries.get(kind=Entry.Kind.LETTER).text == "Takk!"


@pytest.mark.parametrize(
    ("change", "named"),
    [({"title": ""}, "title"), ({"unit": ""}, "unit"), ({"unit": "999"}, "unit"), ({"kind": "x"}, "kind")],
)
def test_a_wrong_sorting_is_refused_beside_the_field(case, cast, units, login, change, named):
    answer = login(cast.service_desk).post(f"/saker/{case.reference}/fordel/", sorting(case, units, **change))
    assert named in answer.context["form"].errors
    case.refresh_from_db()
    assert case.needs_triage


def test_two_who_sort_at_once_do_not_overwrite_each_other(case, cast, units, login):
    first, second = login(cast.service_desk), login(cast.quality_manager)
    data = sorting(case, units)
    case.write(cast.service_desk, "Vi ser på det.")
    assert first.post(f"/saker/{case.reference}/fordel/", data).status_code == 409
    case.refresh_from_db()
    assert second.post(f"/saker/{case.reference}/fordel/", sorting(case, units)).status_code == 302
    assert first.post(f"/saker/{case.reference}/fordel/", sorting(case, units)).status_code == 403


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "auditor", "editor", "administrator"])
def test_others_neither_see_the_queue_nor_sort_nor_register(case, letter, cast, units, login, who):
    client = login(getattr(cast, who))
    assert client.get("/innkommet/").status_code == 403
    assert client.get("/innkommet/ny/").status_code == 403
    assert client.get(f"/innkommet/{letter.pk}/").status_code == 403
    assert client.post(f"/saker/{case.reference}/fordel/", sorting(case, units)).status_code == 404
    with pytest.raises(PermissionDenied):
        Case.record(
            getattr(cast, who), unit=None, sealed=False, answer="", key=uuid.uuid4(), kind="deviation", description="x"
        )


def test_a_case_with_a_national_identity_number_is_proposed_to_be_sealed(cast, units, login):
    case = factories.make_outside_case(units.municipality, description="Fødselsnummer 010190 12345 lå på bussen")
    form = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["form"]
    assert form.initial["sealed"] is True


def test_a_sealed_one_is_then_only_for_those_who_handle_it(case, cast, units):
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Helse", sealed=True)
    assert Case.objects.visible_to(cast.leader).filter(pk=case.pk).exists()
    for who in (cast.service_desk, cast.outsider, cast.quality_manager, cast.auditor):
        assert not Case.objects.visible_to(who).filter(pk=case.pk).exists()


def test_the_unit_that_several_similar_cases_are_with_is_proposed(cast, units, login):
    case = factories.make_outside_case(units.municipality)
    for proposed in (None, units.it.pk):
        factories.make_case(cast.it_leader, title="Hjemmetjenesten kom ikke til moren", place=units.it)
        form = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["form"]
        assert form.initial["unit"] == proposed


# Ready answers


@pytest.fixture
def template(db) -> AnswerTemplate:
    return AnswerTemplate.objects.create(
        name="Takk", text="Hei {navn}! {enhet} har fått sak {referanse}.", situation="sort"
    )


def test_a_ready_answer_is_put_in_and_nothing_typed_is_lost(case, template, cast, units, login):
    data = sorting(case, units, title="Min tittel", answer="Først dette.", template=template.pk, insert="1")
    html = login(cast.service_desk).post(f"/saker/{case.reference}/fordel/", data).content.decode()
    assert "Min tittel" in html
    assert "Først dette." in html
    assert f"Hei Kari Innbygger! Home care har fått sak {case.reference}." in html
    case.refresh_from_db()
    assert case.needs_triage


def test_enter_in_a_field_takes_the_step_and_puts_in_no_ready_answer(case, template, cast, login):
    html = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").content
    buttons = BeautifulSoup(html, "html.parser").select("main form button[type=submit]")
    assert [button.get("name") for button in buttons] == [None, "insert"]


def test_only_those_for_the_step_and_in_use_are_offered(case, template, cast, login):
    AnswerTemplate.objects.create(name="Lukket", text="Ferdig", situation="close")
    AnswerTemplate.objects.create(name="Gammel", text="Før", active=False)
    form = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["form"]
    assert [str(one) for one in form.templates()] == ["Takk"]


@pytest.mark.parametrize("text", ["Hei {fodselsnummer}", "Hei {}", "Hei {navn.__class__}"])
def test_a_place_that_can_not_be_filled_in_is_refused(text):
    with pytest.raises(ValidationError):
        AnswerTemplate(name="Feil", text=text).full_clean()


# Conversations


def test_a_conversation_is_recorded_and_sorted_in_one_go(cast, units, login):
    client = login(cast.service_desk)
    data = {
        "key": str(uuid.uuid4()),
        "kind": "positive",
        "description": "Ringte for å rose hjemmetjenesten.",
        "name": "Ola",
        "email": "ola@example.test",
        "unit": units.home_care.pk,
        "answer": "Jeg takket på vegne av dem.",
    }
    client.post("/innkommet/ny/", data)
    client.post("/innkommet/ny/", data)
    case = Case.objects.get()
    assert (case.channel, case.unit, case.needs_triage, case.reporter) == ("phone", units.home_care, False, None)
    assert case.answered_at
    assert Mail.objects.filter(to="ola@example.test", about=f"received:{case.reference}").count() == 1


@pytest.mark.parametrize(("change", "named"), [({"description": ""}, "description"), ({"email": "ola"}, "email")])
def test_a_wrong_conversation_is_refused(cast, login, change, named):
    data = {"key": str(uuid.uuid4()), "kind": "positive", "description": "Ros", **change}
    assert named in login(cast.service_desk).post("/innkommet/ny/", data).context["form"].errors
    assert not Case.objects.exists()


# What is not a case yet


def test_a_letter_is_registered_and_led_on_to_sorting(letter, cast, login):
    data = {"version": letter.version, "kind": "deviation", "text": "Hull i veien ved skolen", "email": "a@b.no"}
    answer = login(cast.service_desk).post(f"/innkommet/{letter.pk}/", data)
    case = Case.objects.get()
    assert answer["Location"] == f"/saker/{case.reference}/fordel/"
    assert login(cast.service_desk).post(f"/innkommet/{letter.pk}/", data).status_code == 404


def test_a_letter_is_put_away_with_a_reason(letter, cast, login):
    client = login(cast.service_desk)
    assert "reason" in client.post(f"/innkommet/{letter.pk}/legg-bort/", {"version": 1}).context["form"].errors
    client.post(f"/innkommet/{letter.pk}/legg-bort/", {"version": 1, "reason": "Reklame"})
    letter.refresh_from_db()
    assert letter.state == Intake.State.DISCARDED


# Everyone gets an answer


def sorted_case(case: Case, cast, units, kind: str = "positive") -> Case:
    case.triage(cast.service_desk, unit=units.home_care, kind=kind, title="Ros")
    case.assess(cast.leader, probability=None, consequence=None)
    return case


def test_no_case_from_outside_is_closed_without_an_answer(case, cast, units):
    sorted_case(case, cast, units)
    with pytest.raises(ValidationError) as refused:
        case.close(cast.leader)
    assert "answer" in refused.value.message_dict
    case.close(cast.leader, answer="Takk for rosen!")
    assert case.status == Case.Status.CLOSED


def test_who_is_refused_gets_the_reason_as_a_letter(case, cast):
    case.reject(cast.service_desk, reason="Dette hører til fylkeskommunen.")
    assert case.entries.get(kind=Entry.Kind.LETTER).text == "Dette hører til fylkeskommunen."
    assert not Case.objects.visible_to(cast.reporter).filter(pk=case.pk).exists()


def test_those_who_reported_the_same_follow_the_one_that_is_handled(case, cast, units):
    same = factories.make_outside_case(units.municipality, email="per@example.test", name="Per")
    same.mark_duplicate(cast.service_desk, of=case)
    Mail.objects.all().delete()
    sorted_case(case, cast, units).close(cast.leader, answer="Ordnet.")
    assert Mail.objects.filter(to="per@example.test").exists()
    assert "Ordnet" not in "".join(Mail.objects.filter(to="per@example.test").values_list("body", flat=True))


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        ("2026-11-30", 5, "2026-12-07"),
        ("2026-12-04", 1, "2026-12-07"),
        ("2026-12-23", 2, "2026-12-28"),
        ("2026-04-01", 1, "2026-04-07"),
        ("2026-05-15", 1, "2026-05-18"),
        ("2026-11-30", 0, "2026-11-30"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day, number, then):
    assert after_working_days(datetime.date.fromisoformat(day), number) == datetime.date.fromisoformat(then)
