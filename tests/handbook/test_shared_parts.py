"""What all readers share, where it is easily forgotten: previews, moved units, texts that look like our own marks, and
pages with supplements."""

from typing import Any

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory

from cases.models import Question
from handbook import editions, reading
from handbook.models import Confirmation, HandbookIndexPage, ProcedurePage, ReadingDuty, SupplementPage
from organisation.generation import Generation
from organisation.models import Unit, User
from tests import factories


@pytest.fixture
def page(handbook: HandbookIndexPage, cast: Any) -> ProcedurePage:
    chapter = handbook.get_children().get(slug="stotteprosesser").specific
    page = factories.make_procedure(chapter, cast.editor)
    ReadingDuty.require(cast.quality_manager, page.document, unit=cast.reporter.unit)
    return page


def test_two_new_pages_in_preview_are_told_apart(handbook: HandbookIndexPage, cast: Any) -> None:
    """Both stand at the same place of the tree until they are saved."""
    chapter = handbook.get_children().get(slug="stotteprosesser")
    writer = User.objects.annotate(generation=Generation.objects.token()).get(pk=cast.editor.pk)
    shown = []
    for title in ("Uferdig utkast", "Noe annet"):
        new = ProcedurePage(title=title, slug="ny", owner_unit=cast.reporter.unit, kind="procedure")
        new.path, new.depth = f"{chapter.path}0099", chapter.depth + 1
        new.set_url_path(chapter)
        request = RequestFactory().get("/")
        request.user, request.is_preview, request.session = writer, True, SessionStore()
        shown.append(reading.preview(request, new).content.decode())
    assert "Uferdig utkast" in shown[0]
    assert "Uferdig utkast" not in shown[1]


def test_a_moved_unit_has_its_new_place_in_the_form(page: Any, cast: Any, login: Any) -> None:
    def places() -> list[int]:
        form = login(cast.reporter).get(page.url).content.decode().split('id="report-place"')[1].split("</select>")[0]
        return [form.index(unit.name) for unit in (first, last)]

    first, *_others, last = Unit.objects.filter(depth=2)
    assert places() == sorted(places())
    Unit.objects.get(pk=first.pk).move(Unit.objects.get(pk=last.pk), "right")
    assert places() != sorted(places())


@pytest.mark.parametrize("mark", ["csrf-of-this-request", "/address-of-this-request/"])
def test_a_text_is_never_taken_for_our_own_mark(page: Any, cast: Any, login: Any, mark: str) -> None:
    """Else anybody who writes a text could have the reader's own token put into it."""
    Question.objects.create(page=page, text=f"Hva betyr {mark}?", type="number", for_deviation=True)
    assert f"Hva betyr {mark}?" in login(cast.reporter).get(page.url).content.decode()


def test_as_few_queries_with_a_supplement_and_before_it_is_confirmed(
    page: Any, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    unit = cast.reporter.unit
    supplement = page.add_child(instance=SupplementPage(title="Hos oss", applies_to=unit, owner_unit=unit, live=False))
    editions.publish(supplement, cast.leader, "Første versjon", author=cast.quality_manager)
    client = login(cast.reporter)
    assert "Hos oss" in client.get(page.url).content.decode()
    with django_assert_max_num_queries(8):
        client.get(page.url)
    Confirmation.give(cast.reporter, page.document, page.document.latest_edition().label)
    with django_assert_max_num_queries(8):
        client.get(page.url)
