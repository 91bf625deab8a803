"""The registers of assessments and of risks: what a person may read of them, filtered and sorted (S80, G23)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Max, OrderBy, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from cases.models import Case
from cases.risk import DEMANDS_MEASURE_ABOVE, MODERATE_ABOVE, Colour
from organisation import clock
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import Unit, User
from risk.forms.filters import BEFORE, EVERY, LED, SORTINGS, AssessmentFilters, RiskFilters
from risk.models import Acceptance, Assessment, Link, Risk
from risk.models.assessment import AssessmentQuerySet
from risk.models.row import RiskQuerySet
from risk.permissions import taking_part_condition

SCORES = {
    Colour.RED: {"gt": DEMANDS_MEASURE_ABOVE},
    Colour.YELLOW: {"gt": MODERATE_ABOVE, "lte": DEMANDS_MEASURE_ABOVE},
    Colour.GREEN: {"lte": MODERATE_ABOVE},
}


class Selection:
    """The assessments a person asked for by a query string, of those the person may read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = AssessmentFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def assessments(self) -> AssessmentQuerySet:
        """The assessments with their figures, filtered and sorted."""
        found = self._of_status(Assessment.objects.visible_to(self.user))
        for name, value in self.asked.items():
            if narrow := getattr(self, f"_by_{name}", None):
                found = narrow(found, value)
        _label, names = SORTINGS[self.asked.get("sorting") or "newest"]
        return with_figures(found, self.user).order_by(*map(_ordering, names))

    def _of_status(self, found: AssessmentQuerySet) -> AssessmentQuerySet:
        """Of the status asked for; else those that hold, and the drafts where there is something for the person to do."""
        status = self.asked.get("status")
        if status:
            return found if status == EVERY else found.filter(status=status)
        drafts = Q(status=Assessment.Status.DRAFT) & taking_part_condition(self.user)
        return found.filter(Q(status=Assessment.Status.DECIDED) | drafts)

    def _by_words(self, found: AssessmentQuerySet, words: str) -> AssessmentQuerySet:
        for word in words.split():
            rows = Risk.objects.live().filter(_any_holds(word, "aspect", "threat")).values("assessment")
            fields = ("title", "scope", "subject__name", "leader__first_name", "leader__last_name")
            found = found.filter(_any_holds(word, *fields) | Q(pk__in=rows))
        return found

    def _by_use(self, found: AssessmentQuerySet, use: str) -> AssessmentQuerySet:
        return found.filter(use=use)

    def _by_sub_kind(self, found: AssessmentQuerySet, sub_kind: str) -> AssessmentQuerySet:
        return found.filter(sub_kind=sub_kind)

    def _by_unit(self, found: AssessmentQuerySet, unit: Unit) -> AssessmentQuerySet:
        return found.in_unit(unit)

    def _by_year(self, found: AssessmentQuerySet, year: int) -> AssessmentQuerySet:
        return found.filter(year=year)

    def _by_mine(self, found: AssessmentQuerySet, mine: str) -> AssessmentQuerySet:
        return found.led_by(self.user) if mine == LED else found.filter(taking_part_condition(self.user))

    def _by_late(self, found: AssessmentQuerySet, _yes: bool) -> AssessmentQuerySet:
        return found.in_force().filter(review_date__lt=clock.today())

    def _by_restricted(self, found: AssessmentQuerySet, _yes: bool) -> AssessmentQuerySet:
        return found.filter(restricted=True)


class RiskSelection:
    """The risks in force that a person asked for, of those the person may read; the most serious first."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = RiskFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def risks(self) -> RiskQuerySet:
        found = Risk.objects.in_force().visible_to(self.user).highest().with_square()
        for name, value in self.asked.items():
            if narrow := getattr(self, f"_by_{name}", None):
                found = narrow(found, value)
        return found

    @property
    def _then(self) -> bool:
        return self.asked.get("when") == BEFORE

    def _by_words(self, found: RiskQuerySet, words: str) -> RiskQuerySet:
        for word in words.split():
            found = found.filter(_any_holds(word, "aspect", "threat", "assessment__title"))
        return found

    def _by_level(self, found: RiskQuerySet, level: str) -> RiskQuerySet:
        score = "before" if self._then else "now"
        return found.filter(**{f"{score}__{test}": limit for test, limit in SCORES[Colour(level)].items()})

    def _by_use(self, found: RiskQuerySet, use: str) -> RiskQuerySet:
        return found.filter(assessment__use=use)

    def _by_unit(self, found: RiskQuerySet, unit: Unit) -> RiskQuerySet:
        return found.in_unit(unit)

    def _by_law_breach(self, found: RiskQuerySet, _yes: bool) -> RiskQuerySet:
        return found.filter(law_breach=True)

    def _by_probability(self, found: RiskQuerySet, level: int) -> RiskQuerySet:
        return found.filter(**{"probability" if self._then else "probability_now": level})

    def _by_consequence(self, found: RiskQuerySet, level: int) -> RiskQuerySet:
        return found.filter(**{"consequence" if self._then else "consequence_now": level})

    def _by_page(self, found: RiskQuerySet, document_id: str) -> RiskQuerySet:
        return found.filter(pk__in=Link.objects.filter(page_document_id=document_id).values("risk"))

    @property
    def page_label(self) -> str:
        """What the page that is asked for is called, as far as the risks shown know it."""
        document_id = self.asked.get("page", "")
        labels = Link.objects.visible_to(self.user).filter(page_document_id=document_id)
        return labels.values_list("page_label", flat=True).first() or document_id


def for_table(risks: RiskQuerySet) -> RiskQuerySet:
    """With what a line of the table of risks shows: `standing_acceptances` beside `for_list`."""
    standing = Prefetch("acceptances", Acceptance.objects.standing(), to_attr="standing_acceptances")
    return risks.for_list().prefetch_related(standing)


def readable_cases(risks: Iterable[Risk], user: User) -> set[int]:
    """The keys of the cases of these risks that the person may read. One query."""
    cases = Case.objects.visible_to(user).filter(pk__in=[risk.case_id for risk in risks if risk.case_id])
    return set(cases.values_list("pk", flat=True))


def with_figures(assessments: AssessmentQuerySet, user: User) -> AssessmentQuerySet:
    """With `highest`, the highest risk as it is now; `demanding`, how many rows demand a measure; and `under_way`, how
    many have a case that is open, of those the person may read."""
    rows = Risk.objects.live().filter(assessment=OuterRef("pk")).order_by()
    top = rows.with_scores().values("assessment").annotate(figure=Max("now"))
    cases = Case.objects.visible_to(user).open().values("pk")
    return assessments.annotate(
        highest=Subquery(top.values("figure")),
        demanding=_number(rows.demanding()),
        under_way=_number(rows.filter(case__in=cases)),
    )


def _number(rows: QuerySet[Risk]) -> Coalesce:
    return Coalesce(Subquery(rows.values("assessment").annotate(figure=Count("pk")).values("figure")), 0)


def _any_holds(word: str, *fields: str) -> Q:
    condition = Q(pk__in=[])
    for field in fields:
        condition |= holds(field, word)
    return condition


def _ordering(name: str) -> OrderBy:
    field = F(name.lstrip("-"))
    return field.desc(nulls_last=True) if name.startswith("-") else field.asc(nulls_last=True)


def address_of_risks(**parameters: Any) -> str:
    """The address of the list of risks, narrowed down; what is None or empty is left out."""
    narrowed = {RiskFilters.parameters[name]: value for name, value in parameters.items() if value}
    return f"{reverse('risk:risks')}?{urlencode(narrowed) or 'alle=1'}"
