"""What nobody may do to the fixed pages and to pages with editions, whatever their rights (S9, G7).

The home page, the handbook and the eight chapters stay where they are, under their own names; a
page that has been in force is withdrawn, never deleted. Wagtail's admin asks the permission tester
on every route; the model refuses as well, for what comes another way.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page, PagePermissionTester


class FixedPagePermissionTester(PagePermissionTester):
    """A fixed page: never deleted, moved, copied, unpublished or put in another order."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False


class KeepsChildrenInOrder:
    """The page's children are fixed: their order is too."""

    def can_reorder_children(self) -> bool:
        return False


class FixedContainerPermissionTester(KeepsChildrenInOrder, FixedPagePermissionTester):
    """The home page and the handbook: fixed, with fixed children."""


class FixedPage:
    """A page with a fixed place and name. Mixed in before Page."""

    permission_tester = FixedContainerPermissionTester

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return self.permission_tester(user, self)

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        self.refuse_new_name()

    def save(self, *args: Any, clean: bool = True, **kwargs: Any) -> Any:
        if not clean:
            self.refuse_new_name()
        return super().save(*args, clean=clean, **kwargs)  # type: ignore[misc]

    def refuse_new_name(self) -> None:
        """Raises ValidationError when title or slug differs from what is stored."""
        stored = Page.objects.filter(pk=self.pk).values("title", "slug").first() if self.pk else None  # type: ignore[attr-defined]
        for field, value in (stored or {}).items():
            if getattr(self, field) != value:
                raise ValidationError({field: _("This page is part of the fixed structure and keeps its name.")})

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        raise PermissionDenied(_("This page is part of the fixed structure and can't be withdrawn."))


def when_moving(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Receiver of Wagtail's `pre_page_move`: raises PermissionDenied for a fixed page."""
    if issubclass(sender, FixedPage):
        raise PermissionDenied(_("This page is part of the fixed structure and can't be moved."))


def reason_to_keep(page: Page) -> str | None:
    """Why the page may never be deleted, in words for an editor; None when it may."""
    if issubclass(page.specific_class or Page, FixedPage):
        return _("This page is part of the fixed structure and can't be deleted.")
    if apps.get_model("handbook", "Edition").objects.under(page).exists():
        return _("This page has been in force. Withdraw it instead: its versions must be kept.")
    return None


def when_deleting(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Receiver of Django's `pre_delete` for pages: raises PermissionDenied for what must be kept.
    Wagtail's delete action goes past the page's own `delete`, and querysets do too."""
    reason = reason_to_keep(instance)
    if reason:
        raise PermissionDenied(reason)
