"""What was found, in an inspection or an audit: its words stand as they were written, and a case follows it up (S23)."""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Case
from organisation import clock
from organisation.history import VersionedModel
from organisation.models import Unit, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLE_LENGTH = 110


class FindingQuerySet(models.QuerySet[Any]):
    """Findings of either kind, by how it goes with their cases."""

    def open(self) -> Self:
        """Those whose case is open."""
        return self.filter(case__status__in=Case.OPEN)

    def late(self) -> Self:
        """Those whose case is open past its deadline, where there is anything to put right."""
        return self.open().filter(self._is_late())

    def closed(self) -> Self:
        """Those whose case is ended."""
        return self.filter(case__status__in=Case.ENDED)

    def serious(self) -> Self:
        """Those that are open, of the grades that are serious."""
        return self.open().filter(grade__in=self.model.SERIOUS)

    def urgent(self) -> Self:
        """Those that are open, and serious or late."""
        return self.open().filter(Q(grade__in=self.model.SERIOUS) | self._is_late())

    def _is_late(self) -> Q:
        return Q(case__deadline__lt=clock.today()) & ~Q(grade__in=self.model.NOTHING_TO_MEND)


class Finding(VersionedModel):
    """What every finding has. A model of its own for inspections and one for audits: each knows where it was found, has
    grades of its own (`grade`), and says what its case is (`case_kind`)."""

    words = models.TextField(_lazy("the finding"), help_text=_lazy("Word for word."))
    basis = models.CharField(
        _lazy("what it is measured against"), max_length=300, blank=True, help_text=_lazy("Law, clause or procedure.")
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page it concerns"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("page it concerns"), max_length=300, blank=True, editable=False)
    case = models.OneToOneField(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    LAW_BREACHES: ClassVar[frozenset[str]] = frozenset()  # grades that are a breach of law
    SERIOUS: ClassVar[frozenset[str]] = frozenset()  # grades that a leader must know of
    NOTHING_TO_MEND: ClassVar[frozenset[str]] = frozenset()  # grades that are never late: no deadline is promised

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def title(self) -> str:
        """The words on one line, as long as a title may be."""
        line = " ".join(self.words.split())
        return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"

    @property
    def measured_against(self) -> str:
        """Law, clause or procedure, in words."""
        return self.basis

    @property
    def is_late(self) -> bool:
        """Whether its case is open past its deadline, where there is anything to put right: as `late` finds it."""
        return self.case is not None and self.case.is_overdue and self.grade not in self.NOTHING_TO_MEND  # type: ignore[attr-defined]

    @property
    def found_in(self) -> models.Model:
        """The inspection or the audit."""
        raise NotImplementedError

    @property
    def found_at(self) -> Unit:
        """The unit it concerns."""
        raise NotImplementedError

    @property
    def reported_on(self) -> datetime.date | None:
        """The day of the report it stands in."""
        raise NotImplementedError

    @property
    def case_kind(self) -> str:
        """The kind of case that follows it up."""
        raise NotImplementedError

    @property
    def origin_label(self) -> "StrOrPromise":
        """What a case that comes from it calls it."""
        raise NotImplementedError

    def readable_by(self, user: User) -> bool:
        """Whether the person may read where it was found: for a case that shows what it comes from."""
        raise NotImplementedError

    def _open_case(
        self, by: User, *, unit: Unit, grade: str, deadline: datetime.date | None, sealed: bool = False
    ) -> Case:
        """The case that follows the finding up, received at the unit, where it is assessed and handled like any other; in
        the transaction of the step that calls, which has asked whether the person may. The leaders there are told.

        Raises ValidationError when it has a case already.
        """
        with self.changing(by):
            if self.case:
                raise ValidationError(_("The finding is followed up in case %(case)s already.") % {"case": self.case})
            basis = _("Measured against: %(basis)s") % {"basis": self.basis} if self.basis else ""
            self.case = Case.report(
                by,
                origin=self,
                kind=self.case_kind,
                channel=Case.Channel.CONTROL,
                place=unit,
                title=self.title,
                description="\n\n".join(part for part in (self.words.strip(), basis) if part),
                law_breach=grade in self.LAW_BREACHES,
                deadline=deadline,
                sealed=sealed,
                page=self.page,
            )
        return self.case
