"""Who opened a sealed case, when, and on what grounds (G18, G26; GDPR art. 5 and 32)."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.permissions import ANONYMOUS_TO_COLLEAGUES
from organisation import clock
from organisation.models import User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from .case import Case

PAGE_IS_OPEN = datetime.timedelta(minutes=10)


class LookUpQuerySet(models.QuerySet["LookUp"]):
    def visible_to(self, user: User) -> Self:
        """The log of the units where the person looks after it. It names the case by reference only."""
        return self.filter(within(user.right_paths(Right.READ_LOOKUPS), "case__unit__path"))

    def opened_now(self, user: User) -> bool:
        """Whether the person opened the page of the case within the last minutes."""
        return self.filter(person=user, what=LookUp.What.PAGE, at__gte=clock.now() - PAGE_IS_OPEN).exists()


class LookUp(models.Model):
    """One time that one person opened a sealed case, a file of it or its history, or took it out in a spreadsheet.
    Never changed and never deleted, guarded in the database."""

    class What(models.TextChoices):
        PAGE = "page", _("The case")
        FILE = "file", _("A file")
        HISTORY = "history", _("The full history")
        STEP = "step", _("A step of the handling")
        EXPORT = "export", _("Export to Excel")
        ADMIN = "admin", _("The register in the administration")

    class Standing(models.TextChoices):
        """What the person was to the case at that time."""

        REPORTER = "reporter", _("Reporter")
        HANDLER = "handler", _("Case handler")
        NAMED = "named", _("Given access, or has a measure in it")
        ROLE = "role", _("Only by role")

    append_only = True

    case = models.ForeignKey("cases.Case", verbose_name=_("case"), on_delete=models.PROTECT, related_name="look_ups")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    person_label = models.CharField(_("name"), max_length=200)
    what = models.CharField(_("what was opened"), max_length=10, choices=What)
    standing = models.CharField(_("on what grounds"), max_length=10, choices=Standing)
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = LookUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-up of a sealed case")
        verbose_name_plural = _("look-ups of sealed cases")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "-at"], name="look_up_case")]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.person_label}"

    @classmethod
    def note(cls, person: User, cases: "Iterable[Case]", what: str) -> None:
        """Write in the log that the person saw these cases. Ordinary cases are open to all and are not noted."""
        cls.objects.bulk_create(
            cls(
                case=case,
                person=person,
                person_label=person.get_full_name(),
                what=what,
                standing=_standing(person, case),
                at=clock.now(),
            )
            for case in cases
            if case.sealed and not _is_hidden(person, case)
        )


def _is_hidden(person: User, case: "Case") -> bool:
    """The log must not tell who reported, of one who is anonymous to colleagues."""
    return case.anonymity == ANONYMOUS_TO_COLLEAGUES and person.pk == case.reporter_id


def _standing(person: User, case: "Case") -> str:
    if person.pk == case.reporter_id:
        return LookUp.Standing.REPORTER
    if person.pk == case.handler_id:
        return LookUp.Standing.HANDLER
    named = case.readers.filter(user=person).exists() or case.actions.filter(responsible=person).exists()
    return LookUp.Standing.NAMED if named else LookUp.Standing.ROLE
