"""What self-checks last said of a control is shown with the risks it keeps down, to those who may read the answer (S44)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.control_answers import last_answers
from audits.models import CheckQuestion
from organisation import clock
from risk.models import Link
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


@pytest.fixture
def control():
    return factories.make_control()


def ask(cast, control, *units, title="Egensjekk"):
    """The sheets of a round that asks the units about the control."""
    check = factories.make_self_check(cast.quality_manager, questions=0, title=title)
    CheckQuestion.add(cast.quality_manager, check, text="Går dere to sammen?", control=control)
    return check.send(cast.quality_manager, units=units, deadline=clock.today() + 30 * DAY)


def answered(sheet, by, value, days=0, sign=True):
    with clock.set_to(clock.now() + days * DAY):
        factories.answer_sheet(sheet, by, value)
        if sign:
            sheet.sign(by)


def tied(cast, *controls):
    """A risk that is tied to the controls, in an assessment in force that is open to all."""
    draft = factories.make_assessment(cast.leader)
    row = factories.make_risk(draft, cast.leader)
    for one in controls:
        Link.tie(cast.leader, row, control=one)
    draft.decide(cast.leader)
    return row


def page_of(client, row) -> str:
    return client.get(row.get_absolute_url()).content.decode()


def test_the_last_answer_is_shown_with_unit_day_and_link(cast, units, control, login):
    home, it = ask(cast, control, units.home_care, units.it)
    answered(home, cast.leader, "no", days=1)
    answered(it, cast.it_leader, "yes", days=2)
    page = page_of(login(cast.quality_manager), tied(cast, control))
    assert f"/enhet/{units.it.code}/#sporsmal-" in page
    assert f"{clock.today() + 2 * DAY:%d.%m.%Y}" in page
    assert "1 av 2 svar er ikke ja" in page
    found = last_answers([control.pk], cast.quality_manager)[control.pk]
    assert (found.answer.value, found.answer.sheet.unit, found.asked, found.failed) == ("yes", units.it, 2, 1)


def test_a_newer_round_takes_the_place_of_the_one_before(cast, units, control):
    (old,), (new,) = ask(cast, control, units.home_care), ask(cast, control, units.home_care, title="Året etter")
    answered(new, cast.leader, "partly", days=9)
    answered(old, cast.leader, "yes", days=1)
    found = last_answers([control.pk], cast.leader)[control.pk]
    assert (found.answer.sheet, found.answer.value, found.asked) == (new, "partly", 1)


@pytest.mark.parametrize(("value", "sign"), [("not_for_us", True), ("no", False)])
def test_what_is_not_signed_and_what_does_not_apply_says_nothing(cast, units, control, value, sign, login):
    (sheet,) = ask(cast, control, units.home_care)
    answered(sheet, cast.leader, value, sign=sign)
    assert last_answers([control.pk], cast.quality_manager) == {}
    assert "Ingen egensjekk" in page_of(login(cast.quality_manager), tied(cast, control))


def test_opened_again_the_answer_is_not_shown(cast, units, control):
    (sheet,) = ask(cast, control, units.home_care)
    answered(sheet, cast.leader, "yes")
    sheet.reopen(cast.quality_manager, reason="Se på nytt")
    assert last_answers([control.pk], cast.quality_manager) == {}


def test_only_answers_the_reader_may_read(cast, units, control, login):
    home, it = ask(cast, control, units.home_care, units.it)
    answered(home, cast.leader, "no", days=1)
    answered(it, cast.it_leader, "yes", days=2)
    row = tied(cast, control)
    assert last_answers([control.pk], cast.colleague) == {}
    own = last_answers([control.pk], cast.leader)[control.pk]
    assert (own.answer.sheet.unit, own.asked, own.failed) == (units.home_care, 1, 1)
    for person in (cast.colleague, cast.outsider, cast.administrator):
        page = page_of(login(person), row)
        assert "/revisjoner/internkontroll/" not in page.split("<main")[1], person
        assert "Ingen egensjekk du kan lese, har prøvd det" in page, person
    assert f"/enhet/{units.it.code}/" not in page_of(login(cast.leader), row)


def test_closed_it_is_open_to_all(cast, units, control, login):
    (sheet,) = ask(cast, control, units.home_care)
    answered(sheet, cast.leader, "partly")
    row = tied(cast, control)
    sheet.check_of.close(cast.quality_manager, conclusion="Det virker stort sett.")
    assert sheet.get_absolute_url() in page_of(login(cast.outsider), row)


def test_a_risk_without_controls_asks_nothing(cast, login, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert last_answers([], cast.leader) == {}
    assert "egensjekk" not in page_of(login(cast.leader), tied(cast)).split("<main")[1].lower()


def test_the_number_of_queries_does_not_grow_with_controls_and_answers(cast, units, login):
    controls = [factories.make_control(f"K{number}") for number in range(1, 6)]
    few, many = tied(cast, controls[0]), tied(cast, *controls)
    counts = []
    client = login(cast.quality_manager)
    for row, asked in ((few, controls[:1]), (many, controls)):
        for control in asked:
            for sheet in ask(cast, control, units.home_care, units.it):
                answered(sheet, cast.leader if sheet.unit == units.home_care else cast.it_leader, "yes")
        client.get(row.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(row.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
