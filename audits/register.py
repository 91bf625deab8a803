"""The registers of inspections and self-checks: what a person may read of them, filtered and sorted (S40)."""

from typing import Any

from django.db.models import Case as Choice
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from audits.forms.filters import EVERY, SORTINGS, InspectionFilters, SelfCheckFilters
from audits.models import Authority, Inspection, InspectionFinding, SelfCheck
from audits.models.inspection import InspectionQuerySet
from audits.models.self_check import SelfCheckQuerySet
from cases.models import Case
from organisation import clock
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import Unit, User


class Selection:
    """The inspections of one kind a person asked for by a query string, of those the person may read."""

    def __init__(self, user: User, kind: str, query: QueryDict) -> None:
        self.user, self.kind = user, kind
        self.form = InspectionFilters(query, kind=kind)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def inspections(self) -> InspectionQuerySet:
        """With their figures, filtered and sorted; what is late comes first unless another order is asked for."""
        found = self._of_status(Inspection.objects.visible_to(self.user).filter(kind=self.kind))
        for name, value in self.asked.items():
            if narrow := getattr(self, f"_by_{name}", None):
                found = narrow(found, value)
        _label, names = SORTINGS[self.asked.get("sorting") or "late"]
        return with_figures(found, self.user).order_by(*map(_ordering, names))

    def _of_status(self, found: InspectionQuerySet) -> InspectionQuerySet:
        status = self.asked.get("status")
        if status == EVERY:
            return found
        return found.filter(status=status) if status else found.under_way()

    def _by_words(self, found: InspectionQuerySet, words: str) -> InspectionQuerySet:
        fields = ("title", "scope", "law", "their_reference", "archive_reference", "authority__name")
        for word in words.split():
            condition = Q(pk__in=InspectionFinding.objects.filter(holds("words", word)).values("inspection"))
            for field in fields:
                condition |= holds(field, word)
            found = found.filter(condition)
        return found

    def _by_authority(self, found: InspectionQuerySet, authority: Authority) -> InspectionQuerySet:
        return found.filter(authority=authority)

    def _by_orderer(self, found: InspectionQuerySet, orderer: str) -> InspectionQuerySet:
        return found.filter(orderer=orderer)

    def _by_unit(self, found: InspectionQuerySet, unit: Unit) -> InspectionQuerySet:
        return found.in_unit(unit)

    def _by_year(self, found: InspectionQuerySet, year: int) -> InspectionQuerySet:
        return found.filter(notice_date__year=year)

    def _by_late(self, found: InspectionQuerySet, _yes: bool) -> InspectionQuerySet:
        return found.to_answer().filter(answer_deadline__lt=clock.today())


class SelfCheckSelection:
    """The self-checks a person asked for by a query string, of those the person may read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = SelfCheckFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def checks(self) -> SelfCheckQuerySet:
        """With figures; those that are sent come first, by deadline, then drafts, then closed ones, the newest first."""
        found = SelfCheck.objects.visible_to(self.user)
        for word in self.asked.get("words", "").split():
            found = found.filter(holds("title", word) | holds("about", word))
        for name in ("status", "framework", "year"):
            if value := self.asked.get(name):
                found = found.filter(**{name: value})
        if unit := self.asked.get("unit"):
            found = found.in_unit(unit)
        if self.asked.get("late"):
            found = found.unanswered(unit)
        order = Choice(
            When(status=SelfCheck.Status.OPEN, then=0), When(status=SelfCheck.Status.DRAFT, then=1), default=2
        )
        sent = found.with_figures().annotate(order=order).select_related("unit")
        return sent.order_by("order", F("deadline").asc(nulls_last=True), "-year", "title", "pk")


def with_figures(inspections: InspectionQuerySet, user: User) -> InspectionQuerySet:
    """With `number`, how many findings it has; `under_way_cases`, how many of their cases are open, of those the person may
    read; and `answer_due`, the deadline while an answer is waited for."""
    rows = InspectionFinding.objects.filter(inspection=OuterRef("pk")).order_by()
    cases = Case.objects.visible_to(user).open().values("pk")
    waits = When(status=Inspection.Status.REPORTED, then=F("answer_deadline"))
    return inspections.annotate(
        number=_number(rows),
        under_way_cases=_number(rows.filter(case__in=cases)),
        answer_due=Choice(waits, default=None),
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("inspection").annotate(figure=Count("pk")).values("figure")), 0)


def _ordering(name: str) -> Any:
    field = F(name.lstrip("-"))
    return field.desc(nulls_last=True) if name.startswith("-") else field.asc(nulls_last=True)
