"""What can be assessed, with how it stands: IT systems and assets, and environmental aspects (G23)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q
from django.http import QueryDict

from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import User
from risk.forms.filters import SubjectFilters
from risk.models import Assessment, Risk, Subject
from risk.models.assessment import AssessmentQuerySet
from risk.models.registers import ActiveQuerySet


@dataclass(frozen=True)
class Line:
    """One asset or aspect, the newest assessment of it that holds, and the highest risk of those, as the person may
    read them."""

    subject: Subject
    latest: Assessment | None
    highest: int | None


class SubjectSelection:
    """The assets and aspects a person asked for by a query string. Open to all; their assessments as they may be read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = SubjectFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def subjects(self) -> ActiveQuerySet:
        """By kind, those that matter most first."""
        found = Subject.objects.select_related("unit", "owner").order_by("kind", "-weight", "name", "pk")
        if not self.asked.get("inactive"):
            found = found.active()
        for word in self.asked.get("words", "").split():
            found = found.filter(holds("name", word) | holds("description", word))
        if kind := self.asked.get("kind"):
            found = found.filter(kind=kind)
        if unit := self.asked.get("unit"):
            found = found.filter(unit__path__startswith=unit.path)
        if self.asked.get("lacking"):
            found = found.filter(~Q(Exists(self._assessments().filter(subject=OuterRef("pk")))))
        return found

    def lines(self, subjects: Iterable[Subject]) -> list[Line]:
        """Each with its figures. Two queries."""
        shown = list(subjects)
        assessed = self._assessments().filter(subject__in=shown).order_by("year", "decided_at", "pk")
        latest = {assessment.subject_id: assessment for assessment in assessed}
        risks = Risk.objects.live().filter(assessment__in=self._assessments().filter(subject__in=shown)).with_scores()
        grouped = risks.order_by().values("assessment__subject").annotate(highest=Max("now"))
        highest = dict(grouped.values_list("assessment__subject", "highest"))
        return [Line(subject, latest.get(subject.pk), highest.get(subject.pk)) for subject in shown]

    def _assessments(self) -> AssessmentQuerySet:
        return Assessment.objects.visible_to(self.user).in_force()
