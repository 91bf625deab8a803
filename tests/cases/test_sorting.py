"""What is proposed when a case is sorted, and why; sending it back (S32)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.models import Case, Entry, Notice
from cases.permissions import Act, can
from cases.public_road import public_road, state_in_words
from organisation.history import StaleVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(units) -> Case:
    return factories.make_outside_case(units.municipality)


def proposed(case: Case, cast, login):
    return login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["proposal"]


# Proposals


def test_the_unit_that_has_had_most_of_the_similar_cases_is_proposed_with_them(cast, units, login):
    category = factories.make_category("renhold")
    alike = [
        factories.make_case(cast.leader, title="Søppelbøtta ved badeplassen renner over", category=category)
        for _number in range(2)
    ]
    factories.make_case(cast.it_leader, title="Søppelbøtta ved badeplassen er full")
    case = factories.make_outside_case(units.municipality, description="Søppelbøtta ved badeplassen er full igjen.")
    page = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/")
    proposal = page.context["proposal"]
    assert proposal.unit == units.home_care
    assert {other.reference for other in proposal.cases} == {other.reference for other in alike}
    assert page.context["form"].initial["category"] == category
    assert alike[0].reference in page.content.decode()


def test_what_is_not_sorted_itself_proposes_nothing(case, cast, units, login):
    factories.make_outside_case(units.municipality)
    assert proposed(case, cast, login) is None


def test_a_unit_named_in_the_text_is_proposed(cast, units, login):
    units.it.name = "Biblioteket"
    units.it.save()
    case = factories.make_outside_case(units.municipality, description="Døra på biblioteket er tung å åpne.")
    proposal = proposed(case, cast, login)
    assert (proposal.unit, proposal.cases) == (units.it, [])


def test_the_unit_that_owns_a_page_about_it_is_proposed(cast, units, handbook, login):
    chapter = handbook.get_children().first()
    page = factories.make_procedure(chapter, cast.editor, title="Brøyting av gangveier", owner_unit=units.it)
    factories.make_procedure(chapter, cast.editor, title="Brøyting av skolegårder om vinteren", publish=False)
    case = factories.make_outside_case(units.municipality, description="Brøytinga av gangveiene er for dårlig.")
    proposal = proposed(case, cast, login)
    assert (proposal.unit, proposal.page.pk) == (units.it, page.pk)


def test_the_words_of_what_was_written_count_for_those_who_read_it_whole(cast, units, login):
    text = "Kari i hjemmetjenesten sa at trygghetsalarmen mangler batteri."
    factories.make_case(cast.it_leader, title="Utstyr", description=text, place=units.it)
    case = factories.make_outside_case(units.municipality, description="Trygghetsalarmen mangler batteri")
    assert proposed(case, cast, login).unit == units.it
    assert login(cast.outsider).get("/meld/lignende/?q=trygghetsalarmen batteri").content.decode().count("/saker/") == 0


def test_a_sealed_case_is_never_a_ground(cast, units, login):
    factories.make_case(cast.it_leader, title="Hjemmetjenesten kom ikke til moren", place=units.it, sealed=True)
    case = factories.make_outside_case(units.municipality)
    page = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/")
    assert page.context["proposal"] is None
    assert page.context["similar"] == []


@pytest.mark.parametrize(
    ("text", "sealed"),
    [
        ("Naboen har fått diagnosen demens", True),
        ("Barnet ble utsatt for vold i skolegården", True),
        ("Ring meg, 010190 12345", True),
        ("Det er hull i veien ved kirka", False),
        ("Voldsomt regn fylte kjelleren", False),
    ],
)
def test_it_is_proposed_to_seal_what_is_about_health_or_violence(cast, units, login, text, sealed):
    case = factories.make_outside_case(units.municipality, description=text)
    form = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["form"]
    assert form.initial["sealed"] is sealed


# Sending back


def sorted_case(case: Case, cast, units) -> Case:
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Ikke hjelp")
    return case


def test_the_unit_sends_it_back_and_it_waits_in_the_queue_again(case, cast, units, login):
    sorted_case(case, cast, units)
    Notice.objects.all().delete()
    data = {"version": case.version, "reason": "Dette er veien sitt ansvar."}
    assert login(cast.leader).post(f"/saker/{case.reference}/tilbake/", data)["Location"] == "/saker/"
    case.refresh_from_db()
    assert (case.needs_triage, case.unit, case.handler) == (True, units.municipality, None)
    assert not can(cast.leader, Act.READ, case)
    assert Notice.objects.get().user == cast.service_desk
    page = login(cast.service_desk).get(case.get_absolute_url()).content.decode()
    assert "Dette er veien sitt ansvar." in page
    case.triage(cast.service_desk, unit=units.it, kind="deviation", title="Ikke hjelp")
    events = case.entries.filter(kind=Entry.Kind.EVENT).values_list("event", flat=True)
    assert list(events) == ["received", "sorted", "sent_back", "sorted"]


def test_the_person_outside_notices_nothing(case, cast, units):
    sorted_case(case, cast, units)
    before = state_in_words(case), public_road(case)
    mails = case.correspondent.links.count()
    case.send_back(cast.leader, reason="Ikke vårt.")
    assert (state_in_words(case), public_road(case)) == before
    assert case.correspondent.links.count() == mails


@pytest.mark.parametrize("who", ["reporter", "outsider", "it_leader", "auditor"])
def test_others_do_not_send_it_back(case, cast, units, login, who):
    sorted_case(case, cast, units)
    assert login(getattr(cast, who)).get(f"/saker/{case.reference}/tilbake/").status_code == 403
    with pytest.raises(PermissionDenied):
        case.send_back(getattr(cast, who), reason="x")


def test_it_is_sent_back_with_a_reason_once_and_not_on_something_older(case, cast, units):
    sorted_case(case, cast, units)
    with pytest.raises(ValidationError):
        case.send_back(cast.leader, reason=" ")
    with pytest.raises(StaleVersion):
        case.send_back(cast.leader, reason="Feil sted", version=case.version - 1)
    case.send_back(cast.leader, reason="Feil sted")
    with pytest.raises(PermissionDenied):
        case.send_back(cast.leader, reason="Feil sted")


def test_a_sealed_case_is_not_sent_to_those_who_may_not_read_it(case, cast, units):
    sorted_case(case, cast, units).seal(cast.leader, sealed=True, reason="Helse")
    case.say(cast.leader, "Bruker har diagnose X.", internal=True)
    with pytest.raises(PermissionDenied):
        case.send_back(cast.leader, reason="Feil sted")


def test_work_under_way_is_not_sent_back(case, cast, units):
    sorted_case(case, cast, units).assess(cast.leader, probability=2, consequence=2)
    case.set_cause(cast.leader, root_cause="Ingen kom.", cause=factories.make_cause())
    factories.make_action(case, cast.leader, cast.colleague)
    case.refresh_from_db()
    with pytest.raises(ValidationError):
        case.send_back(cast.leader, reason="Feil sted")


def test_a_case_from_inside_is_not_sent_to_the_service_desk(cast):
    with pytest.raises(PermissionDenied):
        factories.make_case(cast.reporter).send_back(cast.leader, reason="Feil sted")


# Ready answers


def test_a_ready_answer_for_another_kind_is_not_offered(case, cast, login):
    factories.make_template("Takk for rosen", kind="positive", situation="sort")
    factories.make_template("Takk", kind="deviation", situation="sort")
    factories.make_template("Takk på nynorsk", language="nn")
    form = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["form"]
    assert [str(one) for one in form.templates()] == ["Takk", "Takk på nynorsk (nynorsk)"]


def test_the_unit_in_the_answer_is_the_one_that_gets_the_case(case, cast, units):
    template = factories.make_template("Takk", text="Hei {navn}! {enhet} har fått saken.")
    assert template.filled_in(case, units.it) == "Hei Kari Innbygger! It har fått saken."
    case.correspondent.name = ""
    assert template.filled_in(case, units.it) == "Hei! It har fått saken."


def test_taking_a_case_up_again_offers_no_rejection(case, cast, units, login):
    factories.make_template("Ikke vårt", situation="reject")
    sorted_case(case, cast, units)
    assert login(cast.leader).get(f"/saker/{case.reference}/avvis/").context["form"].templates()
    case.reject(cast.leader, reason="Ikke vårt.")
    assert not login(cast.leader).get(f"/saker/{case.reference}/gjenapne/").context["form"].templates()


@pytest.mark.parametrize(("who", "status"), [("service_desk", 200), ("quality_manager", 200), ("editor", 302)])
def test_the_register_of_answers_is_for_those_who_answer(cast, login, who, status):
    assert login(getattr(cast, who)).get("/admin/cases/answertemplate/").status_code == status


def test_a_place_that_can_not_be_filled_in_is_refused_in_the_admin(cast, login):
    data = {
        "name": "Feil",
        "text": "Hei {fodselsnummer}",
        "situation": "",
        "kind": "",
        "language": "nb",
        "active": "on",
    }
    answer = login(cast.service_desk).post("/admin/cases/answertemplate/create/", data)
    assert "fodselsnummer" in answer.content.decode()
    assert answer.status_code == 200
