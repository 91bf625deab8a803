"""What is red in a unit and those below it, and why. A source is a function that answers with one group; a new kind of
red is a function in `SOURCES`."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.filters import RAISED
from cases.forms.measures import State
from cases.measures import OF_CASE, line
from cases.models import Action, Case
from cases.risk import DEMANDS_MEASURE_ABOVE
from handbook import reviews
from home.due import Due, due
from home.leading import red_results
from home.leading.group import Group, Item, group_of, item_of_case
from home.leading.whose import Whose, address
from organisation import clock
from risk.models import Acceptance, Assessment, Risk
from risk.register import address_of_risks


def groups(whose: Whose) -> list[Group]:
    """The kinds of red there are any of. A fixed number of queries, whatever the amount of data."""
    found = [source(whose) for source in SOURCES]
    return [group for group in found if group.number]


def late_cases(whose: Whose) -> Group:
    """Cases past their deadline, the oldest first."""
    cases = Case.objects.visible_to(whose.user).in_unit(whose.unit).overdue().order_by("deadline", "pk")
    return group_of(
        "late-cases",
        _("Cases past their deadline"),
        cases.for_list(),
        lambda case: item_of_case(case, whose.user, due(case.deadline, clock.today())),
        address("cases:register", enhet=whose.unit.pk, forfalt="on"),
        _("Give the case a new plan, or finish it."),
    )


def raised_cases(whose: Whose) -> Group:
    """Open cases that a rule has lifted above the unit's own leader."""
    cases = Case.objects.visible_to(whose.user).in_unit(whose.unit).open().exclude(level=Case.Level.UNIT)
    return group_of(
        "raised-cases",
        _("Serious cases that are raised"),
        cases.for_list().order_by("deadline", "pk"),
        lambda case: item_of_case(case, whose.user, Due(str(case.get_level_display()), "bad")),
        address("cases:register", enhet=whose.unit.pk, status="open", niva=RAISED),
    )


def late_measures(whose: Whose) -> Group:
    """Measures that should have been done."""
    actions = Action.objects.visible_to(whose.user).overdue().filter(case__unit__path__startswith=whose.unit.path)
    return group_of(
        "late-measures",
        _("Measures past their deadline"),
        actions.select_related(*OF_CASE).order_by("deadline", "pk"),
        lambda action: _of_measure(action, whose, due(action.deadline, clock.today())),
        address("cases:measures", enhet=whose.unit.pk, tilstand=State.LATE),
        _("Ask the person responsible what stands in the way."),
    )


def failed_measures(whose: Whose) -> Group:
    """Measures that did not work, in cases that are still open."""
    actions = Action.objects.visible_to(whose.user).live().filter(effect=Action.Effect.NOT_EFFECTIVE)
    actions = actions.filter(case__unit__path__startswith=whose.unit.path, case__status__in=Case.OPEN)
    return group_of(
        "failed-measures",
        _("Measures that did not work"),
        actions.select_related(*OF_CASE).order_by("-evaluated_at", "pk"),
        lambda action: _of_measure(action, whose, Due(str(action.get_effect_display()), "bad")),
        address("cases:measures", enhet=whose.unit.pk, tilstand=State.NOT_EFFECTIVE),
        _("Look for the cause again before you set a new measure."),
    )


def high_risks(whose: Whose) -> Group:
    """Risks over what demands a measure that nobody has accepted, as they are now."""
    accepted = Acceptance.objects.current().values("risk")
    risks = Risk.objects.in_force().visible_to(whose.user).in_unit(whose.unit).highest()
    risks = risks.filter(now__gt=DEMANDS_MEASURE_ABOVE).exclude(pk__in=accepted)
    return group_of(
        "high-risks",
        _("High risks"),
        risks.for_list(),
        lambda risk: Item(
            str(risk),
            risk.get_absolute_url(),
            risk.assessment.title,
            Due(_("Risk %(score)s") % {"score": risk.now}, "bad"),
        ),
        address_of_risks(unit=whose.unit.pk, level="red"),
        _("Follow up the measures, or accept the risk for a while."),
    )


def late_assessments(whose: Whose) -> Group:
    """Risk assessments past their review date."""
    assessments = Assessment.objects.visible_to(whose.user).in_unit(whose.unit).in_force()
    return group_of(
        "late-assessments",
        _("Risk assessments past their review date"),
        assessments.filter(review_date__lt=clock.today()).for_list().order_by("review_date", "pk"),
        lambda one: Item(one.title, one.get_absolute_url(), str(one.unit), due(one.review_date, clock.today())),
        address("risk:register", enhet=whose.unit.pk, forfalt="on"),
    )


def late_documents(whose: Whose) -> Group:
    """Documents of the unit that should have been read through."""
    late = reviews.in_force().filter(
        owner_unit__path__startswith=whose.unit.path, document__review_date__lt=clock.today()
    )
    return group_of(
        "late-documents",
        _("Documents past their review date"),
        late.order_by("document__review_date", "pk"),
        lambda edition: Item(
            str(edition.document),
            reverse("handbook:document", args=[edition.document_code]),
            edition.owner_unit.name,
            due(edition.document.review_date, clock.today()),
        ),
        address("handbook:reviews", lys="red", enhet=whose.unit.pk),
    )


SOURCES: list[Callable[[Whose], Group]] = [
    raised_cases,
    late_cases,
    late_measures,
    failed_measures,
    high_risks,
    late_assessments,
    late_documents,
    *red_results.SOURCES,
]


def _of_measure(action: Action, whose: Whose, tag: Due) -> Item:
    shown = line(action, whose.user)
    why = f"{action.case.reference} · {shown.responsible} · {action.case.unit}"
    return Item(shown.text, f"{action.case.get_absolute_url()}#tiltak", why, tag)
