"""e) Whether the actions on risks and opportunities work: what is left, what is highest, what is accepted."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.risk import DEMANDS_MEASURE_ABOVE, MODERATE_ABOVE
from organisation import clock
from organisation.models import Unit
from results.charts import Shape
from results.inputs.counting import count, within
from results.inputs.section import BARS, Cell, Drawing, Figure, Section, Table, section
from results.periods import Period
from risk.models import Acceptance, Assessment, Risk

HIGHEST = 10
LEVELS = ("red", "yellow", "green")


def build(unit: Unit, period: Period) -> Section:
    """As it is today, of assessments in force that are not restricted. Four queries."""
    before = period.previous()
    risks = Risk.objects.in_force().in_unit(unit).filter(assessment__restricted=False)
    found = count(
        risks.with_scores().order_by(),
        number=Q(before__isnull=False),
        confirmed=within("residual_confirmed_at", period),
        confirmed_then=within("residual_confirmed_at", before),
        **_levels("now"),
        **_levels("before"),
    )
    accepted = list(
        Acceptance.objects.standing()
        .filter(risk__in=risks.values("pk"), risk__assessment__status=Assessment.Status.DECIDED)
        .select_related("risk__assessment")
        .order_by("until", "pk")
    )
    expired = sum(one.until < clock.today() for one in accepted)
    address = reverse("risk:unit", args=[unit.code])
    figures = [
        Figure(_("risks in force"), found["number"], url=address),
        Figure(_("over 10 when assessed"), found["red_before"]),
        Figure(_("over 10 now"), found["red_now"], tone="bad" if found["red_now"] else "ok"),
        Figure(_("residual risk confirmed"), found["confirmed"], before=found["confirmed_then"]),
        Figure(_("accepted risks"), len(accepted)),
        Figure(_("acceptances that have run out"), expired, tone="bad" if expired else ""),
    ]
    levels = Drawing(
        BARS,
        _("Risks when assessed and now"),
        [_("Over 10"), _("5 to 10"), _("Up to 4")],
        [
            (_("When assessed"), [found[f"{level}_before"] for level in LEVELS], Shape.COLUMNS.value),
            (_("Now"), [found[f"{level}_now"] for level in LEVELS], Shape.COLUMNS.value),
        ],
    )
    highest = list(risks.highest().select_related("assessment__unit")[:HIGHEST])
    tables = [
        Table(
            _("The ten highest now"),
            [_("Risk"), _("Assessment"), _("Unit"), _("Score")],
            [
                [
                    Cell(str(risk), risk.get_absolute_url()),
                    Cell(risk.assessment.title),
                    Cell(str(risk.assessment.unit)),
                    Cell(
                        str(risk.score_now or "–"), tone="bad" if (risk.score_now or 0) > DEMANDS_MEASURE_ABOVE else ""
                    ),
                ]
                for risk in highest
            ],
        ),
        Table(
            _("Accepted risks"),
            [_("Risk"), _("Accepted by"), _("Score"), _("Until")],
            [
                [
                    Cell(str(one.risk), one.risk.get_absolute_url()),
                    Cell(one.by_name),
                    Cell(str(one.score)),
                    Cell(f"{one.until:%d.%m.%Y}", tone="bad" if one.expired else ""),
                ]
                for one in accepted[:HIGHEST]
            ],
            more=max(len(accepted) - HIGHEST, 0),
        ),
    ]
    title, note = _("Risks and opportunities"), _("As it is today. Restricted assessments are not counted.")
    if not found["number"]:
        return section("e", title, note=_("The unit has no risk assessment in force that is open to all."))
    return section("e", title, figures=figures, tables=tables, drawings=[levels], note=note)


def _levels(score: str) -> dict[str, Q]:
    return {
        f"red_{score}": Q(**{f"{score}__gt": DEMANDS_MEASURE_ABOVE}),
        f"yellow_{score}": Q(**{f"{score}__gt": MODERATE_ABOVE, f"{score}__lte": DEMANDS_MEASURE_ABOVE}),
        f"green_{score}": Q(**{f"{score}__lte": MODERATE_ABOVE}),
    }
