"""Review dates: extended with a reason, shown as a traffic light, and reminded of (G7)."""

import datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from wagtail.models import Page

from handbook import editions, reviews, work
from handbook.lights import Light, light
from handbook.models import Document, Edition, ProcedurePage, ReviewExtension
from home import my_page, waiting
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Absence, Reminder, RoleAssignment, User
from organisation.roles import Role
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
REASON = "Lest mot gjeldende lov; ingen avvik meldt siden sist."
DAY = datetime.timedelta(1)


def in_days(days: int) -> datetime.date:
    return clock.today() + days * DAY


def set_date(page: Any, day: datetime.date) -> Document:
    """As if the edition had been made long ago."""
    Document.objects.filter(page_id=page.pk).update(review_date=day)
    return Document.objects.get(page_id=page.pk)


@pytest.fixture
def late(pages: Any) -> Document:
    return set_date(pages.access, in_days(-1))


# Extending


def test_publishing_sets_the_date_that_counts(pages: Any) -> None:
    document = Document.objects.get(page_id=pages.access.pk)
    assert document.review_date == document.latest_edition().review_date
    assert document.light == Light.GREEN


def test_an_extension_moves_the_date_and_leaves_the_edition_as_it_was(late: Document, cast: Any) -> None:
    edition = late.latest_edition()
    extension = reviews.extend(late, cast.process_owner, until=in_days(200), reason=REASON)
    late.refresh_from_db()
    assert (late.review_date, late.light) == (in_days(200), Light.GREEN)
    assert (extension.old_date, extension.new_date, extension.edition) == (in_days(-1), in_days(200), edition)
    assert extension.by_name == str(cast.process_owner)
    assert late.latest_edition().is_intact()
    assert late.latest_edition().review_date == edition.review_date
    history = late.history.first()
    assert (history.history_change_reason, history.actor_label) == (REASON, str(cast.process_owner))
    assert ProcedurePage.objects.get(pk=late.page_id).review_date == in_days(200)


def test_those_who_look_after_the_system_may_too(late: Document, cast: Any) -> None:
    assert reviews.extend(late, cast.quality_manager, until=in_days(30), reason=REASON)


@pytest.mark.parametrize("who", ["leader", "it_leader", "outsider", "auditor", "administrator", "reporter"])
def test_others_may_not_extend(late: Document, cast: Any, login: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        reviews.extend(late, getattr(cast, who), until=in_days(30), reason=REASON)
    assert login(getattr(cast, who)).get(f"{late.get_absolute_url()}forleng/").status_code == 403


def test_a_process_owner_of_another_unit_may_not(late: Document, units: Any) -> None:
    other = factories.make_user("other_owner", units.home_care, Role.PROCESS_OWNER)
    with pytest.raises(PermissionDenied):
        reviews.extend(late, other, until=in_days(30), reason=REASON)


@pytest.mark.parametrize(
    ("days", "reason", "fields"),
    [
        (0, REASON, {"until"}),
        (-5, REASON, {"until"}),
        (400, REASON, {"until"}),
        (30, "", {"reason"}),
        (30, "  for kort  ", {"reason"}),
        (-1, "ok", {"until", "reason"}),
    ],
)
def test_what_is_refused_at_the_field(late: Document, cast: Any, days: int, reason: str, fields: set[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        reviews.extend(late, cast.process_owner, until=in_days(days), reason=reason)
    assert set(refused.value.message_dict) == fields
    late.refresh_from_db()
    assert late.review_date == in_days(-1)
    assert not ReviewExtension.objects.exists()


def test_a_date_is_never_moved_nearer(pages: Any, cast: Any) -> None:
    document = set_date(pages.access, in_days(100))
    with pytest.raises(ValidationError):
        reviews.extend(document, cast.process_owner, until=in_days(99), reason=REASON)


def test_a_withdrawn_page_is_not_reviewed(pages: Any, cast: Any, login: Any) -> None:
    factories.withdraw(pages.access)
    document = Document.objects.get(page_id=pages.access.pk)
    with pytest.raises(ValidationError):
        reviews.extend(document, cast.process_owner, until=in_days(30), reason=REASON)
    assert login(cast.process_owner).get(f"{document.get_absolute_url()}forleng/").status_code == 404
    assert login(cast.process_owner).get("/d/FL-9999/forleng/").status_code == 404


def test_an_extension_is_never_changed_or_deleted(late: Document, cast: Any) -> None:
    extension = reviews.extend(late, cast.process_owner, until=in_days(30), reason=REASON)
    for change in (
        lambda: ReviewExtension.objects.filter(pk=extension.pk).update(reason="Noe annet"),
        lambda: ReviewExtension.objects.filter(pk=extension.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_editorial_edition_keeps_the_extended_date_and_a_substantial_one_starts_anew(
    pages: Any, late: Document, cast: Any
) -> None:
    reviews.extend(late, cast.process_owner, until=in_days(77), reason=REASON)
    pages.access.body = paragraphs("Skrivefeil rettet.")
    assert editions.publish(pages.access, cast.approver, "Skrivefeil.", major=False).review_date == in_days(77)
    pages.access.body = paragraphs("Noe helt nytt.")
    editions.publish(pages.access, cast.approver, "Nytt.", author=cast.process_owner)
    late.refresh_from_db()
    assert late.review_date == editions.months_after(clock.today(), 12)


# The form


def sent(document: Document, **fields: Any) -> dict[str, Any]:
    return {"until": in_days(60).isoformat(), "reason": REASON, "shown": document.review_date.isoformat(), **fields}


def test_the_form_extends_and_leads_back(late: Document, cast: Any, login: Any) -> None:
    client = login(cast.process_owner)
    address = f"{late.get_absolute_url()}forleng/"
    assert client.get(address).status_code == 200
    assert client.post(address, sent(late)).headers["Location"] == late.get_absolute_url()
    assert REASON in client.get(f"{late.get_absolute_url()}versjoner/").content.decode()


def test_what_was_typed_is_kept_beside_what_is_wrong(late: Document, cast: Any, login: Any) -> None:
    answer = login(cast.process_owner).post(f"{late.get_absolute_url()}forleng/", sent(late, reason="Lest & ok"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Lest &amp; ok" in html
    assert 'aria-invalid="true"' in html


def test_two_at_once_do_not_overwrite_each_other(late: Document, cast: Any, login: Any) -> None:
    address, form = f"{late.get_absolute_url()}forleng/", sent(late)
    assert login(cast.process_owner).post(address, form).status_code == 302
    answer = login(cast.quality_manager).post(address, {**form, "reason": "Min egen begrunnelse her"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Min egen begrunnelse her" in html
    assert REASON in html
    assert ReviewExtension.objects.count() == 1
    with pytest.raises(StaleVersion):
        reviews.extend(late, cast.process_owner, until=in_days(90), reason=REASON, shown=in_days(-1))


def test_cases_since_the_page_was_decided_are_counted_and_sealed_ones_hidden(
    pages: Any, late: Document, cast: Any
) -> None:
    for _n in range(2):
        factories.make_case(cast.reporter, page=pages.access)
    hidden = factories.make_case(cast.reporter, page=pages.access)
    hidden.seal(cast.leader if hidden.unit == cast.leader.unit else cast.it_leader, sealed=True, reason="Privat")
    edition = late.latest_edition()
    assert reviews.cases_since(late, edition, cast.process_owner) == reviews.CaseCount(open=2, closed=0)
    assert reviews.cases_since(late, edition, cast.reporter).total == 3


# The light


@pytest.mark.parametrize(
    ("days", "shown"),
    [(-1, Light.RED), (0, Light.YELLOW), (60, Light.YELLOW), (61, Light.GREEN), (None, None)],
)
def test_the_light_follows_the_date(days: int | None, shown: Light | None) -> None:
    today = datetime.date(2026, 3, 1)
    assert light(None if days is None else today + days * DAY, today) == shown


@pytest.mark.parametrize(("days", "shown"), [(-1, Light.RED), (0, Light.YELLOW), (60, Light.YELLOW), (61, Light.GREEN)])
def test_the_same_light_is_found_in_the_database(pages: Any, days: int, shown: Light) -> None:
    document = set_date(pages.access, in_days(days))
    assert document.light == shown
    assert [found for found in Light if document in Document.objects.with_light(found)] == [shown]


def test_page_process_and_chapter_say_the_light_in_words(pages: Any, late: Document, cast: Any, login: Any) -> None:
    client = login(cast.outsider)
    for address in (pages.access.url, pages.process.url, pages.chapter.url):
        assert "light--red" in client.get(address).content.decode()
        assert str(Light.RED.label) in client.get(address).content.decode()


# The list


def listed(client: Any, query: str = "") -> list[str]:
    return [edition.document.number for edition in client.get(f"/gjennomgang/{query}").context["page"]]


def test_overdue_comes_first_and_the_address_narrows(pages: Any, late: Document, cast: Any, login: Any) -> None:
    client = login(cast.outsider)
    assert listed(client)[0] == "5.1.1"
    assert listed(client, "?lys=red") == ["5.1.1"]
    assert listed(client, "?kapittel=5&sorter=number") == ["5", "5.1", "5.1.1", "5.1.2"]
    assert listed(client, f"?type=procedure&enhet={cast.it_leader.unit_id}&sorter=number") == ["5.1.1", "5.1.2"]
    assert listed(client, f"?enhet={cast.leader.unit_id}") == []


@pytest.mark.parametrize("query", ["?enhet=x&lys=blue&kapittel=99&type=tull&sorter=--&s=x", "?enhet=999999", "?s=-4"])
def test_nonsense_in_the_address_is_left_out(pages: Any, cast: Any, login: Any, query: str) -> None:
    assert len(listed(login(cast.outsider), query)) == len(Edition.objects.in_force())


def test_only_those_who_may_are_offered_to_act(late: Document, cast: Any, login: Any) -> None:
    offered = f"{late.get_absolute_url()}forleng/"
    assert offered in login(cast.process_owner).get("/gjennomgang/").content.decode()
    assert offered in login(cast.quality_manager).get("/gjennomgang/").content.decode()
    html = login(cast.outsider).get("/gjennomgang/").content.decode()
    assert offered not in html
    assert "/admin/pages/" not in html
    assert "trekk-tilbake" not in html


def test_the_export_has_the_same_rows_and_no_formulas(pages: Any, late: Document, cast: Any, login: Any) -> None:
    pages.lost.title = "=HYPERLINK(1)"
    editions.publish(pages.lost, cast.approver, "Prøve.", author=cast.process_owner)
    answer = login(cast.outsider).get("/gjennomgang/eksport.xlsx?type=procedure")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows[1:]] == ["5.1.1", "5.1.2"]
    assert rows[2][2] == "'=HYPERLINK(1)"
    assert rows[1][7].date() == in_days(-1)


def test_the_admin_and_my_page_follow_the_date_that_counts(late: Document, cast: Any, units: Any) -> None:
    assert [edition.document for edition in work.overdue(cast.process_owner)] == [late]
    assert "5.1.1" in my_page.red_items(cast.it_leader, units.it)[0].title
    reviews.extend(late, cast.process_owner, until=in_days(200), reason=REASON)
    assert list(work.overdue(cast.process_owner)) == []
    assert my_page.red_items(cast.it_leader, units.it) == []


def many(pages: Any, number: int) -> None:
    """More documents in force, made cheaply."""
    template, chapter = Page.objects.get(pk=pages.lost.pk), Page.objects.get(pk=pages.chapter.pk)
    made = Page.objects.bulk_create(
        Page(
            path=f"{chapter.path}9{n:03d}" if n < 1000 else f"{chapter.path}A{n - 1000:03d}",
            depth=chapter.depth + 1,
            title=f"Side {n}",
            slug=f"s-{n}",
            url_path=f"{chapter.url_path}s-{n}/",
            live=True,
            content_type=template.content_type,
            locale=template.locale,
        )
        for n in range(number)
    )
    documents = Document.objects.bulk_create(
        Document(document_id=f"T-{page.pk}", page=page, number="5.9", title=page.title, review_date=in_days(n - 900))
        for n, page in enumerate(made)
    )
    edition = Edition.objects.get(document__page_id=pages.lost.pk)
    rows = []
    for document in documents:
        row = Edition(
            **{f.attname: getattr(edition, f.attname) for f in Edition._meta.concrete_fields if f.name != "id"}
        )
        row.approval, row.document, row.document_code = None, document, document.document_id
        rows.append(row)
    Edition.objects.bulk_create(rows)


def queries(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_for_two_thousand_documents(pages: Any, cast: Any, login: Any) -> None:
    client = login(cast.quality_manager)
    few = queries(client, "/gjennomgang/")
    many(pages, 1_990)
    assert queries(client, "/gjennomgang/") <= few
    assert few <= 14
    with CaptureQueriesContext(connection) as captured:
        assert waiting.reviews_due(cast.process_owner)
    assert len(captured) <= 4


# Who is told


def test_the_owner_is_told_once_for_each_occasion(pages: Any, cast: Any) -> None:
    document = set_date(pages.access, in_days(60))
    assert reviews.remind_due() == 1
    assert reviews.remind_due() == 0
    reminder = Reminder.objects.get()
    assert (reminder.user, reminder.url) == (cast.process_owner, document.get_absolute_url())
    set_date(pages.access, in_days(61))
    assert reviews.remind_due() == 0


def test_the_mail_names_the_page_and_leads_to_it(
    pages: Any, cast: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.BASE_URL = "https://felles.example"
    document = set_date(pages.access, in_days(-1))
    with django_capture_on_commit_callbacks(execute=True):
        reviews.remind_due()
    (sent_mail,) = mail.outbox
    assert sent_mail.to == [cast.process_owner.email]
    assert "5.1.1 Tilgang til fagsystem" in sent_mail.subject
    assert f"https://felles.example{document.get_absolute_url()}" in sent_mail.body


@pytest.mark.parametrize(
    ("today", "occasion"),
    [
        ((2026, 1, 1), ""),
        ((2026, 4, 1), "60"),
        ((2026, 5, 16), "60"),
        ((2026, 5, 17), "14"),
        ((2026, 5, 30), "14"),
        ((2026, 5, 31), "0"),
        ((2026, 6, 29), "0"),
        ((2026, 6, 30), "late1"),
        ((2026, 7, 30), "late1"),
        ((2026, 7, 31), "late2"),
        ((2027, 5, 31), "late12"),
    ],
)
def test_the_occasions_of_a_review_date(today: tuple[int, int, int], occasion: str) -> None:
    assert reviews.occasion(datetime.date(2026, 5, 31), datetime.date(*today)) == occasion


def test_a_late_review_is_told_once_however_late(late: Document) -> None:
    Document.objects.filter(pk=late.pk).update(review_date=in_days(-400))
    assert reviews.remind_due() == 1


def test_a_unit_without_owner_asks_the_one_above_and_then_the_caretakers(pages: Any, cast: Any, units: Any) -> None:
    owners = reviews.Owners()
    assert owners.at(units.it.path) == [cast.process_owner]
    assert owners.at(units.zone.path) == [cast.approver]
    RoleAssignment.objects.get(user=cast.approver).delete()
    assert reviews.Owners().at(units.home_care.path) == [cast.quality_manager]


def test_who_reviews_is_shown_all_three_ways_on(late: Document, cast: Any, login: Any) -> None:
    html = login(cast.process_owner).get(f"/d/{late.document_id}/forleng/").content.decode()
    assert 'method="post"' in html
    assert f"/admin/pages/{late.page_id}/edit/" in html
    assert f"/d/{late.document_id}/trekk-tilbake/" in html


def test_while_the_owner_is_away_it_is_the_deputys(late: Document, cast: Any) -> None:
    absence = Absence.begin(
        cast.process_owner,
        person=cast.process_owner,
        deputy=cast.outsider,
        first_day=clock.today(),
        last_day=in_days(3),
    )
    deputy, owner = (User.objects.get(pk=person.pk) for person in (cast.outsider, cast.process_owner))
    assert len(waiting.reviews_due(deputy)) == 1
    assert waiting.reviews_due(owner) == []
    assert reviews.remind_due() == 1
    assert Reminder.objects.get(about__startswith="review:").user == cast.outsider
    absence.end(cast.process_owner)
    assert waiting.reviews_due(User.objects.get(pk=cast.outsider.pk)) == []


def test_it_waits_for_the_owner_and_for_nobody_else(late: Document, cast: Any, login: Any) -> None:
    (task,) = waiting.reviews_due(cast.process_owner)
    assert "5.1.1" in task.title
    assert (task.deadline, task.due.tone) == (in_days(-1), "bad")
    assert task in waiting.of(cast.process_owner)
    assert task.title in login(cast.process_owner).get("/min-side/").content.decode()
    for other in (cast.editor, cast.quality_manager, cast.it_leader, cast.leader, cast.reporter, cast.auditor):
        assert waiting.reviews_due(other) == []


def test_a_person_without_documents_costs_no_query(cast: SimpleNamespace) -> None:
    assert not cast.reporter.right_paths("x")
    with CaptureQueriesContext(connection) as captured:
        assert waiting.reviews_due(cast.reporter) == []
    assert len(captured) == 0
