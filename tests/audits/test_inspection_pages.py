"""Inspections in the browser: registers, filters, Excel, the page and its steps, without script."""

import datetime
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from audits.models import Inspection
from organisation import clock
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)
STATE, MUNICIPAL = Inspection.Kind.STATE, Inspection.Kind.MUNICIPAL


def body(client, address):
    return client.get(address).content.decode()


def step(name, inspection, *more):
    return reverse(f"audits:{name}", args=[inspection.kind, inspection.pk, *more])


def test_from_notice_to_answer_in_the_browser(cast, units, login):
    client, today = login(cast.leader), clock.today()
    notice = {
        "key": uuid.uuid4(),
        "authority": factories.make_authority().pk,
        "title": "Vold og trusler",
        "unit": units.home_care.pk,
        "responsible": "leader",
        "notice_date": today.isoformat(),
        "files": SimpleUploadedFile("varsel.txt", b"Vi kommer"),
    }
    answer = client.post(reverse("audits:register_inspection", args=[STATE]), notice)
    inspection = Inspection.objects.get()
    assert answer["Location"] == inspection.get_absolute_url() == f"/revisjoner/tilsyn/{inspection.pk}/"
    assert inspection.files.get().kind == "notice"
    finding = {"grade": "law_breach", "words": "Ikke kartlagt", "unit": units.home_care.pk, "number": "1"}
    client.post(step("new_finding", inspection), finding)
    assert "Ikke kartlagt" in body(client, step("record_report", inspection))
    inspection.refresh_from_db()
    report = {"report_date": today.isoformat(), "answer_deadline": (today + 9 * DAY).isoformat()}
    client.post(step("record_report", inspection), {**report, "version": inspection.version})
    case = inspection.findings.get().case
    page = body(login(cast.outsider), inspection.get_absolute_url())
    assert "Ikke kartlagt" in page and case.reference in page
    assert case.reference in body(client, step("write_answer", inspection))
    inspection.refresh_from_db()
    sent = {"text": "Vi kartlegger.", "day": today.isoformat(), "version": inspection.version}
    client.post(step("write_answer", inspection), sent)
    assert "Vi kartlegger." in body(client, inspection.get_absolute_url())
    assert "Ikke kartlagt" in body(client, case.get_absolute_url())
    assert "Vold og trusler" in body(client, case.get_absolute_url())


def test_nothing_typed_is_lost_when_it_is_refused(cast, login):
    inspection = factories.make_inspection(cast.leader)
    today = clock.today()
    answer = login(cast.leader).post(
        step("record_visit", inspection), {"visit_from": today, "visit_to": today - DAY, "version": inspection.version}
    )
    assert answer.status_code == 200
    assert (today - DAY).isoformat() in answer.content.decode()
    assert set(answer.context["form"].errors) == {"visit_to"}


def test_a_stale_form_gets_both_texts(cast, login):
    inspection = factories.make_reported(cast.leader)
    shown = inspection.version
    inspection.change(cast.deputy, title="Nytt navn")
    sent = {"text": "Mitt lange svar", "day": clock.today().isoformat(), "version": shown}
    answer = login(cast.leader).post(step("write_answer", inspection), sent)
    assert answer.status_code == 409 and "Mitt lange svar" in answer.content.decode()


def test_a_file_of_a_wrong_kind_is_refused(cast, login):
    inspection = factories.make_inspection(cast.leader)
    bad = SimpleUploadedFile("program.exe", b"MZ")
    data = {"kind": "report", "files": bad, "version": inspection.version}
    answer = login(cast.leader).post(step("add_inspection_files", inspection), data)
    assert answer.context["form"].errors["files"] and not inspection.files.exists()


def test_files_are_for_those_who_read_the_inspection(cast, login):
    inspection = factories.make_inspection(cast.leader)
    file = SimpleUploadedFile("rapport.txt", b"hei")
    login(cast.leader).post(
        step("add_inspection_files", inspection), {"kind": "report", "files": file, "version": inspection.version}
    )
    address = inspection.files.get().get_absolute_url()
    assert login(cast.outsider).get(address).status_code == 404
    answer = login(cast.auditor).get(address)
    assert b"".join(answer.streaming_content) == b"hei"
    assert answer["X-Content-Type-Options"] == "nosniff" and "attachment" in answer["Content-Disposition"]


def test_the_kind_in_the_address_must_be_the_right_one(cast, login):
    inspection = factories.make_inspection(cast.leader)
    assert login(cast.leader).get(f"/revisjoner/egenkontroll/{inspection.pk}/").status_code == 404


def test_the_three_kinds_are_apart(cast, login, units):
    factories.make_inspection(cast.leader, title="Et tilsyn")
    factories.make_inspection(cast.leader, title="En egenkontroll", kind=MUNICIPAL)
    factories.make_sheet(cast.leader, units.home_care, title="En egensjekk")
    client = login(cast.leader)
    titles = ("Et tilsyn", "En egenkontroll", "En egensjekk")
    addresses = ("/revisjoner/tilsyn/", "/revisjoner/egenkontroll/", "/revisjoner/internkontroll/")
    shown = [[title in body(client, address) for title in titles] for address in addresses]
    assert shown == [[True, False, False], [False, True, False], [False, False, True]]
    assert all(title in body(client, "/revisjoner/") for title in titles)
    assert not any(title in body(login(cast.outsider), "/revisjoner/") for title in titles)


def test_late_ones_come_first_and_the_filters_find(cast, units, login):
    today = clock.today()
    factories.make_reported(cast.leader, title="Senere", days=30)
    late = factories.make_reported(cast.leader, title="Forfalt", days=3)
    factories.make_inspection(cast.leader, title="Varslet", law="Opplæringsloven")
    factories.make_reported(cast.it_leader, {"words": "Brannmuren er åpen"}, title="Nettet")
    client, address = login(cast.quality_manager), reverse("audits:inspections", args=[STATE])
    with clock.set_to(clock.now() + 5 * DAY):
        titles = [row.title for row in client.get(address).context["page"]]
        assert titles == ["Forfalt", "Nettet", "Senere", "Varslet"]
        for query, expected in (
            ("forfalt=on", {"Forfalt"}),
            ("q=brannmuren", {"Nettet"}),
            ("q=opplæringsloven", {"Varslet"}),
            (f"enhet={units.home_care.pk}", {"Forfalt", "Senere", "Varslet"}),
            ("status=noticed", {"Varslet"}),
            (f"ar={today.year - 5}", set()),
            ("status=tull&enhet=99999&ar=x", {"Forfalt", "Senere", "Varslet", "Nettet"}),
        ):
            assert {row.title for row in client.get(f"{address}?{query}").context["page"]} == expected, query
    late.write_answer(cast.leader, text="Svar", day=today)
    late.close(cast.leader, day=today)
    assert {row.title for row in client.get(f"{address}?status=closed").context["page"]} == {"Forfalt"}


def test_filters_are_remembered(cast, login):
    client, address = login(cast.leader), reverse("audits:inspections", args=[STATE])
    client.get(f"{address}?status=every")
    assert client.get(address)["Location"].endswith("?status=every")
    assert client.get(f"{address}?alle=1").status_code == 200
    assert client.get(address).status_code == 200


def test_excel_has_what_the_list_shows(cast, login):
    factories.make_reported(cast.leader, title="=HYPERLINK()")
    factories.make_reported(cast.leader, title="Skjult", restricted=True)
    address = reverse("audits:inspections_export", args=[STATE])
    lines = list(load_workbook(io.BytesIO(login(cast.outsider).get(address).content)).active.values)
    assert [line[0] for line in lines[1:]] == ["'=HYPERLINK()"]
    assert lines[1][11:] == (1, 1)


def test_the_control_committee_reads_and_gets_no_buttons(cast, units, login):
    control = factories.make_inspection(cast.quality_manager, kind=MUNICIPAL, restricted=True)
    client = login(factories.make_user("kontroll", units.municipality, Role.CONTROL_BODY))
    page = body(client, control.get_absolute_url())
    assert step("record_report", control) not in page and step("change_inspection", control) not in page
    for name in ("record_report", "change_inspection", "new_finding", "add_inspection_files", "give_access"):
        assert client.get(step(name, control)).status_code == 403
    assert client.get(reverse("audits:register_inspection", args=[MUNICIPAL])).status_code == 403
    assert "Vold og trusler" in body(client, "/revisjoner/egenkontroll/")


def test_history_tells_who_did_what(cast, login):
    inspection = factories.make_reported(cast.leader)
    inspection.move_deadline(cast.deputy, deadline=clock.today() + 40 * DAY, reason="Avtalt på telefon")
    page = body(login(cast.leader), step("inspection_history", inspection))
    assert "Avtalt på telefon" in page and cast.deputy.get_full_name() in page


def test_a_sealed_case_of_an_open_inspection_is_not_named(cast, login):
    inspection = factories.make_reported(cast.leader)
    case = inspection.findings.get().case
    case.seal(cast.leader, sealed=True, reason="Helse")
    assert case.reference not in body(login(cast.outsider), inspection.get_absolute_url())
    assert case.reference in body(login(cast.leader), inspection.get_absolute_url())


@pytest.mark.parametrize("number", [1, 6])
def test_pages_take_a_fixed_number_of_queries(cast, units, login, number, django_assert_num_queries):
    for _time in range(number):
        inspection = factories.make_reported(cast.leader, *[{}] * number)
    client, address = login(cast.leader), reverse("audits:inspections", args=[STATE])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    with django_assert_num_queries(10):
        client.get(inspection.get_absolute_url())
