"""An inspection as PDF: what it says, to whom, and how many questions it costs the database."""

import contextlib
import datetime

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits import inspection_printing
from audits.inspection_days import days_of
from organisation import clock
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def pdf_of(client, inspection):
    return client.get(reverse("audits:inspection_pdf", args=[inspection.kind, inspection.pk]))


def text_of(answer) -> str:
    """The words of the PDF on one line."""
    with contextlib.closing(pypdfium2.PdfDocument(answer.content)) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.replace("\u200b", "").split())


def test_it_tells_of_the_inspection_from_notice_to_answer(cast, login):
    today = clock.today()
    finding = {"words": "Faren for vold er ikke kartlagt.", "basis": "aml. § 4-3", "number": "2"}
    facts = {"law": "Arbeidsmiljøloven", "scope": "Hjemmebesøk om natten", "contact": "Inspektør Vik"}
    inspection = factories.make_reported(cast.leader, finding, **facts)
    inspection.write_answer(cast.leader, text="Vi kartlegger nå.", day=today)
    case = inspection.findings.get().case
    answer = pdf_of(login(cast.outsider), inspection)
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    assert f"tilsyn-vold-og-trusler-{today.year}.pdf" in answer["Content-Disposition"]
    text = text_of(answer)
    for said in (
        *finding.values(),
        *facts.values(),
        "Arbeidstilsynet",
        "Lovbrudd 2",
        "Vi kartlegger nå.",
        "Svar sendt",
    ):
        assert said in text, said
    assert f"{case.reference}: {case.get_status_display()}" in text
    assert cast.outsider.get_full_name() in text  # who printed it


def test_the_page_leads_to_it(cast, login):
    inspection = factories.make_reported(cast.leader)
    address = reverse("audits:inspection_pdf", args=[inspection.kind, inspection.pk])
    assert f'href="{address}"' in login(cast.outsider).get(inspection.get_absolute_url()).content.decode()


def test_a_municipal_control_has_what_the_council_decided(cast):
    control = factories.make_reported(cast.leader, {"grade": "recommendation"}, kind="municipal")
    control.record_council(cast.leader, day=clock.today(), resolution="Rådmannen svarer innen mai.")
    said = str(inspection_printing.printout(control, reader=cast.leader))
    assert "Rådmannen svarer innen mai." in said
    assert inspection_printing.filename_of(control).startswith("egenkontroll-")


@pytest.mark.parametrize("facts", [{}, {"restricted": True}])
def test_it_is_for_those_who_read_the_inspection(cast, login, facts):
    inspection = factories.make_reported(cast.leader, **facts) if facts else factories.make_inspection(cast.leader)
    for person, status in (("outsider", 404), ("colleague", 404), ("leader", 200), ("auditor", 200)):
        assert pdf_of(login(getattr(cast, person)), inspection).status_code == status, person
    assert "Begrenset innsyn" in text_of(pdf_of(login(cast.leader), inspection)) or not facts


def test_the_control_committee_reads_a_municipal_control_and_not_an_inspection(cast, units, login):
    client = login(factories.make_user("kontroll", units.municipality, Role.CONTROL_BODY))
    control = factories.make_inspection(cast.quality_manager, kind="municipal", restricted=True)
    assert pdf_of(client, control).status_code == 200
    assert pdf_of(client, factories.make_inspection(cast.quality_manager)).status_code == 404


def test_the_kind_in_the_address_must_be_the_right_one(cast, login):
    inspection = factories.make_reported(cast.leader)
    assert login(cast.leader).get(f"/revisjoner/egenkontroll/{inspection.pk}/pdf/").status_code == 404


def test_a_sealed_case_is_not_named_for_those_who_may_not_know_of_it(cast, login):
    inspection = factories.make_reported(cast.leader)
    case = inspection.findings.get().case
    case.seal(cast.leader, sealed=True, reason="Helse")
    text = text_of(pdf_of(login(cast.outsider), inspection))
    assert case.reference not in text and "Følges opp i en skjermet sak." in text
    assert case.reference in text_of(pdf_of(login(cast.leader), inspection))


def test_without_a_report_and_without_findings_it_says_so(cast):
    noticed = factories.make_inspection(cast.leader)
    assert "ikke kommet" in str(inspection_printing.printout(noticed, reader=cast.leader))
    noticed.record_report(cast.leader, report_date=clock.today())
    assert "har ingen funn" in str(inspection_printing.printout(noticed, reader=cast.leader))


def test_every_day_is_there_also_what_was_done_twice(cast):
    today = clock.today()
    inspection = factories.make_inspection(cast.leader, notice_date=today - 9 * DAY)
    inspection.record_visit(cast.leader, first=today - 8 * DAY, last=today - 7 * DAY)
    inspection.record_report(cast.leader, report_date=today - 6 * DAY, answer_deadline=today)
    inspection.move_deadline(cast.leader, deadline=today + DAY, reason="Utsatt på telefon")
    inspection.write_answer(cast.leader, text="Første svar", day=today - DAY)
    inspection.take_up_again(cast.leader, reason="De vil vite mer")
    inspection.change(cast.leader, title="Nytt navn")
    inspection.write_answer(cast.leader, text="Andre svar", day=today + 2 * DAY)
    inspection.close(cast.leader, day=today + 3 * DAY)
    days = days_of(inspection)
    assert [(row.on - today).days for row in days] == [-9, -8, -6, -1, 0, 0, 2, 3]
    assert [row.note for row in days if row.note] == ["Utsatt på telefon", "De vil vite mer"]


def test_the_number_of_queries_does_not_grow_with_the_findings(cast):
    counts = []
    for number in (1, 1, 6):  # the first time the rights of the reader are found
        inspection = factories.make_reported(cast.leader, *[{}] * number)
        with CaptureQueriesContext(connection) as queries:
            inspection_printing.printout(inspection, reader=cast.outsider)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_what_looks_like_markup_is_text(cast, login):
    inspection = factories.make_reported(cast.leader, {"words": '#read("/etc/passwd") *$x$'}, title="#import [x]")
    assert "#import [x]" in text_of(pdf_of(login(cast.leader), inspection))
