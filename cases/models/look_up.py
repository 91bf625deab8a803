"""Who has opened a sealed case (G26; GDPR art. 32): a line for each time, which nobody can change."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.permissions import belongs
from organisation import clock
from organisation.models import User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from .case import Case


class LookUpQuerySet(models.QuerySet["LookUp"]):
    def visible_to(self, user: User) -> Self:
        """For those who look after quality where the case is: that it was opened and by whom, not what it says."""
        return self.filter(within(user.right_paths(Right.REVIEW_LOOK_UPS), "case__unit__path"))


class LookUp(models.Model):
    """One person opened one sealed case, or something of it."""

    class What(models.TextChoices):
        PAGE = "page", _("The case")
        FILE = "file", _("A file")
        HISTORY = "history", _("The full history")
        STEP = "step", _("A step of the case")
        EXPORT = "export", _("In a spreadsheet")

    append_only = True

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="look_ups")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("who"), max_length=200)
    what = models.CharField(_("what"), max_length=10, choices=What)
    by_right = models.BooleanField(
        _("by role"), help_text=_("Neither handler, reporter, responsible for a measure nor named: by a role only.")
    )
    at = models.DateTimeField(_("when"), default=clock.now)

    objects = LookUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("look-up of a sealed case")
        verbose_name_plural = _("look-ups of sealed cases")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="look_up_newest")]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.name}"

    @classmethod
    def note(cls, user: User, case: "Case", what: str) -> None:
        """Write down that the person opens the case now. Nothing of an ordinary case."""
        if case.sealed:
            by_right = not belongs(user, case)
            cls.objects.create(case=case, user=user, name=user.get_full_name(), what=what, by_right=by_right)
