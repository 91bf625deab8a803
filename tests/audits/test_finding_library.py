"""The library of findings holds those of inspections too, each by its own right to read; and which audits are late."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, AuditFinding, InspectionFinding
from cases.models import Case
from organisation import clock
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def found(client, **query):
    answer = client.get(reverse("audits:findings"), query or {"alle": 1})
    assert answer.context["page"].paginator.count == len(answer.context["findings"])
    return answer.context["findings"]


@pytest.fixture
def both(cast, units):
    """One audit with two findings, one inspection with two, one municipal control with one."""
    factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", "minor")
    factories.make_reported(cast.leader, {"words": "Ikke kartlagt vold"}, {"grade": "remark", "words": "Rotete skap"})
    factories.make_reported(cast.it_leader, {"grade": "recommendation", "words": "Lag en plan"}, kind="municipal")


def test_findings_of_all_three_are_there_and_are_filtered(cast, units, both, login):
    client = login(cast.colleague)
    for query, number in (
        ({}, 5),
        ({"type": "revisjon"}, 2),
        ({"type": "state"}, 2),
        ({"type": "municipal"}, 1),
        ({"type": "tull"}, 5),
        ({"grad": "law_breach"}, 1),
        ({"grad": "major"}, 1),
        ({"q": "kartlagt vold"}, 1),
        ({"q": "arbeidstilsynet"}, 2),
        ({"enhet": units.it.pk}, 1),
        ({"punkt": "7.5"}, 0),
        ({"status": "open"}, 5),
        ({"status": "serious"}, 2),
        ({"ar": clock.today().year}, 5),
        ({"ar": clock.today().year, "type": "state"}, 2),
    ):
        assert len(found(client, **query)) == number, query


def test_what_is_late_is_urgent_too(cast, both, login):
    remark = InspectionFinding.objects.get(grade="remark")
    Case.objects.filter(pk=remark.case_id).update(deadline=clock.today() - DAY)
    client = login(cast.colleague)
    assert found(client, status="late") == [remark]
    assert len(found(client, status="urgent")) == 3


def test_a_draft_and_a_restricted_inspection_are_not_there(cast, units, login):
    draft = factories.make_inspection(cast.leader)
    factories.make_inspection_finding(draft, cast.leader)
    factories.make_reported(cast.leader, {"words": "Varsel om en ansatt"}, restricted=True)
    assert found(login(cast.colleague)) == []
    assert [one.words for one in found(login(cast.leader))] == ["Varsel om en ansatt"]
    assert found(login(cast.it_leader)) == []


def test_a_sealed_case_of_a_finding_is_not_linked_for_others(cast, both, login):
    finding = InspectionFinding.objects.get(grade="remark")
    finding.case.seal(cast.leader, sealed=True, reason="Helse.")
    text = login(cast.colleague).get(reverse("audits:findings"), {"grad": "remark"}).content.decode()
    assert "Rotete skap" in text and finding.case.reference not in text


def test_the_page_takes_a_fixed_number_of_queries(cast, units, both, login):
    client = login(cast.colleague)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            found(client)
        return len(captured)

    queries()
    few = queries()
    for number in range(3):
        factories.make_reported(cast.leader, {}, {}, title=f"Tilsyn {number}")
        factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "major", title=f"Revisjon {number}")
    assert queries() == few


def test_the_late_audits_are_those_that_say_they_are(cast, units):
    today = clock.today()
    for number, day in enumerate([today - 40 * DAY, today - DAY, today, today + 40 * DAY]):
        factories.make_audit(cast.quality_manager, units.it, cast.auditor, title=f"R {number}", starts_on=day)
    for month, year in ((1, today.year - 1), (today.month, today.year), (None, today.year), (None, today.year - 1)):
        audit = factories.make_audit(cast.quality_manager, units.it, cast.auditor, title=f"{month} {year}")
        Audit.objects.filter(pk=audit.pk).update(starts_on=None, ends_on=None, month=month, year=year)
    factories.make_reported_audit(
        cast.quality_manager, units.it, cast.auditor, "minor", starts_on=today - 3 * DAY, ends_on=today - 3 * DAY
    )
    late = set(Audit.objects.late())
    assert late == {audit for audit in Audit.objects.all() if audit.is_late}
    assert len(late) == 4


def test_serious_is_major_and_breach_of_law(cast, both):
    assert [one.grade for one in AuditFinding.objects.serious()] == ["major"]
    assert [one.grade for one in InspectionFinding.objects.serious()] == ["law_breach"]
