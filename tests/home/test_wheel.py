"""The annual wheel: what it shows to whom, as a picture, a list and a calendar (G13)."""

import datetime
import hashlib
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from handbook import reviews
from handbook.models import ChapterPage, Document
from home import waiting
from home.wheel import feed as calendars
from home.wheel import turns
from home.wheel.duties import Duty, Kind, Scope, gather
from home.wheel.models import CalendarLink, WheelCheck, WheelEntry
from home.wheel.ring import ring
from home.wheel.selection import SHOWN_IN_MONTH, Selection, subscribed
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Absence, Reminder, User
from tests import factories
from tests.results.scorecards import make_goal, make_indicator

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)
HOSTILE = "Budsjett;\r\nBEGIN:VEVENT, \\n æøå " + "x" * 60


def make_entry(by: User, **facts: Any) -> WheelEntry:
    facts.setdefault("title", "Vernerunde")
    facts.setdefault("unit", by.unit)
    facts.setdefault("day", clock.today())
    return WheelEntry.add(by, **facts)


def year_of(user: User, **scope: Any) -> list[Duty]:
    today = clock.today()
    return gather(Scope(user, today - 200 * DAY, today + 400 * DAY, **scope))


def titles(duties: list[Duty]) -> str:
    return " | ".join(duty.title for duty in duties)


@pytest.fixture
def pages(cast: Any) -> SimpleNamespace:
    chapter = ChapterPage.objects.get(slug="stotteprosesser")
    return SimpleNamespace(access=factories.make_procedure(chapter, cast.process_owner))


@pytest.fixture
def measure(cast: Any) -> Any:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    return factories.make_action(case, cast.leader, cast.colleague, text="Steng tilgangene til Kari")


@pytest.fixture
def sealed(cast: Any) -> Any:
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.colleague, text="Hemmelig tiltak")
    case.refresh_from_db()
    case.seal(cast.leader, sealed=True, reason="Personopplysninger")
    return action


# Duties of one's own


@pytest.mark.parametrize(
    ("repeats", "expected"),
    [
        ("yearly", ["2026-01-31", "2027-01-31"]),
        ("tertial", ["2026-01-31", "2026-05-31", "2026-09-30", "2027-01-31"]),
        ("quarter", ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31", "2027-01-31"]),
        ("never", []),
    ],
)
def test_a_duty_comes_back_on_its_days(repeats: str, expected: list[str]) -> None:
    entry = WheelEntry(day=datetime.date(2025, 1, 31), repeats=repeats)
    found = list(entry.dates(datetime.date(2026, 1, 1), datetime.date(2027, 1, 31)))
    assert [day.isoformat() for _place, day in found] == expected
    assert len({place for place, _day in found}) == len(expected)


def test_nothing_comes_before_the_first_time() -> None:
    entry = WheelEntry(day=datetime.date(2026, 6, 1), repeats="quarter")
    found = [day for _place, day in entry.dates(datetime.date(2025, 1, 1), datetime.date(2026, 9, 30))]
    assert found == [datetime.date(2026, 6, 1), datetime.date(2026, 9, 1)]


@pytest.mark.parametrize("who", ["leader", "deputy", "director", "quality_manager"])
def test_leaders_plan_for_their_unit_and_the_caretaker_for_all(cast: Any, units: Any, who: str) -> None:
    entry = make_entry(getattr(cast, who), unit=units.home_care)
    history = entry.history.get()
    assert history.actor_label == str(getattr(cast, who))
    assert make_entry(getattr(cast, who), unit=units.zone)


@pytest.mark.parametrize("who", ["it_leader", "handler", "process_owner", "editor", "auditor", "reporter", "outsider"])
def test_others_do_not_plan_for_the_unit(cast: Any, units: Any, login: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        make_entry(getattr(cast, who), unit=units.home_care)
    entry = make_entry(cast.leader)
    with pytest.raises(PermissionDenied):
        entry.change(getattr(cast, who), title="Overtatt")
    assert login(getattr(cast, who)).get(f"{entry.get_absolute_url()}endre/").status_code == 403


def test_a_leader_neither_gives_away_nor_takes_over_a_duty(cast: Any, units: Any) -> None:
    entry = make_entry(cast.leader)
    for by in (cast.leader, cast.it_leader):
        with pytest.raises(PermissionDenied):
            entry.change(by, unit=units.it)
    entry.refresh_from_db()
    assert (entry.unit, entry.version) == (units.home_care, 1)


def test_a_superuser_without_a_role_plans_nothing(cast: Any) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_superuser=True)
    with pytest.raises(PermissionDenied):
        make_entry(User.objects.get(pk=cast.outsider.pk))


def test_who_has_left_is_not_made_responsible(cast: Any) -> None:
    cast.colleague.is_active = False
    with pytest.raises(ValidationError) as refused:
        make_entry(cast.leader, responsible=cast.colleague)
    assert set(refused.value.message_dict) == {"responsible"}


def test_the_same_form_twice_makes_one_duty(cast: Any) -> None:
    key = uuid.uuid4()
    assert make_entry(cast.leader, key=key) == make_entry(cast.leader, key=key)


def test_a_stale_change_is_refused(cast: Any) -> None:
    entry = make_entry(cast.leader)
    entry.change(cast.leader, version=1, title="Ny tittel")
    with pytest.raises(StaleVersion):
        entry.change(cast.deputy, version=1, title="Annen tittel")


def sent(user: User, **fields: Any) -> dict[str, Any]:
    plain = {"title": "Øvelse", "unit": user.unit_id, "day": "2026-10-10", "repeats": "yearly", "key": uuid.uuid4()}
    return {**plain, **fields}


def test_the_form_makes_changes_and_stops_a_duty(cast: Any, login: Any, pages: Any) -> None:
    client = login(cast.leader)
    answer = client.post("/arshjul/oppgave/ny/", sent(cast.leader, document="5.1", responsible=cast.leader.username))
    entry = WheelEntry.objects.get()
    assert answer.headers["Location"] == entry.get_absolute_url()
    assert (entry.document.number, entry.responsible) == ("5.1", cast.leader)
    assert "5.1" in client.get(entry.get_absolute_url()).content.decode()
    client.post(f"{entry.get_absolute_url()}endre/", sent(cast.leader, title="Stor øvelse", version=1))
    entry.refresh_from_db()
    assert (entry.title, entry.active) == ("Stor øvelse", False)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"day": "31.02.2026"}, "day"),
        ({"document": "FL-9999"}, "document"),
        ({"responsible": "Ingen Kjent"}, "responsible"),
        ({"repeats": "daily"}, "repeats"),
        ({"title": "x" * 121}, "title"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(cast: Any, login: Any, fields: dict[str, str], wrong: str) -> None:
    answer = login(cast.leader).post("/arshjul/oppgave/ny/", sent(cast.leader, **fields))
    assert set(answer.context["form"].errors) == {wrong}
    assert not WheelEntry.objects.exists()


def test_a_leader_can_not_choose_another_unit_in_the_form(cast: Any, login: Any, units: Any) -> None:
    answer = login(cast.leader).post("/arshjul/oppgave/ny/", sent(cast.leader, unit=units.it.pk))
    assert set(answer.context["form"].errors) == {"unit"}


def test_a_stale_form_gets_409_with_both_texts(cast: Any, login: Any) -> None:
    entry = make_entry(cast.leader)
    entry.change(cast.deputy, title="Det en annen skrev")
    address = f"{entry.get_absolute_url()}endre/"
    answer = login(cast.leader).post(address, sent(cast.leader, title="Det jeg skrev", version=1, active="on"))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Det en annen skrev" in html
    assert "Det jeg skrev" in html


# Whose turn it is


def waits_for(user: User) -> str:
    return " | ".join(task.title for task in waiting.wheel(User.objects.get(pk=user.pk)))


def away(person: User, deputy: User) -> Absence:
    days = {"first_day": clock.today(), "last_day": clock.today() + 3 * DAY}
    return Absence.begin(person, person=person, deputy=deputy, **days)


def test_a_duty_waits_for_the_responsible_from_a_fortnight_before_until_it_is_done(cast: Any, login: Any) -> None:
    day = clock.today() + turns.DAYS_BEFORE * DAY
    entry = make_entry(cast.leader, responsible=cast.colleague, day=day)
    make_entry(cast.leader, title="Langt fram", responsible=cast.colleague, day=day + DAY)
    assert waits_for(cast.colleague) == "Vernerunde"
    assert "Vernerunde" in login(cast.colleague).get("/min-side/").content.decode()
    assert "Vernerunde" in " | ".join(task.title for task in waiting.of(cast.colleague))
    for other in (cast.leader, cast.reporter, cast.outsider, cast.quality_manager):
        assert waits_for(other) == ""
    entry.mark_done(cast.colleague, day=day)
    assert waits_for(cast.colleague) == ""


def test_a_stopped_duty_waits_for_nobody(cast: Any) -> None:
    entry = make_entry(cast.leader, responsible=cast.colleague)
    entry.change(cast.leader, active=False)
    assert (waits_for(cast.colleague), turns.remind_due()) == ("", 0)


def test_while_the_responsible_is_away_it_is_the_deputys(cast: Any) -> None:
    entry = make_entry(cast.leader, responsible=cast.colleague)
    away(cast.colleague, cast.outsider)
    (task,) = waiting.wheel(cast.outsider)
    assert str(cast.colleague) in task.about
    assert waits_for(cast.colleague) == ""
    assert turns.remind_due() == 1
    assert Reminder.objects.get(about__startswith="wheel:").user == cast.outsider
    assert entry.mark_done(cast.outsider, day=entry.day).by == cast.outsider


def test_nobody_elses_deputy_ticks_it_off(cast: Any) -> None:
    entry = make_entry(cast.leader, responsible=cast.colleague)
    away(cast.reporter, cast.outsider)
    with pytest.raises(PermissionDenied):
        entry.mark_done(cast.outsider, day=entry.day)


def test_what_nobody_is_responsible_for_is_the_nearest_leaders(cast: Any, units: Any) -> None:
    make_entry(cast.leader, unit=units.zone, responsible=cast.colleague)
    assert waits_for(cast.leader) == ""
    cast.colleague.is_active = False
    cast.colleague.save()
    assert waits_for(cast.leader) == waits_for(cast.deputy) == "Vernerunde"
    for other in (cast.director, cast.it_leader, cast.reporter):
        assert waits_for(other) == ""


def test_each_is_reminded_before_the_day_and_once_after(cast: Any) -> None:
    make_entry(cast.leader, title="Øvelse", responsible=cast.colleague, day=clock.today() + 20 * DAY)

    def told(days: int) -> int:
        with clock.set_to(clock.now() + days * DAY):
            return turns.remind_due()

    assert [told(days) for days in (0, 6, 10, 20, 21, 60)] == [0, 1, 0, 0, 1, 0]
    assert set(Reminder.objects.values_list("user", flat=True)) == {cast.colleague.pk}
    assert all("Øvelse" in subject for subject in Reminder.objects.values_list("subject", flat=True))


def test_the_turns_cost_the_same_for_one_duty_and_many(cast: Any) -> None:
    def cost() -> int:
        leader = User.objects.get(pk=cast.leader.pk)
        with CaptureQueriesContext(connection) as captured:
            assert turns.waiting_for(leader)
        return len(captured)

    make_entry(cast.leader, title="Uten ansvarlig")
    make_entry(cast.leader, responsible=cast.leader)
    few = cost()
    for number in range(10):
        make_entry(cast.leader, title=f"Nr {number}", responsible=cast.leader)
        make_entry(cast.leader, title=f"Fri {number}")
    assert cost() == few <= 5


# What the wheel shows to whom


def test_the_wheel_gathers_every_kind(cast: Any, measure: Any, pages: Any, units: Any) -> None:
    entry = make_entry(cast.quality_manager, title="Ledelsens gjennomgang", unit=units.municipality)
    factories.make_decided(cast.leader)
    factories.make_network(cast.leader)
    factories.make_reported(cast.leader)
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor).notify(cast.quality_manager)
    factories.make_review(cast.leader)
    year = clock.today().year
    make_indicator(cast.leader, make_goal(cast.leader, units.home_care, first_year=year, last_year=year + 1))
    duties = year_of(cast.leader, everything=True)
    assert {duty.kind for duty in duties} == set(Kind)
    assert "5.1" in titles(duties)
    assert entry.title in titles(duties)
    assert duties == sorted(duties, key=lambda duty: duty.date)


def test_by_default_the_own_unit_and_the_municipalitys(cast: Any, units: Any, pages: Any, measure: Any) -> None:
    for unit in (units.municipality, units.home_care, units.zone, units.it):
        make_entry(cast.quality_manager, title=f"Hos {unit.code}", unit=unit)
    shown = titles(year_of(cast.reporter))
    assert all(f"Hos {code}" in shown for code in ("municipality", "home-care", "zone-north"))
    assert "Hos it" not in shown
    assert "5.1" not in shown
    assert "Hos it" in titles(year_of(cast.reporter, everything=True))
    assert "Hos home" not in titles(year_of(cast.reporter, unit=units.it))


def test_what_i_am_responsible_for_elsewhere_is_mine(cast: Any, units: Any) -> None:
    make_entry(cast.quality_manager, title="Hos andre", unit=units.home_care, responsible=cast.outsider)
    assert "Hos andre" in titles(year_of(cast.outsider))
    assert "Hos andre" not in titles(year_of(cast.it_leader))


def test_a_stopped_duty_is_gone(cast: Any) -> None:
    entry = make_entry(cast.leader)
    entry.change(cast.leader, active=False)
    assert year_of(cast.leader) == []


def test_a_measure_is_read_as_the_case_is(cast: Any, measure: Any) -> None:
    measure.case.reporter.first_name, measure.case.reporter.last_name = "Kari", ""
    measure.case.reporter.save()
    assert "Kari" in titles(year_of(cast.leader))
    shown = titles(year_of(cast.outsider, everything=True))
    assert "Steng tilgangene" in shown
    assert "Kari" not in shown


def test_a_sealed_case_is_in_nobodys_wheel(cast: Any, sealed: Any, login: Any) -> None:
    for who in (cast.outsider, cast.leader, cast.colleague, cast.reporter, cast.quality_manager):
        assert "Hemmelig" not in titles(year_of(who, everything=True))
        assert sealed.case.reference not in login(who).get("/arshjul/?enhet=alle").content.decode()
        assert sealed.case.reference not in calendars.calendar(subscribed(who), "Hjul").decode()
        assert not any(duty.kind == Kind.MEASURE for duty in year_of(who, everything=True))


def test_done_and_late_are_marked(cast: Any, measure: Any) -> None:
    with clock.set_to(clock.now() + 30 * DAY):
        (duty,) = [duty for duty in year_of(cast.leader) if duty.kind == Kind.MEASURE]
        assert (duty.done, duty.late) == (False, True)
    measure.complete(cast.colleague, note="Gjort")
    with clock.set_to(clock.now() + 30 * DAY):
        (duty,) = [duty for duty in year_of(cast.leader) if duty.kind == Kind.MEASURE]
        assert (duty.done, duty.late) == (True, False)


def test_an_extended_review_moves_in_the_wheel(cast: Any, pages: Any) -> None:
    document = Document.objects.get(page_id=pages.access.pk)
    Document.objects.filter(pk=document.pk).update(review_date=clock.today() + DAY)
    reviews.extend(document, cast.process_owner, until=clock.today() + 50 * DAY, reason="Lest og funnet i orden.")
    (duty,) = [duty for duty in year_of(cast.process_owner) if duty.uid == f"review-{document.document_id}"]
    assert duty.date == clock.today() + 50 * DAY
    assert duty.changed == document.extensions.get().at


def test_who_has_left_sees_nothing(cast: Any) -> None:
    make_entry(cast.leader)
    cast.leader.is_active = False
    assert year_of(cast.leader) == []


# The page


def selection(user: User, query: str = "") -> Selection:
    return Selection(user, QueryDict(query))


def test_picture_table_and_list_say_the_same(cast: Any, login: Any) -> None:
    year = clock.today().year
    for month in (3, 3, 11):
        make_entry(cast.leader, title=f"Måned {month}", day=datetime.date(year, month, 9))
    answer = login(cast.colleague).get("/arshjul/")
    html = answer.content.decode()
    assert html.count("<h1") == 1
    svg = html[html.index('<svg viewBox="0 0 520') : html.index("<figcaption")]
    links = re.findall(r'<a href="([^"]+)"', svg)
    assert len(links) == 12
    assert links[2] == "?maned=3#liste"
    assert 'id="liste"' in html
    drawn = answer.context["ring"]
    assert [len(month.duties) for month in drawn.months if month.duties] == [2, 1]
    assert (drawn.total, drawn.today is not None) == (3, True)
    assert "style=" not in html[html.index("<main") :]


def test_the_address_narrows_by_year_unit_kind_and_month(cast: Any, units: Any) -> None:
    year = clock.today().year
    make_entry(cast.leader, day=datetime.date(year, 3, 9))
    make_entry(cast.it_leader, title="Hos IT", day=datetime.date(year, 4, 9))
    assert len(selection(cast.leader).duties) == 1
    assert len(selection(cast.leader, "enhet=alle").duties) == 2
    assert titles(selection(cast.leader, f"enhet={units.it.pk}").duties) == "Hos IT"
    assert selection(cast.leader, f"ar={year + 1}").duties[0].date.year == year + 1
    assert selection(cast.leader, f"ar={year - 1}").duties == []
    assert selection(cast.leader, "type=review").duties == []
    asked = selection(cast.leader, "maned=4&enhet=alle").asked_month
    assert (asked.number, titles(asked.duties)) == (4, "Hos IT")


@pytest.mark.parametrize(
    "query", ["ar=1&enhet=x&type=tull&maned=13", "ar=99999", "maned=-1", "maned=²", "enhet=9999999"]
)
def test_nonsense_in_the_address_is_left_out(cast: Any, login: Any, query: str) -> None:
    make_entry(cast.leader)
    assert len(selection(cast.leader, query).duties) == 1
    assert login(cast.leader).get(f"/arshjul/?{query}").status_code == 200


def test_a_full_month_is_cut_with_a_way_to_the_rest(cast: Any, login: Any) -> None:
    month = clock.today().month
    for number in range(SHOWN_IN_MONTH + 5):
        make_entry(cast.leader, title=f"Nr {number:02d}")
    client = login(cast.leader)
    assert "Nr 10" not in client.get("/arshjul/").content.decode()
    assert "Nr 10" in client.get(f"/arshjul/?maned={month}").content.decode()


def test_an_empty_wheel_says_so(cast: Any, login: Any) -> None:
    assert login(cast.outsider).get("/arshjul/?type=own").context["ring"].total == 0


def test_only_planners_are_offered_a_new_duty(cast: Any, login: Any) -> None:
    assert "/arshjul/oppgave/ny/" in login(cast.leader).get("/arshjul/").content.decode()
    assert "/arshjul/oppgave/ny/" not in login(cast.reporter).get("/arshjul/").content.decode()


def test_nothing_written_becomes_script(cast: Any, login: Any) -> None:
    entry = make_entry(cast.leader, title="<script>alert(1)</script>", description="<img src=x>")
    for address in ("/arshjul/", entry.get_absolute_url()):
        html = login(cast.leader).get(address).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_the_months_of_the_ring_meet() -> None:
    drawn = ring(2026, [], list(Kind), datetime.date(2026, 7, 2))
    ends = [month.outline.split("L")[0].split()[-2:] for month in drawn.months]
    starts = [month.outline[1:].split("A")[0].split() for month in drawn.months]
    assert [end[0] for end in ends] == [start[0] for start in [*starts[1:], starts[0]]]
    assert drawn.today[0] == pytest.approx(drawn.centre, abs=3)  # early in July is straight down
    assert drawn.today[3] > drawn.centre


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_wheel_and_the_feed_cost_the_same_however_much_there_is(
    cast: Any, login: Any, measure: Any, pages: Any
) -> None:
    make_entry(cast.leader, document=Document.objects.get(page_id=pages.access.pk), responsible=cast.leader)
    client, feed = login(cast.leader), f"/arshjul/kalender/{CalendarLink.renew(cast.leader)}.ics"
    before = [queries(client, "/arshjul/?enhet=alle"), queries(Client(), feed)]
    for number in range(8):
        make_entry(cast.leader, title=f"Nr {number}", responsible=cast.colleague, repeats="quarter")
        case = factories.make_case_with_cause(cast.colleague, cast.leader)
        factories.make_action(case, cast.leader, cast.reporter)
    assert [queries(client, "/arshjul/?enhet=alle"), queries(Client(), feed)] == before
    assert before[0] <= 18
    assert before[1] <= 16


# The calendar


def subscribe(client: Client) -> str:
    """The path of a new address, as the page shows it this once."""
    answer = client.post("/arshjul/kalender/", {"do": "renew"})
    assert answer.headers["Cache-Control"] == "no-store"
    address: str = answer.context["address"]
    assert address in answer.content.decode()
    assert address not in client.get("/arshjul/kalender/").content.decode()
    return address[address.index("/arshjul/") :]


def events(body: bytes) -> list[Any]:
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_a_calendar_program_can_read_the_feed(cast: Any, login: Any, measure: Any, settings: Any) -> None:
    settings.BASE_URL = "https://felles.example"
    make_entry(cast.leader, title=HOSTILE, repeats="never", day=clock.today())
    answer = Client().get(subscribe(login(cast.leader)))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["PRODID"]
    assert str(calendar["X-WR-CALNAME"]).endswith("Home care")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in answer.content
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    own, due, evaluation = sorted(events(answer.content), key=lambda event: event["DTSTART"].dt)
    assert str(own["SUMMARY"]) == " ".join(HOSTILE.split())
    assert own["DTSTART"].params["VALUE"] == "DATE"
    assert (own["DTSTART"].dt, own["DTEND"].dt) == (clock.today(), clock.today() + DAY)
    assert own["DTSTAMP"].dt == own["LAST-MODIFIED"].dt
    assert measure.case.reference in due["SUMMARY"]
    assert due["URL"].startswith("https://felles.example/saker/")
    assert evaluation["UID"] == f"evaluation-{measure.pk}@felles.example"


def test_the_feed_says_nothing_of_what_a_case_holds(cast: Any, login: Any, measure: Any) -> None:
    body = Client().get(subscribe(login(cast.leader))).content.decode()
    assert measure.case.reference in body
    for secret in ("Steng", measure.case.title[:20], str(cast.reporter), str(cast.colleague)):
        assert secret not in body


def test_only_a_hash_of_the_address_is_kept(cast: Any, login: Any) -> None:
    token = subscribe(login(cast.leader)).removesuffix(".ics").rpartition("/")[2]
    assert len(token) >= 43  # 256 bits in base 64
    link = CalendarLink.objects.get()
    assert link.digest == hashlib.sha256(token.encode()).hexdigest()
    assert not hasattr(link.history.first(), "digest")


def test_a_renewed_or_revoked_address_is_dead(cast: Any, login: Any) -> None:
    client = login(cast.leader)
    first, second = subscribe(client), subscribe(client)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    client.post("/arshjul/kalender/", {"do": "revoke"})
    assert Client().get(second).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..", "a" * 3000])
def test_unknown_addresses_are_not_found(cast: Any, token: str) -> None:
    CalendarLink.renew(cast.leader)
    CalendarLink.revoke(cast.leader)
    assert Client().get(f"/arshjul/kalender/{token}.ics").status_code in (400, 404)


def test_the_feed_stops_when_the_person_leaves(cast: Any, login: Any) -> None:
    address = subscribe(login(cast.leader))
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_rights_are_asked_at_each_fetch(cast: Any, login: Any, measure: Any) -> None:
    address = subscribe(login(cast.colleague))
    assert measure.case.reference in Client().get(address).content.decode()
    measure.case.refresh_from_db()
    measure.case.seal(cast.leader, sealed=True, reason="Personopplysninger")
    assert measure.case.reference not in Client().get(address).content.decode()


def test_an_unchanged_calendar_is_answered_with_304(cast: Any, login: Any) -> None:
    entry = make_entry(cast.leader)
    address = subscribe(login(cast.leader))
    etag = Client().get(address).headers["ETag"]
    assert Client().get(address, headers={"if-none-match": etag}).status_code == 304
    entry.change(cast.leader, title="Ny tittel")
    assert Client().get(address, headers={"if-none-match": etag}).status_code == 200


def test_the_feed_needs_no_login_and_takes_no_posts(cast: Any, login: Any) -> None:
    address = subscribe(login(cast.leader))
    assert Client().post(address).status_code == 405
    assert "Set-Cookie" not in Client().get(address).headers


def test_what_is_shown_can_be_downloaded_once(cast: Any, login: Any, units: Any) -> None:
    make_entry(cast.leader)
    make_entry(cast.it_leader, title="Hos IT")
    answer = login(cast.reporter).get(f"/arshjul/arshjul.ics?enhet={units.it.pk}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert {str(event["SUMMARY"]) for event in events(answer.content)} == {"Hos IT"}


def test_a_repeated_duty_keeps_its_identity_when_its_day_moves(cast: Any, login: Any) -> None:
    entry = make_entry(cast.leader)
    address = subscribe(login(cast.leader))
    before = {str(event["UID"]) for event in events(Client().get(address).content)}
    entry.change(cast.leader, day=entry.day + DAY)
    assert {str(event["UID"]) for event in events(Client().get(address).content)} == before


def test_months_that_are_over_are_folded_with_what_is_late(cast: Any, measure: Any) -> None:
    with clock.set_to(clock.now() + 62 * DAY):
        shown = Selection(cast.leader, QueryDict(f"ar={measure.deadline.year}"))
        assert measure.deadline.month in {month.number for month in shown.earlier}
        assert [duty.uid for duty in shown.late_earlier] == [f"measure-{measure.pk}"]
        assert all(row.month.day >= clock.today().replace(day=1) for row in shown.months)


def test_the_year_shows_what_remains_and_the_month_what_is_done_too(cast: Any, measure: Any, login: Any) -> None:
    measure.complete(cast.colleague, note="Gjort")
    year = f"/arshjul/?ar={measure.deadline.year}&type=measure"
    client = login(cast.leader)
    assert measure.text not in client.get(year).content.decode()
    assert measure.text in client.get(f"{year}&maned={measure.deadline.month}").content.decode()


# Ticking off


def test_the_responsible_ticks_off_and_it_is_kept_for_ever(cast: Any, login: Any) -> None:
    entry = make_entry(cast.leader, responsible=cast.colleague)
    client = login(cast.colleague)
    assert "/utfort/" in client.get(entry.get_absolute_url()).content.decode()
    form = {"day": entry.day.isoformat(), "note": "Alle rom sett."}
    for _twice in range(2):
        assert client.post(f"{entry.get_absolute_url()}utfort/", form).status_code == 302
    check = WheelCheck.objects.get()
    assert (check.by_name, check.note) == (str(cast.colleague), "Alle rom sett.")
    assert "Alle rom sett." in login(cast.outsider).get(entry.get_absolute_url()).content.decode()
    assert entry.waiting_day() is None
    assert [duty.done for duty in year_of(cast.leader)] == [True, False]
    with pytest.raises(DatabaseError), transaction.atomic():
        WheelCheck.objects.update(note="Ingenting sett.")


@pytest.mark.parametrize("who", ["reporter", "outsider", "it_leader", "auditor", "handler"])
def test_others_do_not_tick_off(cast: Any, login: Any, who: str) -> None:
    entry = make_entry(cast.leader, responsible=cast.colleague)
    client = login(getattr(cast, who))
    assert "/utfort/" not in client.get(entry.get_absolute_url()).content.decode()
    assert client.post(f"{entry.get_absolute_url()}utfort/", {"day": entry.day.isoformat()}).status_code == 403
    assert not WheelCheck.objects.exists()


@pytest.mark.parametrize("days", [1, -1, 365])
def test_only_a_day_it_falls_on_and_that_is_near_is_ticked_off(cast: Any, login: Any, days: int) -> None:
    entry = make_entry(cast.leader)
    day = entry.day + days * DAY
    with pytest.raises(ValidationError):
        entry.mark_done(cast.leader, day=day)
    login(cast.leader).post(f"{entry.get_absolute_url()}utfort/", {"day": day.isoformat()})
    login(cast.leader).post(f"{entry.get_absolute_url()}utfort/", {"day": "tull"})
    assert not WheelCheck.objects.exists()


def test_a_day_before_the_duty_was_put_in_is_not_late(cast: Any) -> None:
    make_entry(cast.leader, day=clock.today() - 60 * DAY, repeats="quarter")
    before, *after = year_of(cast.leader)
    assert (before.done, before.late) == (None, False)
    with clock.set_to(clock.now() + 120 * DAY):
        assert [duty.late for duty in year_of(cast.leader)][:2] == [False, True]
    assert after[0].done is False
