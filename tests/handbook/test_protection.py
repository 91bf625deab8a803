"""The fixed structure holds against every route of the admin, superusers too (S9, S10, G7)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from handbook import editions
from handbook.chapters import ensure_site
from handbook.models import ChapterPage, Document, HandbookIndexPage, ProcedurePage
from home.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["home", "index", "chapter"])
def fixed(request: Any, pages: Any) -> Page:
    return {
        "home": HomePage.objects.get,
        "index": HandbookIndexPage.objects.get,
        "chapter": lambda: ChapterPage.objects.get(slug="brukerbehov"),
    }[request.param]()


@pytest.fixture
def admin(login: Any, superuser: Any) -> Any:
    return login(superuser)


def as_it_was(page: Page) -> bool:
    fresh = Page.objects.get(pk=page.pk)
    return (fresh.title, fresh.slug, fresh.path, fresh.live) == (page.title, page.slug, page.path, True)


def test_superuser_may_edit_a_chapter_but_not_change_its_place(admin: Any, pages: Any) -> None:
    answer = admin.get(reverse("wagtailadmin_pages:edit", args=[pages.chapter.pk]))
    assert answer.status_code == 200


@pytest.mark.parametrize("route", ["delete", "unpublish", "move", "copy"])
def test_single_routes(admin: Any, fixed: Page, route: str) -> None:
    url = reverse(f"wagtailadmin_pages:{route}", args=[fixed.pk])
    count = Page.objects.count()
    admin.get(url)
    admin.post(url, {"new_parent_page": fixed.get_parent().pk, "new_title": "Kopi", "new_slug": "kopi"})
    assert as_it_was(fixed)
    assert Page.objects.count() == count


def test_move_confirmation(admin: Any, fixed: Page, pages: Any) -> None:
    admin.post(reverse("wagtailadmin_pages:move_confirm", args=[fixed.pk, pages.process.pk]))
    assert as_it_was(fixed)


def test_position_among_siblings(admin: Any, fixed: Page) -> None:
    for position in ("?position=0", "?position=7", ""):
        admin.post(reverse("wagtailadmin_pages:set_page_position", args=[fixed.pk]) + position)
    assert as_it_was(fixed)


@pytest.mark.parametrize("action", ["delete", "unpublish", "move"])
def test_bulk_routes(admin: Any, fixed: Page, pages: Any, action: str) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={fixed.pk}"
    admin.post(url, {"chooser": pages.process.pk, "include_descendants": "on"})
    assert as_it_was(fixed)


def test_unpublishing_with_descendants_from_a_page_above_is_refused(admin: Any, pages: Any) -> None:
    index = HandbookIndexPage.objects.get()
    admin.post(reverse("wagtailadmin_pages:unpublish", args=[index.pk]), {"include_descendants": "on"})
    assert ChapterPage.objects.filter(live=True).count() == 8


@pytest.mark.parametrize("name", ["chapter", "index", "home"])
def test_posting_another_title_changes_nothing(admin: Any, pages: Any, name: str) -> None:
    page = {"chapter": pages.chapter, "index": HandbookIndexPage.objects.get(), "home": HomePage.objects.get()}[name]
    data = {
        "title": "Nytt navn",
        "slug": "nytt-navn",
        "intro": "",
        "summary": "Ny",
        "owner_unit": Document.objects.get(document_id="FL-0001").latest_edition().owner_unit_id,
        "review_months": 24,
        "change_kind": "major",
        "change_note": "Forsøk",
        "body-count": "0",
        "action-publish": "1",
    }
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    fresh = Page.objects.get(pk=page.pk)
    assert (fresh.title, fresh.slug) == (page.title, page.slug)
    assert fresh.draft_title == page.title


@pytest.mark.parametrize("field", ["title", "slug"])
def test_the_model_refuses_another_name(fixed: Page, field: str) -> None:
    setattr(fixed, field, "noe-annet")
    for save in (fixed.save, lambda: fixed.save(clean=False), fixed.save_revision):
        with pytest.raises(ValidationError):
            save()


def test_the_model_refuses_deletion_withdrawal_and_moving(fixed: Page, pages: Any) -> None:
    for page in (fixed, Page.objects.get(pk=fixed.pk)):
        with pytest.raises(PermissionDenied), transaction.atomic():
            page.delete()
        with pytest.raises(PermissionDenied):
            page.move(pages.process, "last-child")
        with pytest.raises(PermissionDenied):
            page.specific.unpublish()
    assert as_it_was(fixed)


def test_no_chapter_can_be_added_or_created(admin: Any, handbook: Any) -> None:
    assert not ChapterPage.is_creatable
    url = reverse("wagtailadmin_pages:add", args=["handbook", "chapterpage", handbook.pk])
    assert admin.get(url).status_code in (302, 403, 404)


def test_a_page_that_was_in_force_is_not_deleted(admin: Any, pages: Any) -> None:
    for page in (pages.access, pages.process):
        url = reverse("wagtailadmin_pages:delete", args=[page.pk])
        admin.post(url)
        admin.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={page.pk}")
        for way in (Page.objects.get(pk=page.pk), page, Page.objects.filter(pk=page.pk)):
            with pytest.raises(PermissionDenied), transaction.atomic():
                way.delete()
    assert Page.objects.filter(pk__in=[pages.access.pk, pages.process.pk]).count() == 2


def test_a_draft_that_never_was_in_force_may_be_deleted(admin: Any, pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Utkast")
    after = pages.add(pages.process, ProcedurePage, "Etterpå")
    admin.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))
    assert not Page.objects.filter(pk=draft.pk).exists()
    assert Document.objects.get(page_id=after.pk).number == "5.1.3"


def test_publishing_in_bulk_is_refused(admin: Any, pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Utkast")
    admin.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={draft.pk}")
    assert not Page.objects.get(pk=draft.pk).live


def test_a_copy_is_a_draft_with_its_own_document(admin: Any, pages: Any) -> None:
    data = {"new_title": "Kopi", "new_slug": "kopi", "new_parent_page": pages.process.pk}
    address = reverse("wagtailadmin_pages:copy", args=[pages.access.pk])
    assert admin.post(address, {**data, "publish_copies": "on"}).context["form"].errors
    admin.post(address, data)
    copy = ProcedurePage.objects.get(slug="kopi")
    assert not copy.live
    assert copy.document.document_id != pages.access.document.document_id
    assert copy.document.latest_edition() is None


def test_ensure_site_changes_nothing_the_second_time(pages: Any) -> None:
    before = (Page.objects.count(), sum(1 for _ in Document.objects.all()))
    assert ensure_site() == HandbookIndexPage.objects.get()
    assert (Page.objects.count(), sum(1 for _ in Document.objects.all())) == before


def test_superuser_without_a_role_may_not_write(login: Any, cast: Any, pages: Any) -> None:
    cast.outsider.is_superuser = True
    cast.outsider.save()
    url = reverse("wagtailadmin_pages:edit", args=[pages.access.pk])
    assert login(cast.outsider).get(url).status_code == 302
    assert not pages.access.permissions_for_user(cast.outsider).can_publish()


def test_a_process_owner_writes_for_the_own_unit_only(cast: Any, pages: Any, units: Any) -> None:
    assert pages.access.permissions_for_user(cast.process_owner).can_edit()
    pages.access.owner_unit = units.home_care
    editions.publish(pages.access, cast.approver, "Ny eier.")
    assert not pages.access.permissions_for_user(cast.process_owner).can_edit()
