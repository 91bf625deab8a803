"""A file that was uploaded wrongly to an inspection is taken away: by whom, until when, and what stays."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits import changes
from audits.models import InspectionFile, InspectorAccess
from cases.uploads import CleanFile
from organisation import clock
from organisation.history import StaleVersion
from tests import factories

pytestmark = pytest.mark.django_db
WHY = "Hører til en annen sak"


def make_file(by, inspection, name="journal.txt") -> InspectionFile:
    (file,) = InspectionFile.keep(by, inspection, [CleanFile(name, "text/plain", b"hei")], "document")
    return file


@pytest.fixture
def file(cast):
    return make_file(cast.leader, factories.make_reported(cast.leader))


def at(name, file) -> str:
    return reverse(f"audits:{name}", args=[file.inspection.kind, file.inspection_id, file.pk])


def test_nobody_opens_it_any_more_and_the_trace_stays(cast, file, login):
    assert login(cast.outsider).get(file.get_absolute_url()).status_code == 200
    sent = {"reason": WHY, "version": file.version}
    answer = login(cast.leader).post(at("take_away_file", file), sent)
    assert answer.status_code == 302
    for person in (cast.outsider, cast.leader, cast.quality_manager, cast.administrator):
        assert login(person).get(file.get_absolute_url()).status_code == 404
    file.refresh_from_db()
    assert (file.taken_away_by, file.taken_away_reason) == (cast.leader, WHY)
    told = changes.of_inspection(file.inspection)[0]
    assert (told.who, told.why) == (cast.leader.get_full_name(), WHY)
    assert "journal.txt" in told.record and told.changes
    page = login(cast.leader).get(file.inspection.get_absolute_url()).content.decode()
    assert "journal.txt" in page and WHY in page and f'href="{file.get_absolute_url()}"' not in page
    assert "journal.txt" not in login(cast.outsider).get(file.inspection.get_absolute_url()).content.decode()


def test_it_can_be_put_back_until_the_inspection_is_closed(cast, file, login):
    file.take_away(cast.leader, reason=WHY)
    login(cast.deputy).post(at("put_back_file", file), {"version": file.version})
    file.refresh_from_db()
    assert not file.is_taken_away and file.taken_away_reason == ""
    assert login(cast.outsider).get(file.get_absolute_url()).status_code == 200
    assert file.history.filter(taken_away_reason=WHY).exists()
    file.take_away(cast.leader, reason=WHY)
    _close(cast, file)
    with pytest.raises(ValidationError):
        file.put_back(cast.leader)
    assert InspectionFile.objects.get(pk=file.pk).is_taken_away


@pytest.mark.parametrize("person", ["outsider", "colleague", "auditor", "it_leader", "administrator"])
def test_only_those_who_keep_the_inspection(cast, file, login, person):
    who = getattr(cast, person)
    for attempt in (lambda: file.take_away(who, reason=WHY), lambda: file.put_back(who)):
        with pytest.raises(PermissionDenied):
            attempt()
    client = login(who)
    assert client.get(at("take_away_file", file)).status_code == 403
    assert client.post(at("take_away_file", file), {"reason": WHY, "version": 1}).status_code == 403
    assert client.post(at("put_back_file", file), {"version": 1}).status_code == 403
    file.refresh_from_db()
    assert not file.is_taken_away
    page = client.get(file.inspection.get_absolute_url()).content.decode()
    assert at("take_away_file", file) not in page


def test_it_is_not_there_for_those_who_may_not_read_the_inspection(cast, login):
    file = make_file(cast.leader, factories.make_reported(cast.leader, restricted=True))
    client = login(cast.outsider)
    assert client.get(at("take_away_file", file)).status_code == 404
    assert client.post(at("put_back_file", file)).status_code == 404


def test_who_is_responsible_may_too(cast):
    file = make_file(cast.leader, factories.make_reported(cast.leader, responsible=cast.reporter))
    file.take_away(cast.reporter, reason=WHY)
    assert file.is_taken_away


def test_not_when_the_inspection_is_closed(cast, file, login):
    _close(cast, file)
    with pytest.raises(ValidationError):
        file.take_away(cast.leader, reason=WHY)
    client = login(cast.leader)
    answer = client.post(at("take_away_file", file), {"reason": WHY, "version": file.version})
    assert answer.status_code == 200 and WHY in answer.content.decode()
    assert not InspectionFile.objects.get(pk=file.pk).is_taken_away
    assert at("take_away_file", file) not in client.get(file.inspection.get_absolute_url()).content.decode()


def test_not_twice(cast, file, login):
    shown = file.version
    file.take_away(cast.leader, reason=WHY)
    with pytest.raises(ValidationError):
        file.take_away(cast.deputy, reason="En annen grunn")
    with pytest.raises(StaleVersion):
        file.take_away(cast.deputy, reason="En annen grunn", version=shown)
    answer = login(cast.deputy).post(at("take_away_file", file), {"reason": "En annen grunn", "version": shown})
    assert answer.status_code == 409 and "En annen grunn" in answer.content.decode()
    assert InspectionFile.objects.get(pk=file.pk).taken_away_reason == WHY
    file.put_back(cast.leader)
    with pytest.raises(ValidationError):
        file.put_back(cast.leader)


def test_a_stale_button_puts_nothing_back(cast, file, login):
    file.take_away(cast.leader, reason=WHY)
    login(cast.leader).post(at("put_back_file", file), {"version": file.version - 1})
    assert InspectionFile.objects.get(pk=file.pk).is_taken_away


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_asked_for(cast, file, login, reason):
    with pytest.raises(ValidationError) as error:
        file.take_away(cast.leader, reason=reason)
    assert set(error.value.message_dict) == {"reason"}
    answer = login(cast.leader).post(at("take_away_file", file), {"reason": reason, "version": file.version})
    assert set(answer.context["form"].errors) == {"reason"}
    assert not InspectionFile.objects.get(pk=file.pk).is_taken_away


def test_a_file_of_another_inspection_is_not_found(cast, file, login):
    other = factories.make_inspection(cast.leader)
    address = reverse("audits:take_away_file", args=[other.kind, other.pk, file.pk])
    assert login(cast.leader).get(address).status_code == 404


def test_an_inspector_from_outside_does_not_see_it(cast, file, client):
    today = clock.today()
    days = {"valid_from": today, "valid_to": today + datetime.timedelta(1)}
    access, token = InspectorAccess.give(
        cast.leader, file.inspection, name="Marte", email="m@tilsyn.example", authority="DSB", **days
    )
    thing = access.show(cast.leader, file=file)
    address = reverse("audits:inspector_thing", args=[token, thing.pk])
    assert client.get(address).status_code == 200
    file.take_away(cast.leader, reason=WHY)
    assert client.get(address).status_code == 404
    assert file.name not in client.get(reverse("audits:inspector", args=[token])).content.decode()
    access.hide(cast.leader, thing)
    with pytest.raises(ValidationError):
        access.show(cast.leader, file=file)


def _close(cast, file) -> None:
    inspection = file.inspection
    inspection.write_answer(cast.leader, text="Svar", day=clock.today())
    inspection.close(cast.leader, day=clock.today())
