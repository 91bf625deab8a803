"""The one timeline of a case (S28): messages, internal notes and what happened, in order."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self, *, internal: bool, whole: bool) -> Self:
        """With or without the internal notes, and the letters to and from the reporter outside, which only those who
        read the case whole see."""
        shown = self if internal else self.exclude(kind=Entry.Kind.NOTE)
        return shown if whole else shown.exclude(kind=Entry.Kind.LETTER)


class Entry(models.Model):
    """A line in the timeline. Never changed and never deleted, guarded in the database."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        LETTER = "letter", _("Written to or from the reporter outside")
        NOTE = "note", _("Internal note")
        EVENT = "event", _("Event")

    class Event(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSESSED = "assessed", _("Assessed")
        ESCALATED = "escalated", _("Raised by a rule")
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
        ELSEWHERE = "elsewhere", _("News from the other system")
        TAKEN_OVER = "taken_over", _("Taken over by another system")
        ARCHIVING = "archiving", _("Handed over to the archive")
        ARCHIVED = "archived", _("Received by the archive")
        REOPENED = "reopened", _("Reopened")
        REASSIGNED = "reassigned", _("Sent to another unit")
        HANDLER_SET = "handler_set", _("Case handler set")
        SEALED = "sealed", _("Sealed")
        UNSEALED = "unsealed", _("No longer sealed")
        READER_ADDED = "reader_added", _("Given access")
        RETOLD = "retold", _("The story is changed")
        RELEVANCE_ASKED = "relevance_asked", _("Other units are asked whether it is relevant for them")
        RELEVANCE_ANSWERED = "relevance_answered", _("A unit has answered whether it is relevant")
        CORRECTED = "corrected", _("Corrected")
        EFFECT_HEARD = "effect_heard", _("The reporter was asked whether it got better")
        FILE_ADDED = "file_added", _("File added")
        COPY_PUBLISHED = "copy_published", _("Reading copy published")
        COPY_WITHDRAWN = "copy_withdrawn", _("Reading copy withdrawn")
        UNDELIVERED = "undelivered", _("An e-mail to the reporter came back")
        SORTED = "sorted", _("Sent to the right unit")
        SENT_BACK = "sent_back", _("Sent back to the service desk")

    append_only = True

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    event = models.CharField(max_length=20, choices=Event, blank=True)
    text = models.TextField(blank=True, help_text=_("The message, or the details of the event."))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(null=True, unique=True, editable=False, help_text=_("Sent twice, it is kept once."))
    from_outside = models.BooleanField(default=False, help_text=_("Written by the reporter outside."))
    created_at = models.DateTimeField(default=clock.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.kind}"
