"""Who has completed which lesson (S21)."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.models import User

from .document import Document
from .edition import Edition


class LessonCompletionQuerySet(models.QuerySet["LessonCompletion"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user).select_related("edition").defer(*(f"edition__{f}" for f in Edition.LARGE))

    def of_lessons(self, editions: Iterable[Edition]) -> Self:
        """Completions that still count: an editorial edition does not ask again, a substantial one does."""
        counts = Q(pk__in=[])
        for edition in editions:
            counts |= Q(document=edition.document_id, edition__major=edition.major)
        return self.filter(counts)


class LessonCompletion(models.Model):
    """A person answered every question of a lesson right, in this edition of it."""

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="lessons"
    )
    user_name = models.CharField(_("name"), max_length=200)
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="completions"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("version"), on_delete=models.PROTECT, related_name="completions"
    )
    at = models.DateTimeField(_("completed"), default=clock.now)

    objects = LessonCompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("completed lesson")
        verbose_name_plural = _("completed lessons")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "edition"], name="one_completion_of_an_edition")]

    def __str__(self) -> str:
        return f"{self.user_name} {self.edition}"
