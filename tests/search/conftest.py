"""A small handbook to search in, and what each person finds."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from handbook.models import HandbookIndexPage
from organisation.models import User
from search import searching
from tests import factories


@pytest.fixture
def pages(handbook: HandbookIndexPage, cast: SimpleNamespace) -> SimpleNamespace:
    chapter = handbook.get_children().get(slug="stotteprosesser").specific
    body = [("purpose", "<p>Økonomisjefen og fagsystemet følger samme regel om nøkler.</p>")]
    access = factories.make_procedure(chapter, cast.editor, body=body)
    lost = factories.make_procedure(
        chapter,
        cast.editor,
        title="Tapt utstyr",
        summary="Hva du gjør når noe er borte.",
        body=[("purpose", "<p>Sperr tilgang straks.</p>")],
    )
    return SimpleNamespace(access=access, lost=lost, chapter=chapter)


@pytest.fixture
def found(db: None) -> Callable[[User, str], list[str]]:
    """`found(cast.leader, "nøkler")`: the titles of the hits, the best first."""

    def titles(user: User, text: str) -> list[str]:
        results = searching.search(user, text)
        return [entry.title for entry in searching.shown(results.query, results.hits)[1]]

    return titles
