"""The full history of a review in words (G22)."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from organisation.changes import Revision, merged, revisions
from results.models import Review, ReviewComment, ReviewDecision, ReviewParticipant, SignOff


def history_of(review: Review) -> list[Revision]:
    """Everything that happened to the review and what belongs to it, the newest first. One query for each sort of record."""
    of = {"review_id": review.pk}
    return merged(
        revisions(review.history.all(), _("The review")),
        [
            (ReviewParticipant.history.filter(**of), lambda row: row.name),
            (ReviewComment.history.filter(**of), lambda row: _("Comment on input %(code)s") % {"code": row.section}),
            (ReviewDecision.history.filter(**of), lambda row: Truncator(row.text).chars(80)),
            (SignOff.history.filter(**of), lambda row: _("Sign-off by %(name)s") % {"name": row.by_name}),
        ],
    )
