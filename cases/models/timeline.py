"""The one timeline of a case (S28): messages, internal notes and what happened, in order."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self, *, internal: bool) -> Self:
        """With or without the internal notes."""
        return self if internal else self.exclude(kind=Entry.Kind.NOTE)


class Entry(models.Model):
    """A line in the timeline. Never changed and never deleted, guarded in the database."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        NOTE = "note", _("Internal note")
        EVENT = "event", _("Event")

    class Event(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSESSED = "assessed", _("Assessed")
        CAUSE_SET = "cause_set", _("Root cause set")
        ACTION_ADDED = "action_added", _("Measure added")
        ACTION_CHANGED = "action_changed", _("Measure changed")
        ACTION_DONE = "action_done", _("Measure done")
        ACTION_CANCELLED = "action_cancelled", _("Measure cancelled")
        ACTION_EVALUATED = "action_evaluated", _("Effect evaluated")
        ALL_DONE = "all_done", _("All measures done")
        BACK_TO_ACTIONS = "back_to_actions", _("Back to measures: not effective")
        CLOSED = "closed", _("Closed")
        REJECTED = "rejected", _("Rejected")
        DUPLICATE = "duplicate", _("Marked as duplicate")
        TAKEN_OVER = "taken_over", _("Taken over by another system")
        REOPENED = "reopened", _("Reopened")
        REASSIGNED = "reassigned", _("Sent to another unit")
        HANDLER_SET = "handler_set", _("Case handler set")
        SEALED = "sealed", _("Sealed")
        UNSEALED = "unsealed", _("No longer sealed")
        READER_ADDED = "reader_added", _("Given access")
        RETOLD = "retold", _("The story is changed")
        CORRECTED = "corrected", _("Corrected")
        FILE_ADDED = "file_added", _("File added")

    append_only = True

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    event = models.CharField(max_length=20, choices=Event, blank=True)
    text = models.TextField(blank=True, help_text=_("The message, or the details of the event."))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.kind}"
