"""Reporting over HTTP (G16, G18, S20): three fields suffice, nothing typed is lost, once is once."""

import uuid

import pytest
from django.urls import reverse

from cases.models import Case
from tests import factories

URL = "/meld/"


def fields(person, **more):
    return {
        "key": str(uuid.uuid4()),
        "kind": "deviation",
        "description": "Glatt trapp.",
        "place": person.unit_id,
        **more,
    }


@pytest.fixture
def page(cast, handbook):
    body = [("purpose", "Bare den som trenger det, skal ha tilgang."), ("heading", "Slik gjør vi det")]
    return factories.make_procedure(
        handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit, body=body
    )


def test_three_fields_make_a_case(login, cast):
    answer = login(cast.reporter).post(URL, fields(cast.reporter), follow=True)
    case = Case.objects.get()
    assert answer.request["PATH_INFO"] == reverse("cases:receipt", args=[case.reference])
    assert case.reference in answer.content.decode()
    assert (case.reporter, case.unit, case.title) == (cast.reporter, cast.reporter.unit, "Glatt trapp")


def test_the_form_is_preset_to_my_unit_and_what_the_link_says(login, cast, page):
    form = login(cast.reporter).get(URL, {"side": page.document.document_id, "type": "improvement"}).context["form"]
    assert form["place"].value() == cast.reporter.unit_id
    assert form["kind"].value() == "improvement"
    assert form.for_document == page.document


@pytest.mark.parametrize("query", [{"side": "FL-9999"}, {"type": "ros_measure"}, {"seksjon": "<script>"}])
def test_nonsense_in_the_link_still_gives_a_form(login, cast, query):
    answer = login(cast.reporter).get(URL, query)
    assert answer.status_code == 200
    assert answer.context["form"]["kind"].value() == "deviation"
    assert b"<script>alert" not in answer.content


def test_a_report_from_a_page_is_tied_to_page_edition_and_section(login, cast, page):
    toc = page.document.edition_in_force().toc
    section = toc[0][1] if toc else ""
    posted = fields(cast.reporter, document=page.document.document_id, section=section)
    login(cast.reporter).post(URL, posted)
    case = Case.objects.get()
    assert case.page_id == page.pk
    assert case.edition_label == page.document.edition_in_force().label
    assert case.section == section
    assert case.page_owner == cast.it_leader.unit


def test_the_same_form_sent_twice_is_one_case(login, cast):
    client, posted = login(cast.reporter), fields(cast.reporter)
    first, second = client.post(URL, posted), client.post(URL, posted)
    assert Case.objects.count() == 1
    assert first.url == second.url


def test_somebody_elses_key_gives_no_case_and_no_look_at_theirs(login, cast):
    posted = fields(cast.reporter)
    login(cast.reporter).post(URL, posted)
    assert login(cast.outsider).post(URL, {**posted, "place": cast.outsider.unit_id}).status_code == 404
    assert Case.objects.count() == 1


@pytest.mark.parametrize("missing", ["kind", "description", "place", "key"])
def test_a_missing_field_is_said_beside_it_and_the_rest_kept(login, cast, missing):
    posted = fields(cast.reporter, title="Min tittel")
    del posted[missing]
    answer = login(cast.reporter).post(URL, posted)
    assert not Case.objects.exists()
    assert missing in answer.context["form"].errors
    assert "Min tittel" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "audit_finding"},
        {"place": "99999"},
        {"consequence": "6"},
        {"occurred_at": "2999-01-01T10:00"},
        {"key": "not-a-key"},
        {"title": "x" * 121},
    ],
)
def test_a_wrong_value_makes_no_case(login, cast, wrong):
    answer = login(cast.reporter).post(URL, fields(cast.reporter, **wrong))
    assert answer.status_code == 200
    assert not Case.objects.exists()


def test_status_unit_and_reporter_do_not_come_from_the_form(login, cast, units):
    posted = fields(cast.reporter, status="closed", unit=units.it.pk, reporter=cast.leader.pk, reference="2000-00001")
    login(cast.reporter).post(URL, posted)
    case = Case.objects.get()
    assert (case.status, case.unit, case.reporter) == ("received", cast.reporter.unit, cast.reporter)
    assert case.reference != "2000-00001"


@pytest.mark.parametrize("text", ["Bruker 010199 12345 falt.", "Bruker 01019912345 falt.", "Ring 912 34 567."])
def test_personal_data_is_warned_about_first_and_nothing_is_lost(login, cast, text):
    client, posted = login(cast.reporter), fields(cast.reporter, description=text, title="Fall")
    answer = client.post(URL, posted)
    assert not Case.objects.exists()
    page = answer.content.decode()
    assert text in page and "Fall" in page and 'name="send_anyway"' in page
    client.post(URL, {**posted, "send_anyway": "on"})
    assert Case.objects.get().description == text


def test_a_sealed_report_is_not_warned_about_and_seen_by_few(login, cast):
    posted = fields(cast.reporter, description="Bruker 01019912345 falt.", sealed="on")
    login(cast.reporter).post(URL, posted)
    case = Case.objects.get()
    assert case.sealed
    assert login(cast.colleague).get(case.get_absolute_url()).status_code == 404
    assert login(cast.reporter).get(case.get_absolute_url()).status_code == 200


def test_send_anyway_is_not_offered_before_there_is_something_to_warn_about(login, cast):
    assert b"send_anyway" not in login(cast.reporter).get(URL).content


def test_channel_and_reporter_are_not_for_the_form_to_say(login, cast):
    login(cast.reporter).post(URL, fields(cast.reporter, channel="phone", reporter=cast.leader.pk, needs_triage="on"))
    case = Case.objects.get()
    assert (case.channel, case.reporter, case.needs_triage) == ("form", cast.reporter, False)


def test_the_form_says_who_sees_what_and_where_it_goes(login, cast):
    page = login(cast.reporter).get(URL).content.decode()
    assert str(cast.reporter.unit) in page


def test_the_receipt_is_the_reporters_alone(login, cast):
    case = factories.make_case(cast.reporter)
    url = reverse("cases:receipt", args=[case.reference])
    assert login(cast.reporter).get(url).status_code == 200
    assert login(cast.colleague).get(url).status_code == 404


def test_reporting_demands_login(client, db):
    assert client.get(URL).status_code == 302
    assert client.post(URL, {"description": "x"}).status_code == 302
    assert not Case.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(login, cast, method):
    assert getattr(login(cast.reporter), method)(URL).status_code == 405


def test_control_characters_are_refused(login, cast):
    assert login(cast.reporter).post(URL, fields(cast.reporter, description="a\x00b")).status_code == 400


def test_similar_cases_show_while_typing_but_never_sealed_ones(login, cast):
    shown = factories.make_case(cast.reporter, title="Vikar hadde tilgang til journal")
    hidden = factories.make_case(cast.reporter, title="Vikar hadde tilgang til journal hjemme", sealed=True)
    page = login(cast.leader).get("/meld/lignende/", {"q": "en vikar med tilgang til journalen"}).content.decode()
    assert shown.reference in page
    assert hidden.reference not in page


def test_too_little_text_finds_nothing_similar(login, cast):
    factories.make_case(cast.reporter, title="Vikar hadde tilgang")
    assert b"href" not in login(cast.leader).get("/meld/lignende/", {"q": "vikar"}).content
