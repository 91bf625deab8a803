"""History of every mutable record (G22): django-simple-history with what it lacks.

Its rows hold the actor's key, which says nothing once a person is renamed; ours also keep the name
as text. The rows can't be changed afterwards: see `append_only`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from . import clock


class HistoryRow(models.Model):
    """What each history row keeps beside the fields of the record."""

    wagtail_reference_index_ignore = True

    actor_label = models.CharField(_("who"), max_length=200, blank=True)

    class Meta:
        abstract = True


class Records(HistoricalRecords):
    """`history = Records()` on a model: one row for each change, dated by `clock`, with the actor's
    name as text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("bases", [HistoryRow])
        kwargs.setdefault("history_user_id_field", None)
        super().__init__(**kwargs)

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        """No row when nothing was saved but what history leaves out, such as the time of the last login."""
        if kwargs.get("update_fields") and set(kwargs["update_fields"]) <= set(self.excluded_fields):
            return
        super().post_save(instance, created, using=using, **kwargs)

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        if not hasattr(instance, "_history_date"):
            instance._history_date = clock.now()  # type: ignore[attr-defined]
            try:
                super().create_historical_record(instance, history_type, using)
            finally:
                del instance._history_date  # type: ignore[attr-defined]
        else:
            super().create_historical_record(instance, history_type, using)


def label_actor(history_instance: Any, history_user: Any, **kwargs: Any) -> None:
    """Keep the actor's name as text (receiver of simple-history's own hook)."""
    history_instance.actor_label = history_user.get_full_name() if history_user else ""


class StaleVersion(Exception):
    """Somebody else saved the record after it was shown; `current` is the record as it is now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(str(current))
        self.current = current


class VersionedModel(models.Model):
    """A record that two people can't overwrite for each other.

    `version` goes up by one with every change. Forms carry the number they were shown; a change
    from an older one raises `StaleVersion`.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    @contextmanager
    def changing(self, by: models.Model | None, *, version: int | None = None, reason: str = "") -> Iterator[Self]:
        """Lock the row, read it afresh, let the block change it, and save it with its history, in
        one transaction. Raises `StaleVersion` when `version` is given and is not the current one.
        """
        manager = type(self)._default_manager
        with transaction.atomic():
            self.refresh_from_db(from_queryset=manager.select_for_update(of=("self",)))
            if version is not None and version != self.version:
                raise StaleVersion(self)
            yield self
            self.version += 1
            self.save_by(by, reason=reason)

    def save_by(self, by: models.Model | None, *, reason: str = "") -> None:
        """Save with the actor and the reason in the history."""
        self._history_user = by
        self._change_reason = reason or None
        try:
            self.save()
        finally:
            del self._history_user
            del self._change_reason
