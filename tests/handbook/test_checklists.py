"""Checklists filled in from the page, signed for good, and found again; a no is a deviation (G12)."""

import hashlib
import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from openpyxl import load_workbook
from wagtail.documents.models import Document as File

from cases.models import Case
from handbook import editions
from handbook.models import FilledChecklist, ProcedurePage
from organisation import clock
from organisation.history import StaleVersion
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
CHECKLIST = ("checklist", {"title": "Vernerunde", "items": ["Rømningsvei fri", "Slukker kontrollert"]})
FINE = [("yes", ""), ("not_relevant", "")]
BAD = [("no", "Esker foran døra."), ("yes", "")]


@pytest.fixture
def edition(pages: Any, cast: Any) -> Any:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body = [*paragraphs("Slik går runden."), CHECKLIST]
    return editions.publish(page, cast.process_owner, "Sjekkliste.", author=cast.editor)


@pytest.fixture
def begun(edition: Any, cast: Any) -> FilledChecklist:
    return FilledChecklist.begin(cast.reporter, edition, 1, cast.reporter.unit, uuid4())


def address(edition: Any, place: int = 1) -> str:
    return f"/d/{edition.document_code}/sjekkliste/{place}/"


def form(edition: Any, cast: Any, **more: Any) -> dict[str, Any]:
    answers = {"answer_0": "yes", "answer_1": "yes", "note_0": "", "note_1": ""}
    return {"key": uuid4(), "version": 1, "edition": edition.label, "unit": cast.reporter.unit_id, **answers, **more}


def test_the_page_offers_its_checklist_without_asking_the_database_more(
    edition: Any, pages: Any, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.reporter)
    for remembered in (pages.lost.url, edition.document.page.url):
        client.get(remembered)
    with django_assert_max_num_queries(20) as without:
        client.get(pages.lost.url)
    with django_assert_max_num_queries(len(without.captured_queries)):
        page = client.get(edition.document.page.url)
    assert address(edition) in page.content.decode()


def test_a_signed_checklist_is_found_again_with_edition_and_name(edition: Any, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    answer = client.post(address(edition), {**form(edition, cast), "sign": "1"}, follow=True)
    signed = FilledChecklist.objects.get()
    assert answer.redirect_chain == [(signed.get_absolute_url(), 302)]
    assert (signed.by, signed.edition.label, signed.noes) == (cast.reporter, edition.label, 0)
    assert signed.title in client.get("/sjekklister/?vis=mine").content.decode()
    assert not Case.objects.exists()


def test_a_no_opens_a_deviation_tied_to_page_edition_and_unit(edition: Any, cast: Any, login: Any) -> None:
    data = form(edition, cast, answer_0="no", note_0="Esker foran døra.", sign="1")
    page = login(cast.reporter).post(address(edition), data, follow=True).content.decode()
    case = Case.objects.get()
    assert (case.kind, case.unit, case.reporter) == (Case.Kind.DEVIATION, cast.reporter.unit, cast.reporter)
    assert (case.page_id, case.section) == (edition.document.page_id, "Vernerunde")
    assert "Esker foran døra." in case.description
    assert case.reference in page


def test_kept_answers_wait_for_the_same_person(edition: Any, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    client.post(address(edition), {**form(edition, cast, answer_1="", note_0="Sjekk igjen"), "keep": "1"})
    assert FilledChecklist.objects.get().signed_at is None
    page = client.get(address(edition)).content.decode()
    assert "Sjekk igjen" in page
    assert "Sjekk igjen" not in login(cast.colleague).get(address(edition)).content.decode()


def test_what_was_begun_is_found_and_signed_though_the_page_has_a_new_edition(
    edition: Any, cast: Any, begun: Any, login: Any
) -> None:
    page = ProcedurePage.objects.get(pk=edition.document.page_id)
    page.body = [*paragraphs("Nå er det annerledes."), ("checklist", {"title": "Vernerunde", "items": ["Ett punkt"]})]
    editions.publish(page, cast.process_owner, "Kortere.", author=cast.editor)
    client = login(cast.reporter)
    assert begun.form_url in client.get(begun.get_absolute_url()).content.decode()
    shown = client.get(begun.form_url)
    assert "Slukker kontrollert" in shown.content.decode()
    assert shown.context["newer"]
    assert login(cast.colleague).get(begun.form_url).url == address(edition)  # nobody begins on an old edition
    client.post(address(edition), {**form(edition, cast), "key": begun.key, "sign": "1"})
    begun.refresh_from_db()
    assert (begun.signed_at is not None, begun.edition) == (True, edition)


def test_what_is_begun_can_be_discarded_and_leaves_its_trace(cast: Any, begun: Any, login: Any) -> None:
    assert begun.title in login(cast.reporter).get("/min-side/").content.decode()
    assert begun.title not in login(cast.colleague).get("/min-side/").content.decode()
    login(cast.reporter).post(f"{begun.get_absolute_url()}kast/")
    assert not FilledChecklist.objects.exists()
    assert FilledChecklist.history.filter(history_type="-").get().history_user == cast.reporter


@pytest.mark.parametrize("who", ["colleague", "leader", "quality_manager"])
def test_nobody_discards_what_another_has_begun(cast: Any, begun: Any, login: Any, who: str) -> None:
    assert login(getattr(cast, who)).post(f"{begun.get_absolute_url()}kast/").status_code == 404
    with pytest.raises(PermissionDenied):
        begun.discard(getattr(cast, who))


def test_what_is_signed_is_not_discarded_or_deleted(cast: Any, begun: Any, login: Any) -> None:
    begun.sign(cast.reporter, FINE, unit=begun.unit, note="", version=1)
    for who in (cast.reporter, cast.leader):
        assert login(who).post(f"{begun.get_absolute_url()}kast/").status_code == 403
    with pytest.raises(ValidationError):
        begun.delete()
    assert FilledChecklist.objects.exists()


def test_the_register_is_narrowed_by_words_unit_answer_and_day(
    edition: Any, cast: Any, units: Any, begun: Any, login: Any
) -> None:
    begun.sign(cast.reporter, BAD, unit=begun.unit, note="", version=1)
    client = login(cast.quality_manager)
    day = clock.today().isoformat()
    for query, found in [
        (f"q={edition.document_code}", 1),
        ("q=vernerunde", 1),
        ("q=Reporter", 1),
        ("q=brannvern", 0),
        (f"enhet={units.home_care.pk}", 1),
        (f"enhet={units.it.pk}", 0),
        ("enhet=tull&fra=tull", 1),
        ("vis=nei", 1),
        ("vis=mine", 0),
        (f"fra={day}&til={day}", 1),
        ("til=2020-01-01", 0),
    ]:
        assert client.get(f"/sjekklister/?{query}").context["page"].paginator.count == found, query


def test_the_register_becomes_a_spreadsheet_of_what_one_may_read(cast: Any, begun: Any, login: Any) -> None:
    begun.sign(cast.reporter, [("no", "=1+1"), ("yes", "")], unit=begun.unit, note="", version=1)

    def sheets(who: Any) -> list[list[Any]]:
        book = load_workbook(io.BytesIO(login(who).get("/sjekklister/eksport.xlsx").content))
        return [list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book]

    rounds, points = sheets(cast.leader)
    assert (len(rounds), len(points)) == (1, 2)
    assert "'=1+1" in points[0]
    assert Case.objects.get().reference in points[0]
    assert sheets(cast.outsider) == [[], []]


def test_the_same_form_twice_is_one_checklist_and_one_deviation(edition: Any, cast: Any, login: Any) -> None:
    client, data = login(cast.reporter), form(edition, cast, answer_0="no", note_0="Esker.", sign="1")
    client.post(address(edition), data)
    again = client.post(address(edition), data)
    assert again.status_code == 302
    assert (FilledChecklist.objects.count(), Case.objects.count()) == (1, 1)


def test_signing_needs_every_answer_and_a_note_to_each_no(edition: Any, cast: Any, login: Any) -> None:
    data = form(edition, cast, answer_0="no", answer_1="", note_1="Husk dette", sign="1")
    page = login(cast.reporter).post(address(edition), data)
    assert set(page.context["form"].errors) == {"note_0", "answer_1"}
    assert "Husk dette" in page.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("field", ["unit", "answer_0", "key"])
def test_bad_input_is_refused_at_the_field(edition: Any, cast: Any, login: Any, field: str) -> None:
    page = login(cast.reporter).post(address(edition), {**form(edition, cast), field: "tull", "sign": "1"})
    assert field in page.context["form"].errors
    assert not FilledChecklist.objects.exists()


def test_a_change_in_another_window_is_not_overwritten(edition: Any, cast: Any, begun: Any, login: Any) -> None:
    begun.fill(cast.reporter, FINE, unit=begun.unit, note="Fra mobilen", version=1)
    with pytest.raises(StaleVersion):
        begun.fill(cast.reporter, BAD, unit=begun.unit, note="Fra PC", version=1)
    data = form(edition, cast, key=begun.key, version=1, note="Fra PC", keep="1")
    answer = login(cast.reporter).post(address(edition), data)
    assert answer.status_code == 409
    assert "Fra PC" in answer.content.decode()
    begun.refresh_from_db()
    assert begun.note == "Fra mobilen"


def test_what_is_signed_stays(cast: Any, begun: Any) -> None:
    begun.sign(cast.reporter, FINE, unit=begun.unit, note="", version=1)
    for act in (begun.fill, begun.sign):
        with pytest.raises(PermissionDenied):
            act(cast.reporter, BAD, unit=begun.unit, note="", version=begun.version)
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["colleague", "leader", "quality_manager", "administrator"])
def test_nobody_fills_in_for_another(cast: Any, begun: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        begun.sign(getattr(cast, who), FINE, unit=begun.unit, note="", version=1)


def test_who_may_read_is_the_same_for_a_row_and_for_the_list(cast: Any, begun: Any, login: Any) -> None:
    def readers() -> set[str]:
        everybody = vars(cast).values()
        by_row = {user.username for user in everybody if begun.can_be_read_by(user)}
        by_list = {u.username for u in everybody if FilledChecklist.objects.visible_to(u).filter(pk=begun.pk)}
        assert by_row == by_list
        return by_row

    assert readers() == {"reporter"}
    begun.sign(cast.reporter, FINE, unit=begun.unit, note="", version=1)
    assert readers() >= {"reporter", "leader", "deputy", "handler", "quality_manager", "auditor", "director"}
    assert not readers() & {"colleague", "outsider", "it_leader", "editor", "administrator"}
    assert login(cast.outsider).get(begun.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("place", [0, 7])
def test_a_place_without_a_checklist_is_not_found(edition: Any, cast: Any, login: Any, place: int) -> None:
    assert login(cast.reporter).get(address(edition, place)).status_code == 404
    with pytest.raises(ValidationError):
        FilledChecklist.begin(cast.reporter, edition, place, cast.reporter.unit, uuid4())


def test_the_list_asks_as_often_for_many_as_for_few(
    edition: Any, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.leader)

    def sign(number: int) -> None:
        for _round in range(number):
            found = FilledChecklist.begin(cast.reporter, edition, 1, cast.reporter.unit, uuid4())
            found.sign(cast.reporter, FINE, unit=found.unit, note="", version=1)

    sign(2)
    client.get("/sjekklister/")
    with django_assert_max_num_queries(12) as few:
        client.get("/sjekklister/")
    sign(20)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/sjekklister/")


def test_where_used_counts_what_is_in_force(edition: Any, pages: Any, cast: Any, login: Any) -> None:
    lost = ProcedurePage.objects.get(pk=pages.lost.pk)
    lost.body = [("text", f'<p>Se <a linktype="page" id="{pages.access.pk}">tilgang</a>.</p>')]
    lost.save_revision(user=cast.editor)
    used = f"/d/{edition.document_code}/brukt/"
    assert lost.title not in login(cast.reporter).get(used).content.decode()
    editions.publish(lost, cast.process_owner, "Lenke.", author=cast.editor)
    assert lost.title in login(cast.reporter).get(used).content.decode()


def test_where_used_lists_attachments_with_checksum_and_versions(pages: Any, cast: Any, login: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    for number in ("første", "andre"):
        file = File.objects.create(title=number, file=ContentFile(number.encode(), name=f"{number}.txt"))
        page.body = [("attachments", [{"document": file, "note": ""}])]
        editions.publish(page, cast.process_owner, number, author=cast.editor)
    shown = login(cast.reporter).get(f"/d/{page.document.document_id}/brukt/").context["attachments"]
    assert [[edition.label for edition in row.editions] for row in shown] == [["3"], ["2"]]
    assert shown[0].file.sha256 == hashlib.sha256(b"andre").hexdigest()


def test_where_used_of_what_was_never_in_force_is_not_found(pages: Any, cast: Any, login: Any) -> None:
    page = factories.make_procedure(pages.process, cast.quality_manager, publish=False)
    assert login(cast.reporter).get(f"/d/{page.document.document_id}/brukt/").status_code == 404
