"""Numbers from places: the third page under 5.3 is 5.3.3 (S15)."""

from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from handbook.models.document import Document

CHAPTER_DEPTH = 4  # below the tree's root, the home page and the handbook


def number_at(parent_number: str, place: int) -> str:
    """The number of the page at this place (from 1) under a page with this number."""
    return f"{parent_number}.{place}" if parent_number else str(place)


def supplement_number_at(parent_number: str, place: int) -> str:
    """The number of a unit's supplement: under the page's own, and outside the numbers of its children."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(number)s supplement %(place)s") % {"number": parent_number, "place": place}


def renumber(parent: Page) -> None:
    """Give the documents below a page the numbers of their places; writes history only where a
    number changes. Three queries, and one lot for each document that changes."""
    with transaction.atomic():
        for document, number in in_place(parent):
            if document.number != number:
                document.number = number
                document.save(update_fields=["number"])


def in_place(parent: Page) -> Iterator[tuple[Document, str]]:
    """The documents below a page, each with the number of its place."""
    numbers = {parent.pk: _number_of(parent)}
    places: dict[tuple[str, bool], int] = {}
    paths = {parent.path: parent.pk}
    below = Document.objects.filter(page__path__startswith=parent.path, page__depth__gt=parent.depth)
    supplements = set(below.supplements().values_list("page", flat=True))
    for document in below.select_related("page").in_tree_order():
        page = cast(Page, document.page)
        parent_path, is_supplement = page.path[: -Page.steplen], page.pk in supplements
        place = places[parent_path, is_supplement] = places.get((parent_path, is_supplement), 0) + 1
        at = supplement_number_at if is_supplement else number_at
        number = at(numbers[paths[parent_path]], place)
        paths[page.path], numbers[page.pk] = page.pk, number
        yield document, number


def number_new(page: Page) -> None:
    """Give a page that was just added last among its siblings its number. Cheaper than `renumber`,
    whatever the size of the tree."""
    siblings = Document.objects.filter(page__depth=page.depth, page__path__startswith=page.path[: -Page.steplen])
    is_supplement = getattr(page, "is_supplement", False)
    alike = siblings.supplements() if is_supplement else siblings.common()
    place = alike.filter(page__path__lt=page.path).count() + 1
    if siblings.filter(page__path__gt=page.path).exists():
        renumber(page.get_parent())
        return
    document = Document.of(page)
    at = supplement_number_at if is_supplement else number_at
    document.number = at(_number_of(page.get_parent()), place)
    document.save(update_fields=["number"])


def when_deleted(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Receiver of Django's `post_delete` for pages: closes the gap among the siblings."""
    renumber_below(instance.path[: -Page.steplen])


def renumber_below(path: str) -> None:
    """Renumber under the page at this tree path, if it is there and in the handbook."""
    parent = Page.objects.filter(path=path, depth__gte=CHAPTER_DEPTH - 1).first()
    if parent is not None:
        renumber(parent)


def when_moved(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Receiver of Wagtail's `post_page_move`, sent for a new place among siblings too."""
    for parent in Page.objects.filter(pk__in={parent_page_before.pk, parent_page_after.pk}):
        renumber_below(parent.path)


def _number_of(page: Page) -> str:
    return Document.objects.filter(page_id=page.pk).values_list("number", flat=True).first() or ""
