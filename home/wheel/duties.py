"""Every dated duty, gathered from where each is kept (G13).

A source is a function that answers with the duties of one kind in a scope. A new kind of duty is a line
in `Kind` and a function in `SOURCES`; the picture, the list, the table and the feed follow.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.audit_permissions import visible_condition
from audits.models import Audit, Inspection, Programme, SelfCheck, Sheet
from cases.models import Action
from cases.register import reading_of_visible
from handbook import reviews
from handbook.models import ReviewExtension
from home.wheel.models import WheelCheck, WheelEntry
from organisation import clock
from organisation.models import Unit, User
from results import measuring_duties, review_duties
from results.models import Network
from risk.models import Assessment

OF_CASE = (
    "case__unit",
    "case__page_owner",
    "case__handler",
    "case__reporter",
    "case__correspondent",
)  # what masking asks for


class Kind(models.TextChoices):
    """What sort of duty it is."""

    OWN = "own", gettext_lazy("Own duties")
    REVIEW = "review", gettext_lazy("Review of documents")
    MEASURE = "measure", gettext_lazy("Deadlines of measures")
    EVALUATION = "evaluation", gettext_lazy("Evaluations of effect")
    RISK = "risk", gettext_lazy("Review of risk assessments")
    INSPECTION = "inspection", gettext_lazy("Inspections and self-checks")
    AUDIT = "audit", gettext_lazy("Audits")
    MANAGEMENT = "management", gettext_lazy("Management reviews")
    INDICATOR = "indicator", gettext_lazy("Measuring of indicators")
    NETWORK = "network", gettext_lazy("Evaluations of memberships")


@dataclass(frozen=True)
class Duty:
    """Something to be done by a day. `outside` is the title where it may not say what a case holds; `done`
    is None where nobody could tick it off."""

    uid: str
    date: datetime.date
    kind: Kind
    title: str
    outside: str
    unit: Unit
    url: str
    changed: datetime.datetime
    done: bool | None = None
    who: str = ""

    @property
    def late(self) -> bool:
        return self.done is False and self.date < clock.today()


@dataclass(frozen=True)
class Scope:
    """Whose duties, and when. `unit` None and not `everything`: the person's own unit and those below it,
    the whole municipality's, and what the person is responsible for."""

    user: User
    first: datetime.date
    last: datetime.date
    unit: Unit | None = None
    everything: bool = False

    def where(self, path: str, person: str = "") -> Q:
        """The condition on the field with a unit's tree path, and on the one with a person."""
        if self.unit is not None:
            return Q(**{f"{path}__startswith": self.unit.path})
        if self.everything or self.user.unit is None:
            return Q()
        own = Q(**{f"{path}__startswith": self.user.unit.path}) | Q(**{f"{path.removesuffix('path')}depth": 1})
        return own | Q(**{person: self.user}) if person else own

    def concerns(self, unit: Unit) -> bool:
        """The same rule for a unit that is at hand."""
        if self.unit is not None:
            return unit.path.startswith(self.unit.path)
        if self.everything or self.user.unit is None:
            return True
        return unit.depth == 1 or unit.path.startswith(self.user.unit.path)

    def period(self, field: str) -> Q:
        return Q(**{f"{field}__range": (self.first, self.last)})


def own_duties(scope: Scope) -> Iterator[Duty]:
    """What the organisation has put in the wheel itself. Days before it was put there are not late."""
    entries = WheelEntry.objects.filter(scope.where("unit__path", "responsible"), active=True)
    checks = WheelCheck.objects.filter(scope.period("day"), entry__active=True)
    done = {(entry, day): at for entry, day, at in checks.values_list("entry_id", "day", "at")}
    for entry in entries.annotate(changed=_last_change(WheelEntry)).select_related("unit", "responsible"):
        expected = timezone.localdate(entry.made_at)
        for place, day in entry.dates(scope.first, scope.last):
            yield Duty(
                f"entry-{entry.pk}-{place}",
                day,
                Kind.OWN,
                entry.title,
                entry.title,
                entry.unit,
                entry.get_absolute_url(),
                max(entry.changed, done.get((entry.pk, day), entry.changed)),
                done=True if (entry.pk, day) in done else False if day >= expected else None,
                who=str(entry.responsible or ""),
            )


def document_reviews(scope: Scope) -> Iterator[Duty]:
    """Documents in force by their review date."""
    extended = ReviewExtension.objects.filter(document=OuterRef("document")).order_by("-at").values("at")[:1]
    changed = Coalesce(Subquery(extended), "approved_at")
    editions = reviews.in_force().filter(scope.where("owner_unit__path"), scope.period("document__review_date"))
    for edition in editions.annotate(changed=changed):
        document = edition.document
        title = _("Review %(page)s") % {"page": document}
        yield Duty(
            f"review-{document.document_id}",
            document.review_date,
            Kind.REVIEW,
            title,
            title,
            edition.owner_unit,
            document.get_absolute_url(),
            edition.changed,
            done=False,
        )


def measures(scope: Scope) -> Iterator[Duty]:
    """Deadlines of measures; what is to be done only as far as the person may read it."""
    for action in _actions(scope, "responsible").filter(scope.period("deadline")):
        yield Duty(
            f"measure-{action.pk}",
            action.deadline,
            Kind.MEASURE,
            _("Measure: %(text)s") % {"text": reading_of_visible(action.case, scope.user).text(action.text)},
            _("Measure in case %(reference)s") % {"reference": action.case.reference},
            action.case.unit,
            f"{action.case.get_absolute_url()}#tiltak",
            action.changed,
            done=action.done_at is not None,
        )


def evaluations(scope: Scope) -> Iterator[Duty]:
    """When the effect of a measure is to be evaluated."""
    for action in _actions(scope, "evaluator").filter(scope.period("evaluation_date")):
        yield Duty(
            f"evaluation-{action.pk}",
            action.evaluation_date,
            Kind.EVALUATION,
            _("Evaluate: %(measure)s") % {"measure": reading_of_visible(action.case, scope.user).text(action.text)},
            _("Evaluate the effect in case %(reference)s") % {"reference": action.case.reference},
            action.case.unit,
            f"{action.case.get_absolute_url()}#tiltak",
            action.changed,
            done=bool(action.effect),
        )


def _actions(scope: Scope, person: str) -> "QuerySet[Action]":
    """Measures of ordinary cases. A sealed case is in nobody's wheel: a calendar is shown on screens others see."""
    actions = Action.objects.live().filter(scope.where("case__unit__path", person), case__sealed=False)
    return actions.annotate(changed=_last_change(Action)).select_related(*OF_CASE)


def risk_reviews(scope: Scope) -> Iterator[Duty]:
    """Risk assessments in force by their review date. A restricted one is in nobody's wheel: a calendar is shown on
    screens others see."""
    due = Assessment.objects.in_force().filter(scope.where("unit__path", "leader"), scope.period("review_date"))
    for assessment in due.filter(restricted=False).for_list():
        title = _("Review the risk assessment “%(title)s”") % {"title": assessment}
        yield Duty(
            f"risk-{assessment.line}",
            assessment.review_date,
            Kind.RISK,
            title,
            title,
            assessment.unit,
            assessment.get_absolute_url(),
            assessment.decided_at,
            done=False,
            who=str(assessment.leader),
        )


def inspections(scope: Scope) -> Iterator[Duty]:
    """Visits, answers and reports back to the council, and self-checks to be signed: as far as the person may read them.
    A restricted inspection is in nobody's wheel: a calendar is shown on screens others see."""
    found = Inspection.objects.visible_to(scope.user).filter(scope.where("unit__path", "responsible"), restricted=False)
    days = (
        ("visit_from", _("Visit: %(title)s"), lambda row: None if row.status == row.Status.NOTICED else True),
        ("answer_deadline", _("Answer “%(title)s”"), lambda row: not row.awaits_answer),
        ("council_report_back", _("Report back to the council: %(title)s"), lambda row: row.is_closed),
    )
    in_period = Q(pk__in=[])
    for field, _words, _is_done in days:
        in_period |= scope.period(field)
    for row in found.filter(in_period).annotate(changed=_last_change(Inspection)).for_list():
        for field, words, is_done in days:
            day = getattr(row, field)
            if day is None or not scope.first <= day <= scope.last:
                continue
            yield Duty(
                f"inspection-{field}-{row.pk}",
                day,
                Kind.INSPECTION,
                words % {"title": row.title},
                words % {"title": row.title} if row.has_report else _("Visit by who inspects us"),
                row.unit,
                row.get_absolute_url(),
                row.changed,
                done=is_done(row),
                who=str(row.responsible),
            )
    yield from _self_checks(scope)


def _self_checks(scope: Scope) -> Iterator[Duty]:
    sheets = Sheet.objects.visible_to(scope.user).filter(scope.where("unit__path"), scope.period("check_of__deadline"))
    sent = sheets.exclude(check_of__status=SelfCheck.Status.DRAFT).annotate(changed=_last_change(Sheet))
    for sheet in sent.select_related("unit", "check_of"):
        title = _("Answer the self-check “%(title)s”") % {"title": sheet.check_of}
        yield Duty(
            f"self-check-{sheet.pk}",
            sheet.check_of.deadline,
            Kind.INSPECTION,
            title,
            _("Answer a self-check"),
            sheet.unit,
            sheet.get_absolute_url(),
            sheet.changed,
            done=sheet.is_signed or not sheet.check_of.is_open,
        )


def audits(scope: Scope) -> Iterator[Duty]:
    """Audits by their first day, or the last of their month: those of a decided programme, which is open to all, and those
    that are noticed, for who may read them. A restricted one is in nobody's wheel: a calendar is shown on screens others
    see."""
    readable = ExpressionWrapper(
        visible_condition(scope.user) & ~Q(status=Audit.Status.PLANNED), output_field=BooleanField()
    )
    decided = Q(programme__status=Programme.Status.DECIDED)
    years = Q(year__range=(scope.first.year, scope.last.year)) | scope.period("starts_on")
    audits = Audit.objects.standing().annotate(readable=readable)
    shown = audits.filter(decided | Q(readable=True), years, restricted=False)
    found = shown.filter(scope.where("unit__path"))
    for audit in found.annotate(changed=_last_change(Audit)).for_list():
        day = audit.planned_day
        if day is None or not scope.first <= day <= scope.last:
            continue
        title = _("Audit: %(title)s") % {"title": audit}
        yield Duty(
            f"audit-{audit.pk}",
            day,
            Kind.AUDIT,
            title,
            title,
            audit.unit,
            audit.get_absolute_url() if audit.readable else audit.programme.get_absolute_url(),
            audit.changed,
            done=audit.is_issued,
            who=str(audit.lead or ""),
        )


def management_reviews(scope: Scope) -> Iterator[Duty]:
    """By when each result unit and the municipality must hold its next review, from the first that is begun."""
    units = [unit for unit in review_duties.units() if scope.concerns(unit)]
    for duty in review_duties.of(units):
        if duty.since and scope.first <= duty.by <= scope.last:
            title = _("Management review of %(unit)s") % {"unit": duty.unit}
            yield Duty(
                f"management-review-{duty.unit.code}-{duty.by.year}",
                duty.by,
                Kind.MANAGEMENT,
                title,
                title,
                duty.unit,
                reverse("results:reviews"),
                duty.since,
                done=False,
            )


def measurements(scope: Scope) -> Iterator[Duty]:
    """When indicators are to be measured by hand."""
    where = scope.where("goal__unit__path", "owner")
    unit = scope.unit or (None if scope.everything else scope.user.unit)
    for duty in measuring_duties.between(where, unit, scope.first, scope.last):
        title = _("Measure “%(indicator)s” for %(period)s") % {"indicator": duty.indicator, "period": duty.period}
        made = duty.measurement
        yield Duty(
            f"indicator-{duty.indicator.pk}-{duty.unit.pk}-{duty.period.code}",
            duty.due,
            Kind.INDICATOR,
            title,
            title,
            duty.unit,
            f"{duty.indicator.get_absolute_url()}?enhet={duty.unit.pk}",
            made.at if made else duty.indicator.created_at,
            done=made is not None,
            who=duty.who,
        )


def network_evaluations(scope: Scope) -> Iterator[Duty]:
    """Memberships and networks by their next evaluation."""
    due = Network.objects.current().filter(scope.where("unit__path", "contact"), scope.period("evaluate_on"))
    for network in due.annotate(changed=_last_change(Network)).select_related("unit", "contact"):
        title = _("Evaluate %(name)s") % {"name": network}
        yield Duty(
            f"network-{network.pk}",
            network.evaluate_on,
            Kind.NETWORK,
            title,
            title,
            network.unit,
            network.get_absolute_url(),
            network.changed,
            done=False,
            who=str(network.contact),
        )


def _last_change(model: type[Model]) -> Subquery:
    """When the record was last changed, from its history."""
    rows = model.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date")  # type: ignore[attr-defined]
    return Subquery(rows.values("history_date")[:1], output_field=DateTimeField())


Source = Callable[[Scope], Iterable[Duty]]
SOURCES: dict[Kind, Source] = {
    Kind.OWN: own_duties,
    Kind.REVIEW: document_reviews,
    Kind.MEASURE: measures,
    Kind.EVALUATION: evaluations,
    Kind.RISK: risk_reviews,
    Kind.INSPECTION: inspections,
    Kind.AUDIT: audits,
    Kind.MANAGEMENT: management_reviews,
    Kind.INDICATOR: measurements,
    Kind.NETWORK: network_evaluations,
}


def gather(scope: Scope, kind: Kind | None = None) -> list[Duty]:
    """The duties in the scope in the order of time, of one kind or all. One query for each source."""
    if not scope.user.is_active:
        return []
    sources = [source for name, source in SOURCES.items() if kind in (None, name)]
    duties = [duty for source in sources for duty in source(scope)]
    return sorted(duties, key=lambda duty: (duty.date, duty.kind, duty.title))
