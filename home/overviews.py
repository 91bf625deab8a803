"""`/oversikter/`: one way to every overview, so that the menu stays short (G2, G11, G13).

Each line says in plain words what the overview answers. Only those the person may open are shown.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Inspection
from organisation.models import User
from organisation.roles import Right

# The first part of the addresses below: where the menu says "Overviews".
SECTIONS = frozenset(
    {
        "oversikter",
        "arshjul",
        "gjennomgang",
        "horing",
        "forslag",
        "krav",
        "lest",
        "innforing",
        "fullmakter",
        "fravaer",
        "integrasjoner",
        "opplaring",
        "sjekklister",
        "laering",
        "meldekort",
        "utsending",
        "risiko",
    }
)


@dataclass(frozen=True)
class Overview:
    """A place to look, and what it tells."""

    title: str
    about: str
    url: str


@dataclass(frozen=True)
class Group:
    """Overviews about the same thing. `code` names the heading in the page."""

    code: str
    title: str
    overviews: list[Overview]


def groups(user: User) -> list[Group]:
    """The overviews the person may open, by what they are about. No query beyond the person's roles."""
    return [
        Group("valid", _("What holds, and for how long"), _about_documents(user)),
        Group("risk", _("Risk"), _about_risk()),
        *about_results(user),
        Group("people", _("Tasks, mandates and people"), _about_tasks(user)),
        Group("learning", _("Learning and checklists"), _about_learning(user)),
    ]


def _about_documents(user: User) -> list[Overview]:
    found = [
        _overview("handbook:coverage", _("Requirements"), _("Laws and standards, and the pages that answer them.")),
        _overview("handbook:reviews", _("Reviews"), _("Which documents must be read through, and when.")),
        _overview("handbook:plans", _("Introduction plans"), _("How far we have come with what we are introducing.")),
    ]
    found.append(_overview("handbook:hearings", _("Hearings"), _("Drafts you can say what you think of now.")))
    if user.has_right(Right.FOLLOW_UP_PEOPLE):
        about = _("Who has confirmed the documents your unit must know.")
        found.append(_overview("handbook:confirmation_overview", _("Read and understood"), about))
    return found


def _about_risk() -> list[Overview]:
    return [
        _overview("risk:register", _("Risk assessments"), _("What can go wrong, and what we do about it.")),
        _overview("risk:heat", _("Risk by area"), _("Where the risk is highest, by unit and by use.")),
        _overview(
            "risk:coverage", _("This year's assessments"), _("Which units have decided them, and which lack them.")
        ),
        _overview(
            "risk:subjects", _("Assets and aspects"), _("IT systems and assets, and what affects the environment.")
        ),
    ]


def about_results(user: User) -> list[Group]:
    """Figures, goals, reviews, controls and plans: also the way in from `/resultater/`."""
    return [
        Group("results", _("Results"), _about_results(user)),
        Group("controls", _("Inspections and audits"), [*_about_controls(), *_about_audits()]),
    ]


def _about_results(user: User) -> list[Overview]:
    return [
        _overview(
            "results:statistics", _("Statistics"), _("What is reported and why, how fast we answer, and what works.")
        ),
        _overview("results:scorecard", _("Scorecard"), _("Goals and indicators of each unit: on target or not.")),
        _overview("results:compare", _("Compare units"), _("One indicator that several units measure, side by side.")),
        _overview("results:plans", _("Unit plans"), _("What each unit will reach and do in a year, and how it goes.")),
        _overview(
            "results:maturity_overview",
            _("Maturity"),
            _("How far each unit has come in its internal control, and where it wants to be."),
        ),
        _overview("results:profiles", _("Profile analyses"), _("How we stand in one field, year beside year.")),
        _overview(
            "results:action_plans", _("Action plans"), _("What we have decided to do, and how far we have come.")
        ),
        _overview(
            "results:networks", _("Memberships and networks"), _("Whom we work with, what it costs, and what we get.")
        ),
        _overview("cases:measures", _("Measures"), _("Everything that is to be done, whoever does it.")),
        _overview(
            "results:reviews", _("Management reviews"), _("Who has gone through its own figures, and what was decided.")
        ),
        _overview(
            "results:annual_reports",
            _("Yearly reports to the council"),
            _("Internal control and state inspections, year by year."),
        ),
    ]


def _about_controls() -> list[Overview]:
    kinds = {kind: reverse("audits:inspections", args=[kind]) for kind in Inspection.Kind}
    state, municipal = kinds[Inspection.Kind.STATE], kinds[Inspection.Kind.MUNICIPAL]
    return [
        Overview(_("Inspections"), _("What the state has looked into, and what became of it."), state),
        Overview(_("Municipal control"), _("What the council and its control committee have looked into."), municipal),
        _overview("audits:self_checks", _("Internal control"), _("Self-checks in the units, and what they showed.")),
    ]


def _about_audits() -> list[Overview]:
    return [
        _overview("audits:audits", _("Audits"), _("Which units we audit, when, and what came of it.")),
        _overview("audits:programmes", _("Audit programmes"), _("What we audit each year, and why.")),
        _overview("audits:findings", _("Findings"), _("What audits have found, and whether it is put right.")),
    ]


def _about_tasks(user: User) -> list[Overview]:
    found = [
        _overview("wheel", _("Annual wheel"), _("Every dated duty of the year, also for your own calendar.")),
        _overview("handbook:delegations", _("Mandates"), _("Who may decide what, on whose behalf and from when.")),
        _overview("absences", _("Absence and deputy"), _("Who stands in for you, and whom you stand in for.")),
    ]
    if user.has_right(Right.TAKE_IN):
        about = _("Print cards for inhabitants, send in scans of those that come back, and write them in.")
        found.append(_overview("cases:cards", _("Report cards"), about))
    if user.has_right(Right.REVIEW_LOOK_UPS):
        about = _("Every time a sealed case is opened.")
        found.append(_overview("cases:look_ups", _("Look-ups of sealed cases"), about))
    if user.has_right(Right.ARCHIVE_CASES):
        found.append(_overview("cases:archive", _("Archive"), _("Ended cases on their way to the archive.")))
    if user.has_right(Right.MANAGE_MAIL):
        about = _("E-mail that was refused, and what becomes of it.")
        found.append(_overview("letters", _("Letters that were not delivered"), about))
    if user.has_right(Right.MANAGE_ORGANISATION):
        about = _("Systems that report cases, follow them, or are told what happens.")
        found.append(_overview("cases:integrations", _("Other systems"), about))
    return found


def _about_learning(user: User) -> list[Overview]:
    found = [
        _overview("cases:stories", _("Learn from others"), _("What happened elsewhere, and what became better.")),
        _overview("handbook:lessons", _("Learn the system"), _("Short lessons about your own tasks here.")),
        _overview("handbook:checklists", _("Filled-in checklists"), _("Your own, and those of the units you lead.")),
    ]
    if user.has_right(Right.FOLLOW_UP_PEOPLE):
        about = _("How many in each unit have completed each lesson.")
        found.append(_overview("handbook:lesson_register", _("Completed lessons"), about))
    return found


def _overview(name: str, title: str, about: str) -> Overview:
    return Overview(title, about, reverse(name))
