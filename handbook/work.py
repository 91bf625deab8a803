"""What waits for those who look after the handbook."""

from django.db.models import QuerySet
from wagtail.models import Page

from cases.models import Case
from handbook import reviews
from handbook.models import Document, Edition
from organisation import clock
from organisation.models import User, within
from organisation.roles import Right


def in_force() -> int:
    """How many documents people work by."""
    return Document.objects.in_force().count()


def drafts(user: User | None = None) -> "QuerySet[Page]":
    """Pages with something written that readers don't see yet, by the person who wrote last."""
    pages = Page.objects.filter(document__isnull=False, has_unpublished_changes=True)
    if user is not None:
        pages = pages.filter(latest_revision__user=user)
    return pages.select_related("document", "latest_revision__user").order_by("-latest_revision_created_at")


def overdue(user: User) -> "QuerySet[Edition]":
    """Editions in force past their review date, of the units the person writes for."""
    own = within(user.right_paths(Right.WRITE_HANDBOOK), "owner_unit__path")
    late = reviews.in_force().filter(own, document__review_date__lt=clock.today())
    return late.order_by("document__review_date")


def open_cases(user: User) -> int:
    """How many open cases the person may read."""
    return Case.objects.visible_to(user).open().count()
