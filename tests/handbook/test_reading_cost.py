"""What a procedure page costs, and that what all readers share is never old (issue 7): in another node, on the very next
request, without a message between them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.template import Context, Template
from django.test import Client

from cases.models import Following, Question
from handbook import editions
from handbook.models import Confirmation, HandbookIndexPage, ReadingDuty
from organisation.generation import Generation
from organisation.models import RoleAssignment, User
from organisation.remembering import remembered
from organisation.roles import Role
from organisation.templatetags import fragments
from risk.models import Link
from tests import factories


@pytest.fixture
def pages(handbook: HandbookIndexPage, cast: SimpleNamespace) -> SimpleNamespace:
    chapter = handbook.get_children().get(slug="stotteprosesser").specific
    body = [("purpose", "<p>Følg regelen.</p>")]
    return SimpleNamespace(
        chapter=chapter,
        page=factories.make_procedure(chapter, cast.editor, body=body),
        other=factories.make_procedure(chapter, cast.editor, title="Tapt utstyr"),
    )


@pytest.fixture
def page(pages: SimpleNamespace, cast: Any) -> Any:
    """A procedure with all its life: cases, a duty to read it, a risk that is tied to it, somebody who follows it."""
    page = pages.page
    factories.make_case(cast.reporter, page=page)
    ReadingDuty.require(cast.quality_manager, page.document, unit=cast.reporter.unit)
    risk = factories.make_risk(factories.make_assessment(cast.leader), cast.leader)
    Link.tie(cast.leader, risk, page=page)
    Following.objects.create(user=cast.reporter, page=page)
    return page


class Nodes:
    """Two processes: each remembers for itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.stores = [LocMemCache(f"node {number}", {}) for number in range(2)]

    def get(self, number: int, address: str) -> str:
        caches["shared"] = self.stores[number]
        return self.client.get(address, follow=True).content.decode()


@pytest.fixture
def nodes(cast: Any, login: Any) -> Any:
    before = caches["shared"]
    nodes = Nodes(login(cast.reporter))
    for store in nodes.stores:
        store.clear()
    yield nodes
    caches["shared"] = before


def confirm(page: Any, user: User) -> None:
    Confirmation.give(user, page.document, page.document.latest_edition().label)


def test_at_most_eight_queries(page: Any, cast: Any, login: Any, django_assert_max_num_queries: Any) -> None:
    confirm(page, cast.reporter)
    client = login(cast.reporter)
    client.get(page.url)
    with django_assert_max_num_queries(8):
        client.get(page.url)


def test_as_few_while_the_reader_is_asked_to_confirm_it(
    page: Any, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.reporter)
    client.get(page.url)
    with django_assert_max_num_queries(8):
        assert 'id="bekreft"' in client.get(page.url).content.decode()


def test_as_few_in_a_large_tree_with_many_cases(
    page: Any, pages: SimpleNamespace, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        factories.make_procedure(pages.chapter, cast.editor, title=f"Rutine {number}")
        factories.make_case(cast.colleague, page=page)
    confirm(page, cast.reporter)
    client = login(cast.reporter)
    client.get(page.url)
    with django_assert_max_num_queries(8):
        client.get(page.url)


class TestTwoNodes:
    """A change in one is seen in the other, on the next request."""

    @pytest.fixture(autouse=True)
    def both_have_it(self, nodes: Nodes, page: Any) -> None:
        for number in range(2):
            assert "Tilgang til fagsystem" in nodes.get(number, page.url)

    def test_a_publication(self, nodes: Nodes, page: Any, cast: Any) -> None:
        page.body = [("purpose", "<p>Den nye regelen.</p>")]
        editions.publish(page, cast.approver, note="Ny regel", major=True)
        for number in range(2):
            assert "Den nye regelen" in nodes.get(number, page.url)
            assert "Følg regelen" not in nodes.get(number, page.url)

    def test_a_new_page_in_the_menu(self, nodes: Nodes, page: Any, pages: SimpleNamespace, cast: Any) -> None:
        factories.make_procedure(pages.chapter, cast.editor, title="Helt ny rutine")
        assert "Helt ny rutine" in nodes.get(1, page.url)

    def test_a_new_name_in_the_menu(self, nodes: Nodes, page: Any, pages: SimpleNamespace, cast: Any) -> None:
        other = pages.other
        other.title = "Savnet utstyr"
        editions.publish(other, cast.approver, note="Nytt navn", major=False)
        shown = nodes.get(1, page.url)
        assert "Savnet utstyr" in shown
        assert "Tapt utstyr" not in shown

    def test_a_withdrawal(self, nodes: Nodes, page: Any, pages: SimpleNamespace) -> None:
        factories.withdraw(pages.other)
        assert "Tapt utstyr" not in nodes.get(1, page.url)

    def test_a_withdrawn_page_says_so(self, nodes: Nodes, page: Any) -> None:
        factories.withdraw(page)
        assert "Trukket tilbake" in nodes.get(1, page.document.get_absolute_url())

    def test_a_move(self, nodes: Nodes, page: Any, pages: SimpleNamespace, handbook: Any) -> None:
        pages.other.move(handbook.get_children().get(slug="hovedprosesser"), "last-child")
        assert "Tapt utstyr" not in nodes.get(1, page.url).split("<main")[1].split("</nav>")[0]

    def test_new_numbers(self, nodes: Nodes, page: Any, pages: SimpleNamespace, handbook: Any) -> None:
        before = page.document.number
        pages.other.refresh_from_db()
        pages.other.move(page, "left")
        page.document.refresh_from_db()
        assert page.document.number != before
        assert f'<span class="num">{page.document.number}</span>' in nodes.get(1, page.url)

    def test_who_leads_the_unit_that_owns_it(self, nodes: Nodes, page: Any, cast: Any) -> None:
        for role in RoleAssignment.objects.filter(unit=page.owner_unit, role=Role.UNIT_LEADER):
            role.delete()
        RoleAssignment.objects.create(user=cast.handler, unit=page.owner_unit, role=Role.UNIT_LEADER)
        assert str(cast.handler) in nodes.get(1, page.url)

    def test_a_unit_with_a_new_name(self, nodes: Nodes, page: Any, cast: Any) -> None:
        unit = cast.reporter.unit
        unit.name = "Hjemmehjelpen"
        unit.save()
        assert "Hjemmehjelpen" in nodes.get(1, page.url)

    def test_a_question_that_is_asked_of_who_reports(self, nodes: Nodes, page: Any) -> None:
        Question.objects.create(page=page, text="Hvor mange så det?", type="number", for_deviation=True)
        assert "Hvor mange så det?" in nodes.get(1, page.url)

    def test_a_right_that_is_given_and_taken(self, nodes: Nodes, page: Any, cast: Any) -> None:
        assert "/admin/" not in nodes.get(1, page.url)
        given = RoleAssignment.objects.create(
            user=cast.reporter, unit=page.owner_unit.get_root(), role=Role.QUALITY_EDITOR
        )
        assert "/admin/" in nodes.get(1, page.url)
        given.delete()
        assert "/admin/" not in nodes.get(1, page.url)

    def test_a_case_is_there_at_once(self, nodes: Nodes, page: Any, cast: Any) -> None:
        factories.make_case(cast.colleague, title="Ny hendelse her", page=page)
        assert "Ny hendelse her" in nodes.get(1, page.url)

    def test_what_was_rolled_back_is_not_remembered(self, nodes: Nodes, page: Any, pages: SimpleNamespace) -> None:
        with transaction.atomic():
            pages.other.document.title = "Angret"
            type(pages.other).objects.filter(pk=pages.other.pk).update(title="Angret")
            pages.other.document.save()
            assert "Angret" in nodes.get(0, page.url)
            transaction.set_rollback(True)
        assert "Angret" not in nodes.get(0, page.url)
        Generation.change()
        assert "Angret" not in nodes.get(0, page.url)


class TestFragments:
    """What is remembered holds nothing of the one it was made for."""

    def test_each_request_has_its_own_token_and_key(self, page: Any, cast: Any, login: Any) -> None:
        client = login(cast.reporter)
        first, second = (client.get(page.url).content.decode() for _n in range(2))
        for html in (first, second):
            assert not [mark for mark in (fragments.CSRF, fragments.HERE, fragments.NEW_KEY) if mark in html]
        key = 'name="key" value="'
        assert first.split(key)[1][:36] != second.split(key)[1][:36]

    def test_the_form_that_was_remembered_can_be_sent(self, page: Any, cast: Any) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.reporter)
        client.get(page.url)
        html = client.get(page.url).content.decode()
        form = html.split('id="meld"')[1]
        sent = {
            "csrfmiddlewaretoken": form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0],
            "key": form.split('name="key" value="')[1][:36],
            "document": page.document.document_id,
            "kind": "deviation",
            "description": "Stemmer ikke med virkeligheten.",
            "place": cast.reporter.unit_id,
        }
        answer = client.post("/meld/", sent)
        assert answer.status_code == 302, answer.content.decode()

    def test_nobody_sees_the_name_or_the_unit_of_another(self, page: Any, cast: Any, login: Any) -> None:
        login(cast.it_leader).get(page.url)
        html = login(cast.reporter).get(page.url).content.decode()
        assert str(cast.it_leader) not in html.split("<main")[0]
        assert f'value="{cast.reporter.unit_id}" selected' in html

    def test_a_page_with_a_person_on_it_is_not_kept_on_the_way(self, page: Any, cast: Any, login: Any) -> None:
        headers = login(cast.reporter).get(page.url).headers
        assert "Cookie" in headers["Vary"]
        assert "public" not in headers.get("Cache-Control", "")

    def test_without_login_nothing_is_remembered(self) -> None:
        template = Template('{% fragment "x" %}{{ word }}{% endfragment %}')
        assert template.render(Context({"word": "en"})) == "en"
        assert template.render(Context({"word": "to"})) == "to"

    def test_the_values_tell_fragments_apart(self, cast: Any) -> None:
        cast.reporter.generation = "1"
        template = Template('{% fragment "x" word %}{{ word }}{% endfragment %}')
        for word in ("en", "to", "en"):
            assert template.render(Context({"word": word, "user": cast.reporter})) == word


class TestGeneration:
    """The token itself."""

    def token(self) -> str:
        return User.objects.annotate(now=Generation.objects.token()).values_list("now", flat=True).first()

    def test_every_change_gives_a_new_one(self, db: None) -> None:
        seen = {self.token()}
        for _n in range(5):
            Generation.change()
            seen.add(self.token())
        assert len(seen) == 6

    def test_a_change_that_ends_late_gives_a_new_one(self, db: None) -> None:
        Generation.change()
        newest = self.token()
        Generation.objects.create(pk=Generation.objects.order_by("pk").first().pk - 1)
        assert self.token() != newest

    def test_forgetting_the_old_gives_a_new_one_and_leaves_one_row(self, db: None) -> None:
        Generation.change()
        before = self.token()
        assert Generation.objects.forget_old() >= 1
        assert self.token() != before
        assert Generation.objects.count() == 1

    def test_a_login_changes_nothing(self, cast: Any, db: None) -> None:
        before = self.token()
        cast.reporter.save(update_fields=["last_login"])
        assert self.token() == before

    def test_a_cache_that_loses_everything_changes_speed_only(self, cast: Any) -> None:
        cast.reporter.generation = "1"
        assert remembered(cast.reporter, "a", make=lambda: 1) == 1
        caches["shared"].clear()
        assert remembered(cast.reporter, "a", make=lambda: 2) == 2
