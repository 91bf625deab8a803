"""f) Opportunities for improvement: proposals, improvements and what was learned."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from cases.models.case_counting import open_condition
from cases.stories import Retelling
from handbook.models import Proposal
from organisation.models import Unit, User
from results.inputs.counting import address_of_cases, cases_of, count, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period
from results.statistics.scope import Scope

SHOWN = 10


def build(unit: Unit, period: Period) -> Section:
    """Three queries."""
    before = period.previous()
    cases = cases_of(unit)
    kind = Case.Kind.IMPROVEMENT
    found = count(
        cases,
        now=within("received_at", period, kind=kind),
        then=within("received_at", before, kind=kind),
        open=open_condition(Scope(period).day) & Q(kind=kind),
        stories=within("closed_at", period, status=Case.Status.CLOSED) & ~Q(lesson=""),
        stories_then=within("closed_at", before, status=Case.Status.CLOSED) & ~Q(lesson=""),
    )
    proposals = count(
        Proposal.objects.filter(edition__owner_unit__path__startswith=unit.path).order_by(),
        now=within("at", period),
        then=within("at", before),
        taken=within("answered_at", period, state=Proposal.State.TAKEN_IN),
    )
    figures = [
        Figure(
            _("improvements proposed"),
            found["now"],
            before=found["then"],
            url=address_of_cases(unit, period, kind=kind.value),
        ),
        Figure(_("of them open"), found["open"]),
        Figure(_("proposals to the text of pages"), proposals["now"], before=proposals["then"]),
        Figure(_("of them taken in"), proposals["taken"]),
        Figure(
            _("stories to learn from"), found["stories"], before=found["stories_then"], url=reverse("cases:stories")
        ),
    ]
    told = cases.lessons().filter(within("closed_at", period)).select_related("handler", "reporter", "correspondent")
    nobody = User()
    table = Table(
        _("What we learned"),
        [_("Case"), _("What it was about"), _("Lesson")],
        [
            [
                Cell(case.reference, case.get_absolute_url()),
                Cell(Retelling(nobody, case).text(case.title)),
                Cell(Retelling(nobody, case).text(case.lesson)),
            ]
            for case in told[:SHOWN]
        ],
        more=max(found["stories"] - SHOWN, 0),
    )
    return section("f", _("Opportunities for improvement"), figures=figures, tables=[table])
