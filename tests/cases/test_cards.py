"""Report cards on paper: numbered and printed, written in, joined, discarded (S33)."""

import io
import uuid

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.cards import numbers, printing
from cases.models import CardBatch, CardUpload, Case, Intake, ScannedCard
from organisation.history import StaleVersion
from tests import factories

pytestmark = pytest.mark.django_db

FACTS = {"kind": Case.Kind.DEVIATION, "text": "Lyset er slukket ved skolen."}
NOT_RECEIVERS = ["reporter", "leader", "director", "auditor", "editor", "administrator", "outsider"]


@pytest.fixture
def card(cast) -> ScannedCard:
    return factories.make_scanned_card(cast.service_desk)


# Numbers


@pytest.mark.parametrize(
    ("written", "number"), [("MK-00042", 42), ("mk 42", 42), (" 42 ", 42), ("", None), ("MK-", None), ("0", None)]
)
def test_a_number_is_read_as_people_write_it(written, number):
    assert numbers.read(written) == number


@pytest.mark.parametrize(
    "text", ["https://x.test/", "MK-00042", "https://x.test/?kort=MK-4", "https://x.test/?kort=42"]
)
def test_a_code_about_something_else_is_no_number(text):
    assert numbers.in_address(text) is None


def test_the_address_of_a_card_gives_its_number_back():
    assert numbers.in_address(numbers.address(123456)) == 123456


# Printing


def test_every_batch_goes_on_where_the_last_one_ended(cast):
    first, second = factories.make_cards(cast.service_desk, 20), factories.make_cards(cast.quality_manager, 1)
    assert (first.first, first.last, second.first, second.last) == (1, 20, 21, 21)
    assert str(first) == "MK-00001–MK-00020"


def test_a_double_click_makes_one_batch(cast):
    key = uuid.uuid4()
    made = [
        CardBatch.make(cast.service_desk, unit=cast.service_desk.unit, count=5, language="nb", key=key)
        for _click in range(2)
    ]
    assert made[0] == made[1]
    assert CardBatch.objects.count() == 1


@pytest.mark.parametrize("who", NOT_RECEIVERS)
def test_only_those_who_receive_print(cast, units, who):
    with pytest.raises(PermissionDenied):
        CardBatch.make(getattr(cast, who), unit=units.home_care, count=5, language="nb")


@pytest.mark.parametrize("count", [0, -1, 201])
def test_too_few_or_many_are_refused_and_no_number_is_used(cast, count):
    with pytest.raises(ValidationError):
        factories.make_cards(cast.service_desk, count)
    assert factories.make_cards(cast.service_desk, 1).first == 1


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_pdf_is_tagged_and_the_same_when_printed_again(cast, language):
    batch = CardBatch.make(cast.service_desk, unit=cast.service_desk.unit, count=3, language=language)
    first = printing.pdf_of(batch, "Gáivuotna – 雪 kommune")
    with pikepdf.open(io.BytesIO(first)) as document:
        assert len(document.pages) == 2
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith(language)


def test_the_cards_are_made_and_listed_on_the_page(login, cast, units):
    client = login(cast.service_desk)
    data = {"key": uuid.uuid4(), "count": 4, "unit": units.home_care.pk, "language": "nn"}
    page = client.post("/meldekort/", data, follow=True)
    assert "MK-00001–MK-00004" in page.content.decode()
    answer = client.get(f"/meldekort/{CardBatch.objects.get().pk}/pdf/")
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("wrong", [{"count": "500"}, {"count": "mange"}, {"unit": "999999"}, {"language": "se"}])
def test_a_wrong_order_comes_back_and_makes_nothing(login, cast, units, wrong):
    data = {"key": uuid.uuid4(), "count": 4, "unit": units.home_care.pk, "language": "nb", **wrong}
    page = login(cast.service_desk).post("/meldekort/", data)
    assert "ds-error-summary" in page.content.decode()
    assert not CardBatch.objects.exists()


# Writing in


def test_a_card_becomes_a_case_with_the_scan_on_it(card, cast):
    case = card.transcribe(cast.service_desk, number=1, name="Ola", **FACTS)
    assert (case.channel, case.needs_triage, case.correspondent.name) == (Case.Channel.CARD, True, "Ola")
    assert case.attachments.get().content_type == "image/jpeg"
    assert case.intakes.get().card_label == "MK-00001"


def test_the_number_is_shown_on_the_case(login, card, cast):
    case = card.transcribe(cast.service_desk, number=1, **FACTS)
    assert "MK-00001" in login(cast.service_desk).get(case.get_absolute_url()).content.decode()


def test_the_number_is_optional(cast):
    card = factories.make_scan(cast.service_desk, printed=False).cards().get()
    assert card.transcribe(cast.service_desk, number=None, **FACTS).intakes.get().card_number is None


@pytest.mark.parametrize("who", NOT_RECEIVERS)
def test_only_those_who_receive_see_and_write_in(card, cast, who):
    person = getattr(cast, who)
    assert not ScannedCard.objects.visible_to(person).exists()
    assert not CardUpload.objects.visible_to(person).exists()
    with pytest.raises(PermissionDenied):
        card.transcribe(person, number=1, **FACTS)
    with pytest.raises(PermissionDenied):
        card.turn(person, card.picture_id)
    assert not Case.objects.exists()


def test_a_number_nobody_printed_is_refused(card, cast):
    with pytest.raises(ValidationError, match="No card has this number|Ingen kort"):
        card.transcribe(cast.service_desk, number=999, **FACTS)
    assert not Case.objects.exists()
    card.intake.refresh_from_db()
    assert card.intake.card_number == 1


def test_the_same_card_scanned_twice_says_so_and_becomes_one_case(card, cast):
    again = factories.make_scan(cast.service_desk, printed=False).cards().get()
    Intake.objects.filter(pk=again.intake_id).update(card_number=1)
    again.refresh_from_db()
    assert "MK-00001" in again.remarks(cast.service_desk)[0]
    case = card.transcribe(cast.service_desk, number=1, **FACTS)
    assert case.reference in again.remarks(cast.service_desk)[0]
    with pytest.raises(ValidationError):
        again.transcribe(cast.service_desk, number=1, **FACTS)
    assert Case.objects.count() == 1


def test_the_remark_tells_nothing_of_a_case_the_reader_may_not_see(card, cast, units):
    again = factories.make_scan(cast.service_desk, printed=False).cards().get()
    Intake.objects.filter(pk=again.intake_id).update(card_number=1)
    again.refresh_from_db()
    case = card.transcribe(cast.service_desk, number=1, **FACTS)
    case.triage(cast.service_desk, unit=units.home_care, kind=case.kind, title="Sak", sealed=True)
    assert case.reference not in again.remarks(cast.service_desk)[0]


def test_two_people_at_once_make_one_case(card, cast):
    version = card.intake.version
    other = ScannedCard.objects.get(pk=card.pk)
    other.transcribe(cast.quality_manager, number=1, version=version, **FACTS)
    with pytest.raises(StaleVersion):
        card.transcribe(cast.service_desk, number=1, version=version, **FACTS)
    with pytest.raises(ValidationError):
        ScannedCard.objects.get(pk=card.pk).transcribe(cast.service_desk, number=1, **FACTS)
    assert Case.objects.count() == 1


def test_a_joined_page_is_a_side_of_the_card_before_it(cast):
    upload = factories.make_scan(cast.service_desk, 3)
    first, second, third = upload.cards()
    assert second.join(cast.service_desk) == first
    assert third.join(cast.service_desk) == first
    assert list(upload.cards()) == [first]
    case = upload.next_card().transcribe(cast.service_desk, number=1, **FACTS)
    assert case.attachments.count() == 3
    assert upload.next_card() is None


def test_a_split_card_is_as_it_was(cast):
    upload = factories.make_scan(cast.service_desk, 3)
    for card in list(upload.cards())[1:]:
        card.join(cast.service_desk)
    upload.cards().get().split(cast.service_desk)
    assert [card.intake.files.count() for card in upload.cards()] == [1, 1, 1]
    assert {card.intake.state for card in upload.cards()} == {Intake.State.WAITING}


def test_the_first_page_has_nothing_to_be_joined_to(card, cast):
    with pytest.raises(ValidationError):
        card.join(cast.service_desk)


def test_a_card_that_is_a_case_is_not_joined_split_or_turned(cast):
    first, second = factories.make_scan(cast.service_desk, 2).cards()
    second.transcribe(cast.service_desk, number=2, **FACTS)
    for change in (second.join, second.split, lambda by: second.turn(by, second.picture_id)):
        with pytest.raises(ValidationError):
            change(cast.service_desk)
    first.refresh_from_db()
    assert first.intake.files.count() == 1


# The page where it is written in


def sent(card: ScannedCard, **fields: object) -> dict[str, object]:
    return {"version": card.intake.version, "number": "MK-00001", **FACTS, **fields}


def test_saving_leads_to_the_next_card_and_then_to_the_pile(login, cast):
    upload = factories.make_scan(cast.service_desk, 2)
    first, second = upload.cards()
    client = login(cast.service_desk)
    assert client.post(first.get_absolute_url(), sent(first)).headers["Location"] == second.get_absolute_url()
    last = client.post(second.get_absolute_url(), sent(second, number="mk 2"))
    assert last.headers["Location"] == upload.get_absolute_url()
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"kind": "audit_finding"}, {"number": "førti"}, {"number": "900"}, {"email": "ola"}]
)
def test_what_is_wrong_is_said_and_nothing_is_lost(login, cast, card, wrong):
    page = login(cast.service_desk).post(card.get_absolute_url(), sent(card, name="Ola Hansen", **wrong))
    assert "ds-error-summary" in page.content.decode()
    assert "Ola Hansen" in page.content.decode()
    assert not Case.objects.exists()


def test_a_stale_save_gets_both_texts(login, cast, card):
    old = sent(card, text="Min tekst")
    with card.intake.changing(cast.quality_manager):
        pass
    answer = login(cast.service_desk).post(card.get_absolute_url(), old)
    assert answer.status_code == 409
    assert "Min tekst" in answer.content.decode()


def test_turning_the_picture_keeps_what_is_typed(login, cast, card):
    before = card.picture.sha256
    data = sent(card, turn=card.picture_id, text="Halvferdig", kind="")
    page = login(cast.service_desk).post(card.get_absolute_url(), data)
    assert "Halvferdig" in page.content.decode()
    assert "ds-error-summary" not in page.content.decode()
    card.picture.refresh_from_db()
    assert card.picture.sha256 != before
    assert login(cast.service_desk).post(card.get_absolute_url(), sent(card)).status_code == 302


@pytest.mark.parametrize("turn", ["x", "999999", "-1", "9" * 40])
def test_a_picture_of_another_card_is_not_turned(login, cast, card, turn):
    assert login(cast.service_desk).post(card.get_absolute_url(), sent(card, turn=turn)).status_code == 404


def test_it_is_discarded_with_a_reason_and_once(login, cast, card):
    client, address = login(cast.service_desk), f"{card.get_absolute_url()}forkast/"
    without = client.post(address, {"version": card.intake.version, "reason": ""})
    assert "ds-error-summary" in without.content.decode()
    client.post(address, {"version": card.intake.version, "reason": "Tomt kort"})
    card.intake.refresh_from_db()
    assert (card.intake.state, card.intake.reason) == (Intake.State.DISCARDED, "Tomt kort")
    assert "Tomt kort" in client.get(card.get_absolute_url()).content.decode()
    assert client.post(address, {"version": 1, "reason": "Igjen"}).status_code == 409


def test_a_scan_is_a_download_that_nobody_keeps_or_runs(login, cast, card):
    address = f"{card.get_absolute_url()}side/{card.picture_id}/"
    for query in ("", "?liten=1"):
        answer = login(cast.service_desk).get(address + query)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert login(cast.leader).get(address).status_code == 403


def test_the_scan_of_a_sealed_case_is_gone_for_those_who_may_not_read_it(login, cast, units, card):
    case = card.transcribe(cast.service_desk, number=1, **FACTS)
    client, scan = login(cast.service_desk), f"{card.get_absolute_url()}side/{card.picture_id}/"
    assert client.get(scan).status_code == 200
    case.triage(cast.service_desk, unit=units.home_care, kind=case.kind, title="Sak", sealed=True)
    assert client.get(scan).status_code == 404
    assert client.get(card.get_absolute_url()).status_code == 404
    pile = client.get(card.file.upload.get_absolute_url()).content.decode()
    assert case.reference not in pile
    assert "MK-00001" not in pile


def test_a_picture_is_found_on_its_own_card_only(login, cast):
    first, second = factories.make_scan(cast.service_desk, 2).cards()
    assert login(cast.service_desk).get(f"{first.get_absolute_url()}side/{second.picture_id}/").status_code == 404


@pytest.mark.parametrize("who", ["leader", "auditor", "reporter"])
def test_joining_and_splitting_are_shut_for_others(login, cast, who):
    _first, second = factories.make_scan(cast.service_desk, 2).cards()
    for step in ("sla-sammen", "del-opp"):
        answer = login(getattr(cast, who)).post(f"{second.get_absolute_url()}{step}/", {"version": 1})
        assert answer.status_code == 403
    assert second.file.cards.filter(joined_to=None).count() == 2


def test_joining_on_an_old_version_changes_nothing(login, cast):
    _first, second = factories.make_scan(cast.service_desk, 2).cards()
    with second.intake.changing(cast.quality_manager):
        pass
    login(cast.service_desk).post(f"{second.get_absolute_url()}sla-sammen/", {"version": 1})
    assert second.file.cards.filter(joined_to=None).count() == 2


def test_the_pile_takes_as_many_queries_for_thirty_cards_as_for_three(login, cast):
    client = login(cast.service_desk)
    counts = []
    for pages in (3, 30):
        upload = factories.make_scan(cast.service_desk, pages)
        client.get(upload.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(upload.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
