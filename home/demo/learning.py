"""What the demo's people have read and follow of the stories of closed cases, and asked each other about them."""

import datetime
from typing import TypedDict

from cases.models import Case, Following, Inquiry, StoryReading
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User

# How many read each of the newest stories, the last one first.
READINGS = (12, 31, 7, 18, 4)
FOLLOWERS = {
    # user name: (number of the page, code of the unit)
    "leder": ("4.2.7", ""),
    "kvalitet": ("5.3.2", "hjemme"),
    "ansatt2": ("", "hjemme-nord"),
}


class Answered(TypedDict):
    """What a unit answers; its leader is the one who does."""

    outcome: str
    text: str
    improvement: str


# Title of the story: who asks, what, and the units with their answers; None has not answered yet.
INQUIRIES: dict[str, tuple[str, str, dict[str, Answered | None]]] = {
    "Nettbrudd i fem timer, nødprosedyrene lå på nett": (
        "kvalitet",
        "Hvor ligger nødprosedyrene deres, og virker de uten nett? Hvem skriver dem ut når de endres?",
        {
            "hjemme": {
                "outcome": Inquiry.Outcome.RELEVANT,
                "text": "Vi hadde medisinlister og vaktplan bare på nett. Nå skriver nattevakta ut begge klokka 22.",
                "improvement": "Legg utskrevne nødprosedyrer i en rød perm i hver sone, og bytt dem når en ny versjon"
                " kommer. Ansvarlig vakt kontrollerer permen den første mandagen i måneden.",
            },
            "plan": {
                "outcome": Inquiry.Outcome.DONE,
                "text": "Beredskapskortet henger på døra til møterommet. Det byttes ved hver øvelse.",
                "improvement": "",
            },
            "vann": None,
        },
    ),
    "Laben ringte gammelt vaktnummer ved funn": (
        "kvalitet",
        "Når ringte dere sist gjennom egne varslingslister? Hva fant dere?",
        {"hjemme": None},
    ),
}
DAYS_AGO_ASKED, DAYS_TO_ANSWER, DAYS_BEFORE_ANSWER = 9, 14, 4


def load_learning() -> None:
    """Readings of the newest stories, and a few who follow a page or a unit. Safe to run twice."""
    for days, (case, times) in enumerate(zip(Case.objects.lessons()[: len(READINGS)], READINGS, strict=False)):
        day = clock.today() - datetime.timedelta(days)
        StoryReading.objects.get_or_create(case=case, day=day, defaults={"times": times})
    for username, (number, code) in FOLLOWERS.items():
        user = User.objects.get(username=username)
        if number:
            Following.begin(user, page=Document.objects.select_related("page").get(number=number).page)
        if code:
            Following.begin(user, unit=Unit.objects.get(code=code))
    for title, (asker, question, answers) in INQUIRIES.items():
        case = Case.objects.lessons().filter(title=title).first()
        if case and not case.inquiries.exists():
            _ask(case, User.objects.get(username=asker), question, answers)


def _ask(case: Case, by: User, question: str, answers: dict[str, Answered | None]) -> None:
    asked_at = clock.now() - datetime.timedelta(DAYS_AGO_ASKED)
    units = list(Unit.objects.filter(code__in=answers))
    deadline = (asked_at + datetime.timedelta(DAYS_TO_ANSWER)).date()
    with clock.set_to(asked_at):
        inquiries = Inquiry.ask(by, case, units=units, question=question, deadline=deadline)
    for inquiry in inquiries:
        if answer := answers[inquiry.unit.code]:
            with clock.set_to(asked_at + datetime.timedelta(DAYS_BEFORE_ANSWER)):
                inquiry.answer(inquiry.unit.responsible_leaders()[0], **answer)
