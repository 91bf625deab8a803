"""A checklist that somebody filled in and signed (G12): the points as they were asked, the answers, the deviations."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User, within
from organisation.roles import Right

from .document import Document
from .edition import Edition

NOTE_MOST = 1_000


class ChecklistAnswer(models.TextChoices):
    """What can be answered to a point. A no is a deviation."""

    YES = "yes", _lazy("Yes")
    NO = "no", _lazy("No")
    NOT_RELEVANT = "not_relevant", _lazy("Not relevant")


class FilledChecklistQuerySet(models.QuerySet["FilledChecklist"]):
    def visible_to(self, user: User) -> Self:
        """One's own, signed or not, and the signed ones of units whose cases the person reads whole."""
        own_units = within(user.right_paths(Right.READ_WHOLE_CASES), "unit__path")
        return self.filter(Q(by=user) | (Q(signed_at__isnull=False) & own_units))

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def open(self) -> Self:
        return self.filter(signed_at__isnull=True)


class FilledChecklist(VersionedModel):
    """One round through a checklist of an edition. Changed until it is signed, never after.

    `points` is a list of {"text", "answer", "note", "case"}: the point as asked, and the reference of
    the deviation a no has opened.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    document = models.ForeignKey(
        Document, verbose_name=_lazy("document"), on_delete=models.PROTECT, related_name="filled_checklists"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_lazy("version"), on_delete=models.PROTECT, related_name="filled_checklists"
    )
    place = models.PositiveSmallIntegerField(_lazy("place on the page"))
    title = models.CharField(_lazy("checklist"), max_length=120)
    points = models.JSONField(_lazy("points"))
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("filled in by"),
        on_delete=models.PROTECT,
        related_name="checklists",
    )
    by_name = models.CharField(_lazy("name"), max_length=200)
    note = models.TextField(_lazy("note"), max_length=NOTE_MOST, blank=True)
    started_at = models.DateTimeField(_lazy("started"))
    signed_at = models.DateTimeField(_lazy("signed"), null=True, blank=True)
    noes = models.PositiveSmallIntegerField(_lazy("answers of no"), default=0)

    history = Records()
    objects = FilledChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("filled-in checklist")
        verbose_name_plural = _lazy("filled-in checklists")
        ordering = ["-signed_at", "-pk"]
        indexes = [models.Index(fields=["unit", "-signed_at"])]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_round_per_form")]

    def __str__(self) -> str:
        return f"{self.edition} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:checklist", args=[self.pk])

    def can_be_read_by(self, user: User) -> bool:
        """The same rule as `visible_to`."""
        if self.by_id == user.pk:
            return True
        return self.signed_at is not None and user.has_right(Right.READ_WHOLE_CASES, self.unit)

    @property
    def form_url(self) -> str:
        """Where its own person goes on filling it in, in the edition it was begun in."""
        way = reverse("handbook:fill_checklist", args=[self.edition.document_code, self.place])
        return f"{way}?edition={self.edition.label}"

    @classmethod
    def begin(cls, by: User, edition: Edition, place: int, unit: Unit, key: uuid.UUID) -> "FilledChecklist":
        """A new round, or the one this `key` began. Raises ValidationError when there is no such
        checklist in the edition."""
        checklist = edition.checklists.get(place)
        if checklist is None:
            raise ValidationError(_("This checklist is not on the page any more."))
        with transaction.atomic():
            begun, _is_new = cls.objects.get_or_create(
                key=key,
                by=by,
                defaults={
                    "document_id": edition.document_id,
                    "edition": edition,
                    "place": place,
                    "title": checklist["title"],
                    "points": [{"text": text, "answer": "", "note": "", "case": ""} for text in checklist["items"]],
                    "unit": unit,
                    "by_name": str(by),
                    "started_at": clock.now(),
                },
            )
        return begun

    def fill(self, by: User, answers: list[tuple[str, str]], *, unit: Unit, note: str, version: int) -> None:
        """Keep the answers, (answer, note) for each point. Raises PermissionDenied for another person and
        when it is signed, StaleVersion when it was changed in another window."""
        with self.changing(by, version=version) as current:
            current._refuse_unless_open_to(by)
            current._take(answers, unit, note)
        self.refresh_from_db()

    def sign(self, by: User, answers: list[tuple[str, str]], *, unit: Unit, note: str, version: int) -> list[Case]:
        """Keep the answers and sign: every point answered, every no explained. A no opens a deviation
        tied to the page and its edition. Raises as `fill`, and ValidationError with the points to mend.
        """
        with self.changing(by, version=version) as current:
            current._refuse_unless_open_to(by)
            current._take(answers, unit, note)
            current._refuse_unless_complete()
            cases = [current._report(point) for point in current.points if point["answer"] == ChecklistAnswer.NO]
            current.signed_at = clock.now()
        self.refresh_from_db()
        return cases

    def discard(self, by: User) -> None:
        """Throw away what is not signed; that it was there stays in the history. Raises PermissionDenied for
        another person and when it is signed."""
        with transaction.atomic():
            with self.changing(by):
                self._refuse_unless_open_to(by)
            self._history_user = by
            super().delete()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("A filled-in checklist can't be deleted."))

    def _refuse_unless_open_to(self, by: User) -> None:
        if self.by_id != by.pk:
            raise PermissionDenied(_("Only the one who began the checklist fills it in."))
        if self.signed_at:
            raise PermissionDenied(_("The checklist is signed and stays as it is. Begin a new one."))

    def _take(self, answers: list[tuple[str, str]], unit: Unit, note: str) -> None:
        for point, (answer, why) in zip(self.points, answers, strict=True):
            point.update(answer=ChecklistAnswer(answer).value if answer else "", note=why.strip()[:NOTE_MOST])
        self.unit, self.note = unit, note.strip()
        self.noes = sum(point["answer"] == ChecklistAnswer.NO for point in self.points)

    def _refuse_unless_complete(self) -> None:
        errors: dict[str, Any] = {}
        for number, point in enumerate(self.points):
            if not point["answer"]:
                errors[f"answer_{number}"] = _("Answer this point before you sign.")
            elif point["answer"] == ChecklistAnswer.NO and not point["note"]:
                errors[f"note_{number}"] = _("Write what is wrong. It becomes the text of the deviation.")
        if errors:
            raise ValidationError(errors)

    def _report(self, point: dict[str, str]) -> Case:
        case = Case.report(
            self.by,
            kind=Case.Kind.DEVIATION,
            title=_("No in checklist: %(point)s") % {"point": point["text"][:90]},
            description=_("%(note)s\n\nThe point in “%(title)s”: %(point)s")
            % {"note": point["note"], "title": self.title, "point": point["text"]},
            place=self.unit,
            page=self.document.page,
            section=self.title,
        )
        point["case"] = case.reference
        return case
