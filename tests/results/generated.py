"""Cases made up for the statistics, written straight to the tables; and the same figures worked out slowly in Python."""

import datetime
import random
from zoneinfo import ZoneInfo

from simple_history.utils import bulk_create_with_history

from cases.models import Action, Case, Category, Cause, Correspondent
from organisation.models import Unit, User

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime.datetime(2026, 11, 30, 12, 0, tzinfo=OSLO)
CAUSES, CATEGORIES = ("rutine", "opplaring", "utstyr"), ("hms", "etikk")
CODES = ("municipality", "home-care", "zone-north", "it")
# Around what divides: New Year, months, both changes of the clock, and the last hour of a month.
EDGES = [
    datetime.datetime(2025, 12, 31, 23, 30, tzinfo=OSLO),
    datetime.datetime(2026, 1, 1, 0, 0, tzinfo=OSLO),
    datetime.datetime(2026, 3, 29, 1, 59, tzinfo=OSLO),
    datetime.datetime(2026, 4, 30, 23, 30, tzinfo=OSLO),
    datetime.datetime(2026, 5, 1, 0, 30, tzinfo=OSLO),
    datetime.datetime(2026, 10, 25, 2, 30, tzinfo=OSLO),
    datetime.datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=OSLO),
    datetime.datetime(2026, 11, 29, 23, 0, tzinfo=OSLO),
]
MINUTES = int((NOW - datetime.datetime(2025, 1, 1, tzinfo=OSLO)).total_seconds() // 60)


def cases(seed, number):
    """So many made-up cases, the same for the same seed."""
    chance = random.Random(seed)
    return [_facts(chance) for _number in range(number)]


def _facts(chance):
    edge, ago = chance.choice(EDGES), datetime.timedelta(minutes=chance.randint(0, MINUTES))
    return {
        "kind": chance.choice(Case.Kind.values),
        "received_at": edge if chance.random() < 0.3 else NOW - ago,
        "unit": chance.choice(CODES),
        "cause": chance.choice([None, *CAUSES]),
        "category": chance.choice([None, *CATEGORIES]),
        "channel": chance.choice(Case.Channel.values),
        "page": chance.choice(["", "FL-9001", "FL-9002"]),
        "sealed": chance.random() < 0.15,
        "needs_triage": chance.random() < 0.1,
        "law_breach": chance.random() < 0.3,
        "outside": chance.random() < 0.4,
        "assessed_after": _while(chance, 20),
        "answered_after": _while(chance, 40),
        "closed_after": _while(chance, 200),
        "ended_as": chance.choice([*Case.ENDED, Case.Status.CLOSED]),
        "deadline_days": chance.choice([None, *range(0, 120, 3)]),
        "actions": [_plan(chance) for _action in range(chance.randint(0, 3))],
    }


def _plan(chance):
    return {
        "set_after": datetime.timedelta(chance.random() * 30),
        "days": chance.randint(-5, 90),
        "done_after": _while(chance, 120),
        "effect": chance.choice(["", "effective", *Action.Effect.values]),
        "evaluated_after": datetime.timedelta(chance.random() * 60),
        "cancelled_after": _while(chance, 60),
    }


def _while(chance, longest_days):
    """A while of at most so many days, often in whole days; None now and then."""
    days = chance.choice([None, chance.random() * longest_days, chance.random() * longest_days, chance.randint(0, 9)])
    return None if days is None else datetime.timedelta(days)


def create(many, pages=None):
    """The cases, with their measures; what would be in the future has not happened. `pages`: real pages for the document
    ids of the made-up ones."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    causes = {code: Cause.objects.get_or_create(code=code, defaults={"name": code})[0] for code in CAUSES}
    categories = {code: Category.objects.get_or_create(code=code, defaults={"name": code})[0] for code in CATEGORIES}
    somebody = User.objects.get(username="leader")
    first = Case.objects.count()
    cases = [_case(first + number, one, units, causes, categories) for number, one in enumerate(many)]
    for case in cases:
        if page := (pages or {}).get(case.page_document_id):
            case.page, case.page_document_id, case.page_label = page, page.document.document_id, page.title
    bulk_create_with_history(cases, Case)
    made = list(Case.objects.filter(reference__startswith="G-").order_by("pk"))[-len(cases) :] if cases else []
    Correspondent.objects.bulk_create(
        Correspondent(case=case) for case, one in zip(made, many, strict=True) if one["outside"]
    )
    Action.objects.bulk_create(
        _action(case, plan, somebody) for case, one in zip(made, many, strict=True) for plan in one["actions"]
    )


def _after(moment, while_):
    """So long after; None when it is not known or has not come yet."""
    return moment + while_ if moment and while_ is not None and moment + while_ <= NOW else None


def _case(number, one, units, causes, categories):
    received, unit = one["received_at"], units[one["unit"]]
    closed = _after(received, one["closed_after"])
    return Case(
        reference=f"G-{number:05}",
        kind=one["kind"],
        status=one["ended_as"] if closed else Case.Status.RECEIVED,
        channel=one["channel"],
        title=f"Sak {number}",
        description="Noe skjedde.",
        received_at=received,
        place=unit,
        unit=unit,
        cause=causes.get(one["cause"]),
        category=categories.get(one["category"]),
        page_document_id=one["page"],
        sealed=one["sealed"],
        needs_triage=one["needs_triage"],
        law_breach=one["law_breach"],
        assessed_at=_after(received, one["assessed_after"]),
        answered_at=_after(received, one["answered_after"]),
        closed_at=closed,
        deadline=None
        if one["deadline_days"] is None
        else received.astimezone(OSLO).date() + datetime.timedelta(one["deadline_days"]),
    )


def _action(case, plan, somebody):
    created = case.received_at + plan["set_after"]
    done = _after(created, plan["done_after"])
    evaluated = _after(done, plan["evaluated_after"]) if plan["effect"] else None
    deadline = created.date() + datetime.timedelta(plan["days"])
    return Action(
        case=case,
        text="Gjør noe",
        responsible=somebody,
        deadline=deadline,
        evaluation_date=deadline,
        created_at=created,
        done_at=done,
        effect=plan["effect"] if evaluated else "",
        evaluated_at=evaluated,
        cancelled_at=None if done else _after(created, plan["cancelled_after"]),
    )


# The slow way


def day(moment):
    """The day in Oslo, or None."""
    return moment.astimezone(OSLO).date() if moment else None


class Slowly:
    """Every figure again, case by case."""

    def __init__(self, unit=None):
        path = unit.path if unit else ""
        fields = ("unit", "cause", "category", "correspondent")
        every = Case.objects.select_related(*fields).prefetch_related("actions").order_by("pk")
        self.cases = [c for c in every if not c.sealed and not c.needs_triage and c.unit.path.startswith(path)]

    def received(self, period):
        return [c for c in self.cases if period.first <= day(c.received_at) <= period.last]

    def closed(self, period):
        ended = [c for c in self.cases if c.status == Case.Status.CLOSED]
        return [c for c in ended if period.first <= day(c.closed_at) <= period.last]

    def first_answer(self, case):
        if case.answered_at or hasattr(case, "correspondent"):
            return case.answered_at
        return case.assessed_at

    def answered(self, period):
        known = [c for c in self.cases if self.first_answer(c)]
        return [c for c in known if period.first <= day(self.first_answer(c)) <= period.last]

    def open_on(self, when):
        begun = [c for c in self.cases if day(c.received_at) <= when]
        return [c for c in begun if c.closed_at is None or day(c.closed_at) > when]

    def overdue_on(self, when):
        return [c for c in self.open_on(when) if c.deadline and c.deadline < when]

    def actions(self):
        return [action for case in self.cases for action in case.actions.all()]

    def late_on(self, when):
        def was_undone(action):
            ends = [day(moment) for moment in (action.done_at, action.cancelled_at) if moment]
            return day(action.created_at) <= when and all(end > when for end in ends)

        return [a for a in self.actions() if was_undone(a) and a.deadline < when]

    def evaluated(self, period):
        known = [a for a in self.actions() if a.effect and not a.cancelled_at]
        return [a for a in known if period.first <= day(a.evaluated_at) <= period.last]

    def repeated(self, period):
        """By page and cause: of all ordinary cases, whatever unit the measure was in."""
        everywhere = Slowly().actions()
        found = {}
        for case in self.received(period):
            pair = (case.page_document_id, case.cause_id)
            before = [
                a
                for a in everywhere
                if a.effect == "effective"
                and a.evaluated_at < case.received_at
                and (a.case.page_document_id, a.case.cause_id) == pair
            ]
            if all(pair) and before:
                found[pair] = found.get(pair, 0) + 1
        return found

    def took(self, cases, end):
        """Whole days, in order; what ended before it began took none."""
        seconds = [int(end(c).timestamp()) - int(c.received_at.timestamp()) for c in cases]
        return sorted(max(0, number // 86_400) for number in seconds)


def rank(values, hundredths):
    """The fewest that so many hundredths of the values are within."""
    for value in values:
        if sum(other <= value for other in values) * 100 >= hundredths * len(values):
            return value
    return None


def tally(values):
    found = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
