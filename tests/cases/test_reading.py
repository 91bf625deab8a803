"""Who sees what of a case (S28, S30, G18): everybody the case, few the people in it."""

import pytest

from cases.models import Case
from cases.permissions import Act, can, whole_condition
from tests import factories

SECRET_TEXT = "Ring Reporter Testesen på 912 34 567 eller a@b.no, fnr 01019912345."
SECRETS = ["Reporter Testesen", "912 34 567", "a@b.no", "01019912345"]


@pytest.fixture
def case(cast):
    case = factories.make_case(cast.reporter, description=SECRET_TEXT, title="Meldt av Reporter Testesen på nattevakt")
    case.assess(cast.leader, probability=4, consequence=4, handler=cast.handler, answer="Hilsen Leader Testesen")
    case.say(cast.reporter, "Jeg er Reporter Testesen, 912 34 567.")
    return case


@pytest.mark.parametrize("who", ["colleague", "outsider", "it_leader", "administrator", "editor"])
def test_people_and_numbers_are_hidden_for_those_without_need(login, cast, case, who):
    page = login(getattr(cast, who)).get(case.get_absolute_url())
    text = page.content.decode()
    assert page.status_code == 200
    for secret in [*SECRETS, "Handler Testesen", "Hilsen Leader Testesen"]:
        assert secret not in text


@pytest.mark.parametrize(
    "who", ["reporter", "handler", "leader", "deputy", "quality_manager", "auditor", "service_desk"]
)
def test_those_with_need_read_it_whole(login, cast, case, who):
    text = login(getattr(cast, who)).get(case.get_absolute_url()).content.decode()
    assert all(secret in text for secret in SECRETS)


def test_a_former_handler_is_hidden_too(login, cast, case):
    case.set_handler(cast.leader, handler=cast.deputy)
    case.say(cast.handler, "Dette er Handler Testesen som skriver.")
    text = login(cast.outsider).get(case.get_absolute_url()).content.decode()
    assert "Handler Testesen" not in text and "Deputy Testesen" not in text


@pytest.mark.parametrize("url", ["/saker/", "/saker/?alle=1&q=Meldt", "/meld/lignende/?q=meldt+nattevakt"])
def test_lists_hide_the_same(login, cast, case, url):
    text = login(cast.outsider).get(url).content.decode()
    assert case.reference in text
    assert "Meldt av Reporter Testesen" not in text


def test_buttons_are_only_for_those_who_may(login, cast, case):
    for name in ("reporter", "colleague", "auditor"):
        text = login(getattr(cast, name)).get(case.get_absolute_url()).content.decode()
        assert f"{case.get_absolute_url()}vurder/" not in text
        assert f"{case.get_absolute_url()}skjerm/" not in text
    text = login(cast.leader).get(case.get_absolute_url()).content.decode()
    assert f"{case.get_absolute_url()}vurder/" in text


def test_markup_in_a_report_is_only_text(login, cast):
    case = factories.make_case(cast.reporter, title="<img src=x>", description="<script>alert(1)</script>")
    case.say(cast.reporter, "<b>hei</b>")
    for who in (cast.leader, cast.outsider):
        text = login(who).get(case.get_absolute_url()).content.decode()
        assert "<script>alert" not in text and "<img src=x>" not in text and "<b>hei" not in text


def test_a_duplicate_does_not_tell_of_a_case_sealed_later(login, cast):
    case, other = factories.make_case(cast.reporter), factories.make_case(cast.reporter)
    case.mark_duplicate(cast.leader, of=other)
    for who in (cast.outsider, cast.auditor):
        assert other.reference in login(who).get(case.get_absolute_url()).content.decode()
    other.seal(cast.leader, sealed=True, reason="Helse.")
    for who in (cast.outsider, cast.auditor):
        assert other.reference not in login(who).get(case.get_absolute_url()).content.decode()
    assert other.reference not in login(cast.auditor).get(f"{case.get_absolute_url()}historikk/").content.decode()
    assert other.reference in login(cast.leader).get(case.get_absolute_url()).content.decode()


def test_reading_a_case_reads_its_notices_but_nobody_elses(login, cast):
    case, other = factories.make_case(cast.reporter), factories.make_case(cast.reporter)
    login(cast.colleague).get(case.get_absolute_url())
    assert cast.leader.notices.unread().count() == 2
    login(cast.leader).get(case.get_absolute_url())
    assert list(cast.leader.notices.unread().values_list("case", flat=True)) == [other.pk]
    assert cast.deputy.notices.unread().count() == 2


def test_all_notices_are_marked_read_by_post_and_only_mine(login, cast):
    factories.make_case(cast.reporter)
    answer = login(cast.leader).post("/varsler/les/", {"next": "https://ond.example/"})
    assert not answer.url.startswith("https://ond")
    assert not cast.leader.notices.unread().exists()
    assert cast.deputy.notices.unread().exists()


def test_the_page_costs_the_same_however_much_is_in_the_case(login, cast, case, django_assert_max_num_queries):
    for number in range(20):
        case.say(cast.reporter, f"Melding {number}")
    case.set_cause(cast.leader, root_cause="Uklart", cause=factories.make_cause())
    for _number in range(5):
        factories.make_action(case, cast.leader, cast.colleague)
    client = login(cast.outsider)
    with django_assert_max_num_queries(25):
        client.get(case.get_absolute_url())


@pytest.mark.parametrize("words", ["91234567", "a@b.no", "01019912345"])
def test_a_search_does_not_tell_what_the_mask_hides(login, cast, words):
    case = factories.make_case(cast.reporter, description="Nås på 91234567 eller a@b.no, 01019912345.")
    assert case.reference not in login(cast.outsider).get("/saker/", {"q": words}).content.decode()
    for person in (cast.reporter, cast.leader):
        assert case.reference in login(person).get("/saker/", {"q": words}).content.decode()


def test_the_condition_for_reading_whole_agrees_with_the_rule(cast, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit)
    factories.make_case(cast.reporter, page=page)
    factories.make_case(cast.outsider)
    factories.make_case(cast.reporter, sealed=True)
    for person in vars(cast).values():
        seen = Case.objects.visible_to(person).for_list()
        whole = set(seen.filter(whole_condition(person)))
        assert whole == {case for case in seen if can(person, Act.READ_WHOLE, case)}
