"""What has become of an assessment since the version before (line 3 of the issue). Rows are the same by their key."""

from dataclasses import dataclass

from organisation.models import User
from risk.models import Assessment, Risk


@dataclass(frozen=True)
class Moved:
    """A row whose risk is another than it was when the version before was left."""

    risk: Risk
    before: int
    after: int


@dataclass(frozen=True)
class Changes:
    """What differs from `earlier`: rows that are new, gone, higher and lower, and how many stand as before."""

    earlier: Assessment
    new: list[Risk]
    gone: list[Risk]
    higher: list[Moved]
    lower: list[Moved]
    unchanged: int


def since_last(assessment: Assessment, user: User) -> Changes | None:
    """The changes since the newest earlier version that the person may read; None for a first version."""
    if assessment.number == 1:
        return None
    earlier = assessment.versions().visible_to(user).filter(number__lt=assessment.number).first()
    if earlier is None:
        return None
    then = {row.key: row for row in earlier.rows.live()}
    now = {row.key: row for row in assessment.rows.live()}
    moved = [
        Moved(row, old, new)
        for key, row in now.items()
        if key in then and (old := then[key].score_now) is not None and (new := row.score_now) is not None
    ]
    return Changes(
        earlier=earlier,
        new=[row for key, row in now.items() if key not in then],
        gone=[row for key, row in then.items() if key not in now],
        higher=[one for one in moved if one.after > one.before],
        lower=[one for one in moved if one.after < one.before],
        unchanged=sum(one.after == one.before for one in moved),
    )
