"""c 1) What inhabitants and users say of us (ISO 9001 clause 9.3.2 c 1)."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cases.models import Case, Correspondent
from cases.models.case_counting import open_condition
from organisation.models import Unit
from results.charts import Shape
from results.inputs.counting import address_of_cases, cases_of, count, share, within
from results.inputs.section import BARS, PERCENT, Drawing, Figure, Section, section
from results.periods import Period
from results.statistics.durations import Durations
from results.statistics.scope import Scope

SHOWN = 8


def build(unit: Unit, period: Period) -> Section:
    """Four queries."""
    before = period.previous()
    outside = cases_of(unit).from_outside()
    answered, better = "correspondent__answered_at", {"correspondent__better": Correspondent.Better.YES}
    found = count(
        outside,
        now=within("received_at", period),
        then=within("received_at", before),
        praise=within("received_at", period, kind=Case.Kind.POSITIVE),
        praise_then=within("received_at", before, kind=Case.Kind.POSITIVE),
        unanswered=open_condition(Scope(period).day) & Q(answered_at=None),
        asked=within(answered, period),
        asked_then=within(answered, before),
        better=within(answered, period, **better),
        better_then=within(answered, before, **better),
    )
    answers, answers_then = [
        Durations.to_first_answer(outside.answered_between(one.first, one.last)) for one in (period, before)
    ]
    figures = [
        Figure(
            _("cases from inhabitants and users"),
            found["now"],
            before=found["then"],
            url=address_of_cases(unit, period),
        ),
        Figure(_("praise"), found["praise"], before=found["praise_then"]),
        Figure(_("median to first answer"), answers.median, _("d"), before=answers_then.median),
        Figure(_("open without an answer"), found["unanswered"], tone="bad" if found["unanswered"] else "ok"),
        Figure(
            _("say that it got better"),
            share(found["better"], found["asked"]),
            PERCENT,
            before=share(found["better_then"], found["asked_then"]),
        ),
    ]
    rows = list(
        outside.filter(within("received_at", period))
        .exclude(category=None)
        .values("category__name")
        .annotate(number=Count("pk"))
        .order_by("-number", "category__name")[:SHOWN]
    )
    about = Drawing(
        BARS,
        _("What they write about"),
        [row["category__name"] for row in rows],
        [(_("Cases"), [row["number"] for row in rows], Shape.COLUMNS.value)],
    )
    return section("c1", _("What inhabitants and users say"), figures=figures, drawings=[about] if rows else [])
