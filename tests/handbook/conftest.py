"""A small handbook to read, write and break: one process with two procedures."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models.signals import pre_delete
from wagtail.models import Page

from handbook import editions, protection
from handbook.models import ChapterPage, ProcedurePage, ProcessPage
from organisation.roles import Role
from tests import factories


def paragraphs(*texts: str) -> list[tuple[str, Any]]:
    return [("text", f"<p>{text}</p>") for text in texts]


@pytest.fixture
def pages(handbook: Any, units: Any, cast: Any) -> SimpleNamespace:
    """`pages.process` with `pages.access` and `pages.lost` below it, all approved by the process owner."""
    chapter = ChapterPage.objects.get(slug="stotteprosesser")

    def add(parent: Any, page_class: type, title: str, **fields: Any) -> Any:
        parent.refresh_from_db()
        fields.setdefault("body", paragraphs(f"Om {title.lower()}."))
        page = parent.add_child(instance=page_class(title=title, owner_unit=units.it, live=False, **fields))
        return page

    process = add(chapter, ProcessPage, "Informasjonssikkerhet", kind="process")
    access = add(process, ProcedurePage, "Tilgang til fagsystem", summary="Slik får du tilgang.")
    lost = add(process, ProcedurePage, "Tapt utstyr")
    for page in (process, access, lost):
        editions.publish(page, cast.process_owner, "Første versjon.", author=cast.editor)
    return SimpleNamespace(chapter=chapter, process=process, access=access, lost=lost, add=add)


@pytest.fixture
def superuser(units: Any) -> Any:
    """A superuser who is also quality manager: every right there is, in Wagtail and in our own table."""
    user = factories.make_user("super", units.municipality, Role.QUALITY_MANAGER)
    user.is_superuser = True
    user.save()
    return user


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Pages can be lost, as by an accident in the database: the guard against deletion is off."""
    uid = "handbook.guard_deletion"
    pre_delete.disconnect(sender=Page, dispatch_uid=uid)
    yield
    pre_delete.connect(protection.when_deleting, sender=Page, dispatch_uid=uid)
