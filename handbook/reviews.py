"""Reviewing what is in force (G7; ISO 9001 clause 7.5.2 c): extending a date, who must look, and reminding them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case
from handbook.editions import months_after
from handbook.lights import DAYS_SOON, Light, light
from handbook.models import Document, Edition, ReviewExtension
from handbook.permissions import may_review
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder, Unit, User, within
from organisation.nearest import Nearest
from organisation.reminders import remind_all
from organisation.roles import RIGHTS, Right, Role

SHORTEST_REASON = 10
DAYS_BEFORE = 14
LISTED = (
    *("title", "kind", "major", "minor", "valid_from", "approved_at", "document_code", "owner_unit_name"),
    *("document__document_id", "document__number", "document__title", "document__review_date", "document__page_id"),
    *("owner_unit__name", "owner_unit__path"),
)
CARETAKERS = [role for role, rights in RIGHTS.items() if Right.MANAGE_SYSTEM in rights]


# Extending


def latest_date(edition: Edition) -> datetime.date:
    """The last day a review may be put off to: as long from now as the edition says between reviews."""
    return months_after(clock.today(), edition.content.get("review_months", 12))


@transaction.atomic
def extend(
    document: Document, by: User, *, until: datetime.date, reason: str, shown: datetime.date | None = None
) -> ReviewExtension:
    """The edition in force is looked through and holds as it is, until a new date.

    `shown` is the date the person saw; when somebody changed it meanwhile, StaleVersion is raised.
    Raises PermissionDenied when `by` may not, and ValidationError on a document that is not in force,
    a reason too short to be one, and a date not after today and the present one or too far ahead.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("page").get(pk=document.pk)
    edition = document.edition_in_force()
    if edition is None or document.review_date is None:
        raise ValidationError(_("The document is not in force."))
    if not may_review(by, edition.owner_unit):
        raise PermissionDenied
    if shown is not None and shown != document.review_date:
        raise StaleVersion(document)
    _check(document.review_date, until, latest_date(edition), reason)
    extension = ReviewExtension.objects.create(
        document=document,
        edition=edition,
        old_date=document.review_date,
        new_date=until,
        reason=reason.strip(),
        by=by,
        by_name=str(by),
    )
    _set_date(document, until, by, extension.reason)
    return extension


def _check(present: datetime.date, until: datetime.date, latest: datetime.date, reason: str) -> None:
    errors = {}
    if until <= clock.today():
        errors["until"] = _("The new date must be after today.")
    elif until <= present:
        errors["until"] = _("The new date must be after %(date)s, which is the date now.") % {"date": _day(present)}
    elif until > latest:
        errors["until"] = _("The latest date is %(date)s: the page is reviewed at least that often.") % {
            "date": _day(latest)
        }
    if len(reason.strip()) < SHORTEST_REASON:
        errors["reason"] = _("Write what was checked, in at least %(n)s characters.") % {"n": SHORTEST_REASON}
    if errors:
        raise ValidationError(errors)


def _set_date(document: Document, until: datetime.date, by: User, reason: str) -> None:
    document.review_date = until
    document._history_user = by  # type: ignore[attr-defined]
    document._change_reason = reason[:100]  # type: ignore[attr-defined]
    document.save(update_fields=["review_date"])
    page_type = document.page.specific_class if document.page else None
    if page_type is not None:
        page_type.objects.filter(pk=document.page_id).update(review_date=until)


@dataclass(frozen=True)
class CaseCount:
    """What was reported on a page since its content was last decided."""

    open: int
    closed: int

    @property
    def total(self) -> int:
        return self.open + self.closed


def cases_since(document: Document, edition: Edition, user: User) -> CaseCount:
    """The cases on the page, of those the person may read, since the last substantial edition."""
    decided = document.editions.filter(major=edition.major, is_major=True).first() or edition
    cases = Case.objects.visible_to(user).filter(
        page_document_id=document.document_id, received_at__gte=decided.approved_at
    )
    still_open = cases.open().count()
    return CaseCount(still_open, cases.count() - still_open)


# Whose turn it is


class Owners(Nearest):
    """The process owners of every unit: the holders of the role there or at the nearest unit above, and those who
    look after the system where there is none. Two queries, and two more for those who look after the system."""

    def __init__(self) -> None:
        super().__init__(Role.PROCESS_OWNER)

    def at(self, path: str, *, but: User | None = None) -> list[User]:
        return super().at(path, but=but) or self.caretakers

    @cached_property
    def caretakers(self) -> list[User]:
        return Nearest(*CARETAKERS).everybody()


def due() -> "QuerySet[Edition]":
    """The editions in force whose review is overdue or due soon, the most pressing first."""
    soon = clock.today() + datetime.timedelta(DAYS_SOON)
    return in_force().filter(document__review_date__lte=soon).order_by("document__review_date", "document__page__path")


def in_force() -> "QuerySet[Edition]":
    """The editions in force with no more than what a list says of them: there may be thousands."""
    return Edition.objects.in_force().select_related("document", "owner_unit").only(*LISTED)


def waiting_for(user: User) -> list[Edition]:
    """The editions the person must review soon. No query for those who can't own any, else three."""
    paths = user.right_paths(Right.APPROVE_HANDBOOK) | user.right_paths(Right.MANAGE_SYSTEM)
    if not paths:
        return []
    owners, theirs = Owners(), due().filter(within(paths, "owner_unit__path"))
    return [edition for edition in theirs if user in owners.at(edition.owner_unit.path)]


# Reminding


def occasion(day: datetime.date | None, today: datetime.date) -> str:
    """Which reminder it is time for: 60 and 14 days before, on the day, then once for each month that
    has passed. Empty while the review is far away."""
    if day is None:
        return ""
    left = (day - today).days
    if left > DAYS_SOON:
        return ""
    if left > DAYS_BEFORE:
        return str(DAYS_SOON)
    if left > 0:
        return str(DAYS_BEFORE)
    months = (today.year - day.year) * 12 + today.month - day.month
    if months_after(day, months) > today:
        months -= 1
    return f"late{months}" if months else "0"


def remind_due() -> int:
    """Tell the process owners of every review that is near or late; returns how many were told. For
    `manage.py run_periodic`; safe to run any number of times, and days that were missed do no harm."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_reminders())


def _reminders() -> Iterator[Reminder]:
    owners, today = Owners(), clock.today()
    for edition in due():
        document = edition.document
        about = f"review:{edition.document_code}:{document.review_date}:{occasion(document.review_date, today)}"
        for owner in owners.at(edition.owner_unit.path):
            yield Reminder(user=owner, about=about, subject=_subject(edition, today), url=document.get_absolute_url())


def _subject(edition: Edition, today: datetime.date) -> str:
    late = light(edition.document.review_date, today) == Light.RED
    words = _("%(page)s should have been reviewed by %(date)s") if late else _("Review %(page)s by %(date)s")
    return words % {"page": edition.document, "date": _day(edition.document.review_date)}


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j. F Y") if day else ""


# The list


def narrowed(
    editions: "QuerySet[Edition]", *, unit: Unit | None = None, chapter: str = "", shown: str = "", kind: str = ""
) -> "QuerySet[Edition]":
    """The editions of a unit and those below it, a chapter's number, a light, and a kind of document."""
    if unit is not None:
        editions = editions.filter(owner_unit__path__startswith=unit.path)
    if chapter:
        editions = editions.filter(Q(document__number=chapter) | Q(document__number__startswith=f"{chapter}."))
    if shown:
        editions = editions.filter(document__in=Document.objects.with_light(Light(shown)))
    return editions.filter(kind=kind) if kind else editions


def counts() -> dict[str, int]:
    """How many documents in force have each light. One query."""
    today = clock.today()
    days = Edition.objects.in_force().values_list("document__review_date", flat=True)
    lights = [light(day, today) for day in days]
    return {str(shown): lights.count(shown) for shown in Light}
