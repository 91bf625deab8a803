"""What of the risk assessments can be found by searching (G14)."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from organisation.models import User
from risk.models import Assessment, Risk
from risk.uses import Use
from search.sources import Found, Source


class Assessments(Source):
    """Assessments in force and drafts, for those who may read them."""

    name = "risk"
    label = _("Risk assessments")
    worth = 0.7
    watched = {Assessment: lambda assessment: [assessment.pk]}

    def visible_condition(self, user: User) -> Q:
        return Q(Exists(Assessment.objects.visible_to(user).filter(pk=OuterRef("owner_id"))))

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        assessments = Assessment.objects.in_use()
        if owner_ids is not None:
            assessments = assessments.filter(pk__in=owner_ids)
        for assessment in assessments.select_related("unit", "subject").iterator(100):
            yield self._found(assessment)

    def type_label(self, code: str) -> str:
        return str(Use(code).label)

    def status_label(self, code: str) -> str:
        return str(Assessment.Status(code).label)

    def _found(self, assessment: Assessment) -> Found:
        return Found(
            key=str(assessment.pk),
            owner_id=assessment.pk,
            url=assessment.get_absolute_url(),
            title=assessment.title,
            summary=assessment.scope,
            headings=assessment.subject.name if assessment.subject else "",
            unit=assessment.unit,
            type=assessment.use,
            status=assessment.status,
            dated=(assessment.decided_at or assessment.created_at).date(),
        )


class Risks(Source):
    """The risks in them, each at its own address."""

    name = "threat"
    label = _("Risks")
    worth = 0.6
    watched = {
        Risk: lambda row: [row.pk],
        Assessment: lambda assessment: assessment.rows.values_list("pk", flat=True),
    }

    def visible_condition(self, user: User) -> Q:
        return Q(Exists(Risk.objects.visible_to(user).filter(pk=OuterRef("owner_id"))))

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        rows = Risk.objects.live().filter(assessment__in=Assessment.objects.in_use())
        if owner_ids is not None:
            rows = rows.filter(pk__in=owner_ids)
        for row in rows.select_related("assessment__unit").iterator(500):
            if str(row):
                yield self._found(row)

    def status_label(self, code: str) -> str:
        return str(Assessment.Status(code).label)

    def _found(self, row: Risk) -> Found:
        assessment = row.assessment
        return Found(
            key=str(row.pk),
            owner_id=row.pk,
            url=row.get_absolute_url(),
            title=str(row),
            context=assessment.title,
            text=". ".join(filter(None, (row.threat, row.aspect, row.preventive, row.limiting))),
            unit=assessment.unit,
            status=assessment.status,
            dated=(assessment.decided_at or assessment.created_at).date(),
        )
