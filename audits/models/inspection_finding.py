"""What was found in an inspection, in the authority's own words and grades (S23, S41)."""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.control_permissions import Act, can, visible_condition
from cases.models import Case
from organisation import clock
from organisation.history import Records
from organisation.models import Unit, User

from .finding import Finding, FindingQuerySet
from .inspection import Inspection

if TYPE_CHECKING:
    from handbook.models import Document


class InspectionFindingQuerySet(FindingQuerySet):
    def visible_to(self, user: User) -> Self:
        """The findings of the inspections the person may read."""
        return self.filter(visible_condition(user, "inspection__"))

    def reported(self) -> Self:
        """Those that stand in a report: the rest are drafts."""
        return self.filter(case__isnull=False)

    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def for_list(self) -> Self:
        return self.select_related("inspection__authority", "unit", "case")


class InspectionFinding(Finding):
    """One finding. A draft until the report is registered; then it becomes a case, and stands as it is written."""

    class Grade(models.TextChoices):
        LAW_BREACH = "law_breach", _lazy("Breach of law")
        ORDER = "order", _lazy("Order")
        DEVIATION = "deviation", _lazy("Deviation")
        REMARK = "remark", _lazy("Remark")
        RECOMMENDATION = "recommendation", _lazy("Recommendation")

    # A deviation in an inspection is a demand of law or regulation that is not met (internkontrollforskriften § 3).
    LAW_BREACHES = frozenset({Grade.LAW_BREACH.value, Grade.ORDER.value, Grade.DEVIATION.value})

    SERIOUS = LAW_BREACHES

    inspection = models.ForeignKey(
        Inspection, verbose_name=_lazy("inspection"), on_delete=models.PROTECT, related_name="findings"
    )
    grade = models.CharField(_lazy("grade"), max_length=15, choices=Grade)
    place = models.PositiveIntegerField(_lazy("order"), default=0, editable=False)
    number = models.CharField(_lazy("number in the report"), max_length=20, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="+")
    deadline = models.DateField(
        _lazy("its own deadline"), null=True, blank=True, help_text=_lazy("Such as for an order.")
    )

    history = Records()
    objects = InspectionFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("finding of an inspection")
        verbose_name_plural = _lazy("findings of inspections")
        ordering = ["place", "pk"]

    def get_absolute_url(self) -> str:
        return f"{self.inspection.get_absolute_url()}#funn-{self.pk}"

    @property
    def found_in(self) -> Inspection:
        return self.inspection

    @property
    def found_at(self) -> Unit:
        return self.unit

    @property
    def reported_on(self) -> datetime.date | None:
        return self.inspection.report_date

    @property
    def name(self) -> str:
        """Grade and number, as people say it: "Breach of law 2"."""
        return f"{self.get_grade_display()} {self.number or self.place}"

    @property
    def is_law_breach(self) -> bool:
        return self.grade in self.LAW_BREACHES

    @property
    def page_url(self) -> str:
        """The lasting address of the page, or ""."""
        return f"/d/{self.page_document_id}/" if self.page_document_id else ""

    @property
    def case_kind(self) -> str:
        return Case.Kind.INSPECTION_FINDING

    @property
    def origin_label(self) -> str:
        return _("%(finding)s in “%(inspection)s”") % {"finding": self.name, "inspection": self.inspection}

    def readable_by(self, user: User) -> bool:
        return can(user, Act.READ, self.inspection)

    @classmethod
    def add(
        cls, by: User, inspection: Inspection, *, document: "Document | None" = None, **facts: Any
    ) -> "InspectionFinding":
        """Write down a finding. When the report is registered already, it becomes a case at once.

        Raises PermissionDenied, and ValidationError by field, also when the inspection is closed.
        """
        with inspection.changing(by):
            inspection._demand(by, Act.KEEP)
            inspection._demand_status(_("The inspection is closed."), *_open_statuses())
            facts.setdefault("unit", inspection.unit)
            last = inspection.findings.aggregate(models.Max("place"))["place__max"] or 0
            finding = cls(inspection=inspection, place=last + 1, created_at=clock.now(), **facts)
            finding._concern(document)
            finding._guard()
            finding.save_by(by)
            if inspection.has_report:
                finding.open_case(by)
        return finding

    def change(self, by: User, *, version: int | None = None, document: "Document | None" = None, **facts: Any) -> None:
        """Correct a finding before it becomes a case. Raises PermissionDenied, StaleVersion and ValidationError."""
        self.inspection._demand(by, Act.KEEP)
        with self.changing(by, version=version):
            self._demand_draft()
            for name, value in facts.items():
                setattr(self, name, value)
            self._concern(document)
            self._guard()

    def remove(self, by: User) -> None:
        """It was not there after all; its history stays. Raises PermissionDenied and ValidationError."""
        with self.inspection.changing(by):
            self.inspection._demand(by, Act.KEEP)
            self.refresh_from_db(fields=["case"])
            self._demand_draft()
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def open_case(self, by: User) -> Case:
        """The case that follows it up, due by its own deadline or that of the answer; for `Inspection`."""
        deadline: datetime.date | None = self.deadline or self.inspection.answer_deadline
        sealed = self.inspection.restricted
        return self._open_case(by, unit=self.unit, grade=self.grade, deadline=deadline, sealed=sealed)

    def _demand_draft(self) -> None:
        if self.case_id:
            raise ValidationError(_("The finding is a case already, and stands as it is written."))

    def _concern(self, document: "Document | None") -> None:
        self.page = document.page if document else None
        self.page_document_id = document.document_id if document else ""
        self.page_label = str(document) if document else ""

    def _guard(self) -> None:
        wrong: dict[str, str] = {}
        if not self.words.strip():
            wrong["words"] = _("Write the finding as it stands in the report.")
        if self.unit not in self.inspection.units():
            wrong["unit"] = _("Choose a unit that is inspected.")
        if self.grade not in grades(self.inspection.kind):
            wrong["grade"] = _("Choose a grade of this kind of inspection.")
        if wrong:
            raise ValidationError(wrong)


def grades(kind: str) -> "list[InspectionFinding.Grade]":
    """The grades of a kind of inspection: an order is the state's, a recommendation the municipal audit's."""
    grade = InspectionFinding.Grade
    if kind == Inspection.Kind.MUNICIPAL:
        return [grade.LAW_BREACH, grade.DEVIATION, grade.REMARK, grade.RECOMMENDATION]
    return [grade.LAW_BREACH, grade.ORDER, grade.DEVIATION, grade.REMARK]


def _open_statuses() -> "list[Inspection.Status]":
    return [status for status in Inspection.Status if status != Inspection.Status.CLOSED]
