"""The full history of a review in words (G22)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from organisation.changes import Revision, revisions, told
from results.models import Review, ReviewComment, ReviewDecision, ReviewParticipant, SignOff


def history_of(review: Review) -> list[Revision]:
    """Everything that happened to the review and what belongs to it, the newest first. One query for each sort of record."""
    found = revisions(review.history.all(), _("The review"))
    of_review = {"review_id": review.pk}
    parts: list[tuple[models.QuerySet[Any], Any]] = [
        (ReviewParticipant.history.filter(**of_review), lambda row: row.name),
        (ReviewComment.history.filter(**of_review), lambda row: _("Comment on input %(code)s") % {"code": row.section}),
        (ReviewDecision.history.filter(**of_review), lambda row: Truncator(row.text).chars(80)),
        (SignOff.history.filter(**of_review), lambda row: _("Sign-off by %(name)s") % {"name": row.by_name}),
    ]
    for history, name in parts:
        found += _of_several(history, name)
    return sorted(found, key=lambda revision: revision.at, reverse=True)


def _of_several(history: models.QuerySet[Any], name: Any) -> Iterator[Revision]:
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in history.order_by("history_date", "history_id"):
        by_record[row.id].append(row)
    for lines in by_record.values():
        yield from told(lines, name(lines[-1]))
