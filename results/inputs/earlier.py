"""a) What became of earlier reviews' decisions."""

from django.utils.translation import gettext as _

from cases.effect import effects_of
from cases.models import Action, Case
from organisation import clock
from organisation.models import Unit
from results.inputs.section import Cell, Figure, Section, Table, section
from results.models import ReviewDecision
from results.periods import Period


def build(unit: Unit, period: Period) -> Section:
    """The decisions that wait to be signed off, but those of restricted reviews, which are told in no other. Two queries."""
    waiting = ReviewDecision.objects.waiting(unit, before=period.first).filter(review__restricted=False)
    decisions = list(waiting.for_list())
    cases = [decision.case for decision in decisions if decision.case]
    late = sum(case.is_overdue for case in cases)
    table = Table(
        _("Decisions from earlier reviews"),
        [_("Decision"), _("Responsible"), _("Deadline"), _("Case"), _("State"), _("Effect")],
        [_row(decision) for decision in decisions],
    )
    figures = [
        Figure(_("earlier decisions not signed off"), len(decisions)),
        Figure(_("whose case is closed"), sum(not case.is_open for case in cases)),
        Figure(_("past deadline"), late, tone="bad" if late else ""),
    ]
    note = "" if decisions else _("No earlier decision waits to be signed off.")
    return section(
        "a", _("Actions from earlier reviews"), figures=figures if decisions else [], tables=[table], note=note
    )


def _row(decision: ReviewDecision) -> list[Cell]:
    case = decision.case
    return [
        Cell(decision.text, decision.get_absolute_url()),
        Cell(str(decision.owner)),
        Cell(
            f"{decision.deadline:%d.%m.%Y}",
            tone="bad" if case and case.is_open and decision.deadline < clock.today() else "",
        ),
        Cell(str(case), case.get_absolute_url()) if case else Cell("–"),
        Cell(str(case.get_status_display())) if case else Cell("–"),
        Cell(effect_in_words(case)),
    ]


def effect_in_words(case: Case | None) -> str:
    """What was said of the effect of its measures; "–" while nobody has said anything."""
    said = effects_of(case, case.actions.all()) if case else set()
    return ", ".join(str(Action.Effect(effect).label) for effect in sorted(said)) or "–"
