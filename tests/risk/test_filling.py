"""The rows by plain forms, for those without script or with a screen reader (S55), and the threat library (G23)."""

import uuid

import pytest
from django.urls import reverse

from risk.models import Threat
from tests import factories


@pytest.fixture
def draft(cast):
    return factories.make_assessment(cast.leader, rows=3)


def to(name, assessment, row=None):
    return reverse(f"risk:{name}", args=[assessment.pk, *([row.key] if row else [])])


def filled_in(**cells):
    return {"threat": "Strømmen blir borte", "probability": "3", "consequence": "4", **cells}


def threats(assessment):
    return [row.threat for row in assessment.rows.live()]


def test_a_row_is_added_with_a_form_and_only_once(cast, draft, login):
    client = login(cast.leader)
    data = filled_in(key=str(uuid.uuid4()), law_breach="on", deadline="2099-12-31", preventive="Aggregat\r\nØvelse")
    for _time in range(2):
        assert client.post(to("new_row", draft), data).status_code == 302
    row = draft.rows.last()
    assert threats(draft)[3:] == ["Strømmen blir borte"]
    assert (row.score, row.law_breach, row.preventive) == (12, True, "Aggregat\nØvelse")


def test_a_row_is_added_below_another(cast, draft, login):
    first = draft.rows.first()
    login(cast.leader).post(f"{to('new_row', draft)}?etter={first.key}", filled_in())
    assert threats(draft)[1] == "Strømmen blir borte"
    login(cast.leader).post(f"{to('new_row', draft)}?etter=tull", filled_in(threat="Sist"))
    assert threats(draft)[-1] == "Sist"


def test_a_row_is_changed_with_a_form(cast, draft, login):
    row = draft.rows.first()
    client = login(cast.leader)
    page = client.get(to("edit_row", draft, row))
    assert page.context["form"].initial["threat"] == "Trussel 1"
    answer = client.post(to("edit_row", draft, row), filled_in(version=1, responsible=cast.handler.email))
    row.refresh_from_db()
    assert (answer.status_code, row.version) == (302, 2)
    assert (row.threat, row.responsible) == ("Strømmen blir borte", cast.handler)


@pytest.mark.parametrize("wrong", ["0", "6", "2,5", "mye", "=1+1"])
def test_a_wrong_number_is_told_beside_its_field_and_the_rest_stays(cast, draft, login, wrong):
    row = draft.rows.first()
    page = login(cast.leader).post(to("edit_row", draft, row), filled_in(version=1, probability=wrong))
    assert list(page.context["form"].errors) == ["probability"]
    assert "Strømmen blir borte" in page.content.decode()
    row.refresh_from_db()
    assert row.threat == "Trussel 1"


def test_a_stale_form_gets_409_with_both_texts(cast, draft, login):
    row = draft.rows.first()
    row.write(cast.deputy, threat="Stedfortreders tekst")
    page = login(cast.leader).post(to("edit_row", draft, row), filled_in(version=1))
    text = page.content.decode()
    assert (page.status_code, "Stedfortreders tekst" in text, "Strømmen blir borte" in text) == (409, True, True)
    row.refresh_from_db()
    assert row.threat == "Stedfortreders tekst"


def test_rows_are_moved_copied_removed_and_put_back(cast, draft, login):
    client = login(cast.leader)
    first, second, third = draft.rows.all()
    client.post(to("move_row", draft, third), {"to": "up"})
    client.post(to("move_row", draft, first), {"to": "down"})
    assert threats(draft) == [third.threat, first.threat, second.threat]
    client.post(to("move_row", draft, third), {"to": "up"})
    client.post(to("move_row", draft, second), {"to": "down"})
    assert threats(draft) == [third.threat, first.threat, second.threat], "there is nothing above the first"
    key = str(uuid.uuid4())
    for _time in range(2):
        client.post(to("duplicate_row", draft, third), {"key": key})
    assert threats(draft) == [third.threat, third.threat, first.threat, second.threat]
    client.post(to("remove_row", draft, first))
    page = client.get(draft.get_absolute_url()).content.decode()
    assert first.threat not in threats(draft)
    assert to("restore_row", draft, first) in page
    client.post(to("restore_row", draft, first))
    assert first.threat in threats(draft)


def test_only_those_who_may_and_only_while_it_is_a_draft(cast, draft, login):
    row = draft.rows.first()
    names = ("edit_row", "remove_row", "duplicate_row", "move_row", "restore_row")
    for name in names:
        assert login(cast.outsider).post(to(name, draft, row)).status_code == 404
        assert login(cast.auditor).post(to(name, draft, row)).status_code == 403
    decided = factories.make_decided(cast.leader)
    locked = decided.rows.get()
    client = login(cast.leader)
    for name in ("remove_row", "duplicate_row"):
        client.post(to(name, decided, locked))
    assert client.post(to("edit_row", decided, locked), filled_in(version=1)).status_code == 403
    assert client.post(to("new_row", decided), filled_in()).status_code == 403
    assert client.post(to("library", decided), {"threats": [1]}).status_code == 403
    assert decided.rows.live().count() == 1
    assert decided.rows.get().threat == locked.threat


def test_a_row_that_is_removed_has_no_form(cast, draft, login):
    row = draft.rows.first()
    row.remove(cast.leader)
    assert login(cast.leader).get(to("edit_row", draft, row)).status_code == 404
    assert login(cast.leader).post(reverse("risk:restore_row", args=[draft.pk, uuid.uuid4()])).status_code == 302


# The library


def test_rows_come_from_the_library_and_not_twice(cast, draft, login):
    factories.make_risk_template("Mal", threats=3)
    client = login(cast.leader)
    chosen = [threat.pk for threat in Threat.objects.all()[:2]]
    for _time in range(2):
        assert client.post(to("library", draft), {"threats": chosen}).status_code == 302
    assert threats(draft)[3:] == ["Kjent trussel 1", "Kjent trussel 2"]
    there = [known for _threat, known in client.get(to("library", draft)).context["threats"]]
    assert there == [True, True, False]


def test_the_library_is_searched(cast, draft, login):
    factories.make_risk_template("Mal", threats=3)
    page = login(cast.leader).get(to("library", draft), {"q": "trussel 3"})
    assert [threat.threat for threat, _there in page.context["threats"]] == ["Kjent trussel 3"]
    assert login(cast.leader).get(to("library", draft), {"q": "finnes ikke"}).context["threats"] == []


def test_a_threat_of_another_use_is_refused_and_none_is_asked_for(cast, draft, login):
    factories.make_risk_template("Annen mal", use="project")
    factories.make_risk_template("Mal")
    client = login(cast.leader)
    other = Threat.objects.get(template__name="Annen mal")
    for data in ({"threats": [other.pk]}, {"threats": ["tull"]}, {}):
        assert client.post(to("library", draft), data).context["form"].errors["threats"]
    assert len(threats(draft)) == 3
