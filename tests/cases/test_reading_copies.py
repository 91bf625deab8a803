"""A sealed case retold for colleagues; the case itself stays sealed (G18, S30)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.models import ReadingCopy
from organisation.history import StaleVersion
from tests import factories

LIST = "/saker/lesekopier/"


@pytest.fixture
def case(cast):
    return factories.make_case(
        cast.reporter, title="Reporter Testesen så fallet", description="Reporter ringte 91234567.", sealed=True
    )


@pytest.fixture
def copy(cast, case):
    copy = ReadingCopy.of(case)
    copy.write(cast.leader, title="Et fall på glatt gulv", text="Matten lå løst. Nå er den limt.")
    return copy


def test_it_begins_with_the_cases_own_texts_masked(login, cast, case):
    page = login(cast.leader).get(f"{case.get_absolute_url()}lesekopi/").content.decode()
    assert "▒▒▒ ▒▒▒ så fallet" in page or "▒▒▒ så fallet" in page
    assert "91234567" not in page.split("<textarea")[1].split("</textarea>")[0]


def test_written_previewed_published_read_and_withdrawn(login, cast, case):
    client, address = login(cast.leader), f"{case.get_absolute_url()}lesekopi/"
    sent = {"version": case.version, "title": "Et fall", "text": "Matten er limt."}
    assert client.post(address, sent).url == f"{address}se/"
    assert "Et fall" not in login(cast.outsider).get(LIST).content.decode()
    client.post(f"{address}se/", {"version": 1, "do": "publish"})
    copy = ReadingCopy.objects.get()
    assert "Et fall" in login(cast.outsider).get(LIST).content.decode()
    page = login(cast.outsider).get(copy.get_absolute_url()).content.decode()
    assert "Matten er limt." in page
    for secret in (case.reference, str(case.unit), "Testesen så", f"{case.received_at:%d.%m.%Y}"):
        assert secret not in page
    client.post(f"{address}se/", {"version": 2, "do": "withdraw"})
    assert login(cast.outsider).get(copy.get_absolute_url()).status_code == 404
    assert [entry.event for entry in case.entries.all()][-2:] == ["copy_published", "copy_withdrawn"]


def test_the_case_stays_sealed(login, cast, case, copy):
    copy.publish(cast.leader)
    assert login(cast.outsider).get(case.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("who", ["reporter", "outsider", "handler", "quality_manager", "it_leader", "auditor"])
def test_only_those_who_handle_the_sealed_case_write_and_publish(cast, copy, who):
    person = getattr(cast, who)
    for step in (lambda: copy.write(person, title="a", text="b"), lambda: copy.publish(person)):
        with pytest.raises(PermissionDenied):
            step()


@pytest.mark.parametrize("text", ["Ring 91234567.", "reporter testesen så det.", "Epost a@b.no", "{reference}"])
def test_it_is_not_published_with_names_or_numbers(cast, case, text):
    copy = ReadingCopy.of(case)
    copy.write(cast.leader, title="Et fall", text=text.format(reference=case.reference))
    with pytest.raises(ValidationError):
        copy.publish(cast.leader)
    assert not ReadingCopy.objects.published().exists()


def test_parts_of_names_and_health_are_pointed_out(login, cast, case, copy):
    copy.write(cast.leader, title="Et fall", text="Reporter hadde demens.")
    page = login(cast.leader).get(f"{case.get_absolute_url()}lesekopi/se/").content.decode()
    assert "Reporter, demens" in page


def test_a_changed_copy_must_be_published_again(cast, copy):
    copy.publish(cast.leader)
    copy.write(cast.leader, title="Et fall", text="Annet")
    assert not ReadingCopy.objects.published().exists()


def test_an_old_version_and_an_open_case_are_refused(cast, case, copy):
    with pytest.raises(StaleVersion):
        copy.publish(cast.leader, version=9)
    case.seal(cast.leader, sealed=False, reason="Ikke helse.")
    with pytest.raises(ValidationError):
        ReadingCopy.objects.get().publish(cast.leader)


@pytest.mark.parametrize("empty", [{"title": " ", "text": "x"}, {"title": "x", "text": ""}])
def test_an_empty_text_is_said_beside_the_field(login, cast, case, empty):
    answer = login(cast.leader).post(f"{case.get_absolute_url()}lesekopi/", {"version": case.version, **empty})
    assert answer.status_code == 200 and answer.context["form"].errors
    assert not ReadingCopy.objects.exists()
