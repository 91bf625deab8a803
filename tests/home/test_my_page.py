"""Min side and the start page: what waits for whom, and what nobody else may see (G2, S12, S30)."""

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone
from wagtail.models import Page

from cases.models import Case, Notice
from handbook.models import HandbookIndexPage
from home import my_page, start, waiting
from organisation import clock
from organisation.models import RoleAssignment, User
from organisation.roles import Role
from tests import factories
from tests.conftest import Units

LONG_AGO = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)


def titles(tasks: list[waiting.Task]) -> str:
    return " | ".join(task.title for task in tasks)


def to_do(user: User) -> list[waiting.Task]:
    return waiting.measures(user)[0]


def to_evaluate(user: User) -> list[waiting.Task]:
    return waiting.measures(user)[1]


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# What waits


def test_a_new_case_waits_for_the_leader_and_not_for_colleagues(cast: SimpleNamespace) -> None:
    case = factories.make_case(cast.reporter)
    assert case.reference in titles(waiting.of(cast.leader))
    for other in (cast.reporter, cast.colleague, cast.outsider, cast.it_leader, cast.auditor):
        assert waiting.of(other) == []


def test_an_assessed_case_waits_for_its_handler(cast: SimpleNamespace) -> None:
    case = factories.make_assessed_case(cast.reporter, cast.handler)
    assert case.reference in titles(waiting.cases_waiting(cast.handler))
    assert waiting.cases_waiting(cast.leader) == []


def test_a_measure_waits_for_the_responsible_until_it_is_done(cast: SimpleNamespace) -> None:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.outsider)
    assert action.text in titles(to_do(cast.outsider))
    assert to_do(cast.colleague) == []
    action.complete(cast.outsider, note="Gjort.")
    assert to_do(cast.outsider) == []


def test_an_evaluation_waits_for_another_than_who_did_it(cast: SimpleNamespace) -> None:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler, evaluator=cast.quality_manager)
    action.complete(cast.handler, note="Gjort.")
    assert action.text in titles(to_evaluate(cast.quality_manager))
    assert to_evaluate(cast.handler) == []


def test_the_most_pressing_comes_first(cast: SimpleNamespace) -> None:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    factories.make_action(case, cast.leader, cast.leader, text="Senere", deadline=clock.today() + datetime.timedelta(9))
    factories.make_action(case, cast.leader, cast.leader, text="Straks", deadline=clock.today())
    first, second, *_rest = waiting.of(cast.leader)
    assert ("Straks" in first.title, "Senere" in second.title) == (True, True)
    assert first.due.tone == "bad"


def test_an_evaluation_far_ahead_is_on_my_page_but_not_on_the_start_page(cast: SimpleNamespace) -> None:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler)
    action.complete(cast.handler, note="Gjort.")
    assert action.text in titles(to_evaluate(cast.leader))
    assert action.text not in titles(waiting.of(cast.leader))


# Min side


def test_the_page_shows_what_i_reported_and_not_what_others_did(cast: SimpleNamespace, login) -> None:
    mine = factories.make_case(cast.reporter, title="Min egen melding")
    factories.make_case(cast.colleague, title="En annens melding")
    html = login(cast.reporter).get("/min-side/").content.decode()
    assert mine.reference in html
    assert "En annens melding" not in html


def test_all_i_reported_are_counted_and_the_newest_shown(cast: SimpleNamespace) -> None:
    for _number in range(my_page.CASES_SHOWN + 2):
        factories.make_case(cast.reporter)
    context = my_page.context(cast.reporter)
    assert (len(context["reported"]), context["reported_count"]) == (my_page.CASES_SHOWN, my_page.CASES_SHOWN + 2)
    assert my_page.context(cast.outsider)["reported_count"] == 0


def test_notices_are_mine_newest_first_and_can_be_marked_read(cast: SimpleNamespace, login) -> None:
    first, second = factories.make_case(cast.reporter), factories.make_case(cast.reporter)
    assert [told.notice.case for told in my_page.notices(cast.leader)] == [second, first]
    assert my_page.notices(cast.outsider) == []
    client = login(cast.leader)
    assert client.get("/min-side/").content.decode().count('class="unread"') == 2
    client.post("/varsler/les/", {"next": "/min-side/"})
    assert 'class="unread"' not in client.get("/min-side/").content.decode()
    assert not Notice.objects.filter(user=cast.leader).unread().exists()


def test_a_notice_about_a_case_that_is_no_longer_mine_to_read_is_hidden(cast: SimpleNamespace) -> None:
    case = factories.make_assessed_case(cast.reporter, cast.handler)
    case.set_handler(cast.handler, handler=cast.outsider)
    assert my_page.notices(cast.outsider)
    case.set_handler(cast.leader, handler=cast.leader)
    case.seal(cast.leader, sealed=True, reason="Personopplysninger")
    assert my_page.notices(cast.outsider) == []


def test_drafts_are_those_i_wrote_and_only_for_writers(
    cast: SimpleNamespace, handbook: HandbookIndexPage, login
) -> None:
    chapter = handbook.get_children().first().specific
    page = factories.make_procedure(chapter, cast.editor, title="Halvferdig", publish=False)
    page.save_revision(user=cast.editor)
    assert list(my_page.drafts(cast.editor)) == [Page.objects.get(pk=page.pk)]
    assert not my_page.drafts(cast.quality_manager)
    assert not my_page.drafts(cast.reporter)
    assert "Halvferdig" in login(cast.editor).get("/min-side/").content.decode()


def test_red_items_are_late_and_serious_cases_measures_and_pages_of_the_unit(
    cast: SimpleNamespace, units: Units, handbook: HandbookIndexPage
) -> None:
    with clock.set_to(LONG_AGO):
        late = factories.make_case(cast.reporter, title="Gammel sak")
        case = factories.make_case_with_cause(cast.reporter, cast.leader, title="Har tiltak")
        action = factories.make_action(case, cast.leader, cast.handler)
    serious = factories.make_case(cast.reporter, title="Alvorlig sak")
    serious.assess(cast.leader, probability=5, consequence=5)
    red = my_page.red_items(cast.colleague, units.home_care)
    texts = [item.title for item in red]
    assert late.title in texts
    assert action.text in texts
    assert serious.title in texts
    assert all(item.tag.tone == "bad" for item in red)


def test_red_items_of_other_units_and_sealed_ones_are_not_shown(cast: SimpleNamespace, units: Units) -> None:
    with clock.set_to(LONG_AGO):
        factories.make_case(cast.reporter, title="Skjermet sak", sealed=True)
    assert my_page.red_items(cast.colleague, units.home_care) == []
    assert my_page.red_items(cast.it_leader, units.it) == []
    assert len(my_page.red_items(cast.leader, units.home_care)) == 1


def test_a_page_past_its_review_date_is_red_for_its_owner(
    cast: SimpleNamespace, units: Units, handbook: HandbookIndexPage
) -> None:
    chapter = handbook.get_children().first().specific
    with clock.set_to(LONG_AGO.replace(year=2023)):
        factories.make_procedure(chapter, cast.editor, owner_unit=units.it, title="Glemt prosedyre")
    [red] = my_page.red_items(cast.it_leader, units.it)
    assert "Glemt prosedyre" in red.title
    assert my_page.red_items(cast.leader, units.home_care) == []


def test_a_person_without_a_unit_gets_a_page_too(cast: SimpleNamespace, login) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(unit=None)
    assert login(fresh(cast.outsider)).get("/min-side/").status_code == 200


@pytest.mark.parametrize(("address", "most"), [("/min-side/", 40), ("/", 36)])
def test_the_pages_cost_the_same_whatever_waits(
    cast: SimpleNamespace, login, address: str, most: int, django_assert_max_num_queries
) -> None:
    for _number in range(8):
        case = factories.make_case_with_cause(cast.reporter, cast.leader)
        factories.make_action(case, cast.leader, cast.leader)
    client = login(cast.leader)
    client.get(address)
    with django_assert_max_num_queries(most):
        client.get(address)


# Start page


@pytest.mark.parametrize(
    ("hour", "word"), [(6, "morgen"), (9, "morgen"), (10, "dag"), (17, "dag"), (18, "kveld"), (2, "kveld")]
)
def test_the_greeting_follows_the_clock(cast: SimpleNamespace, hour: int, word: str) -> None:
    moment = datetime.datetime(2026, 11, 24, hour, tzinfo=timezone.get_default_timezone())
    english = {"morgen": "morning", "dag": "day", "kveld": "evening"}[word]
    said = start.greeting(cast.reporter, moment)
    assert word in said or english in said
    assert cast.reporter.first_name in said


def test_the_model_leads_to_all_eight_chapters(cast: SimpleNamespace, login, handbook: HandbookIndexPage) -> None:
    html = login(cast.reporter).get("/").content.decode()
    for chapter in handbook.get_children():
        assert f'href="{chapter.url}"' in html
    assert html.count("map__loop") == 3  # improvement on both sides, and the class of the left one


def test_lessons_are_of_closed_ordinary_cases_with_personal_data_hidden(cast: SimpleNamespace) -> None:
    case = factories.make_case(cast.reporter, kind=Case.Kind.POSITIVE, title="Ring Reporter Testesen på 91234567")
    case.assess(cast.leader, probability=None, consequence=None)
    case.close(cast.leader, lesson="Snakk med Reporter Testesen, 91234567.")
    [lesson] = start.lessons(cast.outsider)
    assert "91234567" not in lesson.title + lesson.text
    assert "Testesen" not in lesson.title + lesson.text
    [told_to_handler] = start.lessons(cast.leader)
    assert "91234567" not in told_to_handler.text


def test_sealed_and_open_cases_teach_nobody_on_the_start_page(cast: SimpleNamespace) -> None:
    factories.make_case(cast.reporter)
    sealed = factories.make_case(cast.reporter, kind=Case.Kind.POSITIVE, sealed=True)
    sealed.assess(cast.leader, probability=None, consequence=None)
    sealed.close(cast.leader, lesson="Hemmelig.")
    assert start.lessons(cast.leader) == []


def test_news_are_the_newest_editions_in_force(cast: SimpleNamespace, handbook: HandbookIndexPage) -> None:
    chapter = handbook.get_children().first().specific
    page = factories.make_procedure(chapter, cast.editor, title="Nyskrevet")
    factories.make_procedure(chapter, cast.editor, title="Bare et utkast", publish=False)
    assert start.news()[0].edition.title == "Nyskrevet"
    assert "Bare et utkast" not in [item.edition.title for item in start.news()]
    factories.withdraw(page)
    assert "Nyskrevet" not in [item.edition.title for item in start.news()]


def test_a_deputy_sees_what_waits_in_the_unit(cast: SimpleNamespace) -> None:
    case = factories.make_case(cast.reporter)
    assert case.reference in titles(waiting.of(cast.deputy))
    RoleAssignment.objects.filter(user=cast.deputy, role=Role.DEPUTY).update(
        valid_to=clock.today() - datetime.timedelta(1)
    )
    assert waiting.of(fresh(cast.deputy)) == []


@pytest.mark.parametrize(
    "source", ["audits", "controls", "management_reviews", "goals", "action_plan_tasks", "memberships"]
)
def test_what_waits_in_the_results_is_on_my_page(cast, login, monkeypatch, source):
    task = waiting.Task("Det som venter", "/det-som-venter/", "", None, waiting.due(None, clock.today()))
    monkeypatch.setattr(waiting, source, lambda user: [task])
    assert 'href="/det-som-venter/"' in login(cast.leader).get("/min-side/").content.decode()
