"""The demo's texts fit the blocks they become, and what people have done is loaded once."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cases.models import Case
from handbook import editions
from handbook.blocks import BodyBlock
from handbook.models import FilledChecklist, LessonCompletion, ProcedurePage
from handbook.terms import Audience
from home.demo import doing
from home.demo.handbook import HandbookLoader
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
QUESTION = {"question": "Hvem?", "why": "Fordi.", "options": ["Du", "Jeg"], "right": 1}


@pytest.fixture
def loader(handbook: Any) -> HandbookLoader:
    loader = HandbookLoader()
    loader.pages = defaultdict(lambda: SimpleNamespace(pk=handbook.pk, title="Håndbok"))
    return loader


def bodies(loader: HandbookLoader) -> list[tuple[str, dict[str, Any]]]:
    """Every body item of every edition of the demo, with the number of its page."""
    return [
        (row["number"], item)
        for row in loader.rows
        for body in (row["body"], *(edition.get("body", []) for edition in row["editions"]))
        for item in body
    ]


@pytest.mark.parametrize("kind", ["quiz", "drawing", "checklist"])
def test_what_is_done_from_a_page_is_as_the_editor_would_be_let_to_write_it(loader: HandbookLoader, kind: str) -> None:
    block = BodyBlock().child_blocks[kind]
    found = [(number, item) for number, item in bodies(loader) if item["type"] == kind]
    assert len({number for number, _item in found}) >= 3
    for _number, item in found:
        block.clean(block.normalize(loader.block(item)[1]))


def test_there_is_a_lesson_for_each_of_the_five_roles_and_one_for_the_risk_form(loader: HandbookLoader) -> None:
    quizzes = {
        row["number"]: next(item for item in row["body"] if item["type"] == "quiz")
        for row in loader.rows
        if row["kind"] == "lesson"
    }
    risk_form = quizzes["8.5.6"]
    assert sorted(quiz["audience"] for quiz in quizzes.values() if quiz != risk_form) == sorted(Audience.values)
    assert all(3 <= quiz["minutes"] <= 6 and len(quiz["questions"]) >= 4 for quiz in quizzes.values())
    assert risk_form["audience"] == Audience.HANDLER


def test_the_right_option_is_marked_and_marks_in_the_text_are_left_out(loader: HandbookLoader) -> None:
    item = {
        "type": "quiz",
        "audience": "leader",
        "minutes": 3,
        "questions": [{**QUESTION, "why": "**Derfor** [[1.1]]"}],
    }
    _kind, quiz = loader.block(item)
    assert quiz["questions"][0]["options"] == [{"text": "Du", "right": False}, {"text": "Jeg", "right": True}]
    assert quiz["questions"][0]["why"] == "Derfor 1.1 Håndbok"


def test_a_question_whose_right_option_is_not_there_is_refused(loader: HandbookLoader) -> None:
    item = {"type": "quiz", "audience": "leader", "minutes": 3, "questions": [{**QUESTION, "right": 2}]}
    block = BodyBlock().child_blocks["quiz"]
    with pytest.raises(ValidationError):
        block.clean(block.normalize(loader.block(item)[1]))


@pytest.fixture
def page(pages: Any, cast: Any, loader: HandbookLoader) -> ProcedurePage:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    quiz = {"type": "quiz", "audience": "leader", "minutes": 3, "questions": [QUESTION]}
    page.body = [
        *paragraphs("Slik går runden."),
        ("checklist", {"title": "Vernerunde", "items": ["Rømningsvei fri", "Slukker kontrollert"]}),
        loader.block(quiz),
    ]
    editions.publish(page, cast.process_owner, "Sjekkliste og spørsmål.", author=cast.editor)
    return page


@pytest.fixture
def told(page: ProcedurePage, cast: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    number = page.document.number
    row = {"number": number, "title": "Vernerunde", "by": cast.reporter.username, "unit": cast.reporter.unit.code}
    told = {
        "checklist": [{**row, "ago": 0, "no": [[1, "Esker foran døra."]], "not_relevant": [[2, "Ingen slukker."]]}],
        "lesson": [{"number": number, "share": 100}],
    }
    monkeypatch.setattr(doing, "read", lambda name: told)
    return told


def test_a_checklist_is_signed_once_and_its_no_is_one_deviation(told: dict[str, Any], cast: Any) -> None:
    for _round in range(2):
        doing.load_checklists()
    signed = FilledChecklist.objects.get()
    assert [point["answer"] for point in signed.points] == ["no", "not_relevant"]
    assert Case.objects.get().reference == signed.points[0]["case"]
    assert signed.signed_at and signed.by == cast.reporter


def test_a_lesson_is_completed_once_by_those_it_is_for_and_nobody_else(told: dict[str, Any], cast: Any) -> None:
    for _round in range(2):
        doing.load_lessons()
    done = [completion.user for completion in LessonCompletion.objects.all()]
    assert cast.leader in done
    assert len(done) == len(set(done))
    assert not {cast.reporter, cast.editor} & set(done)


def test_a_checklist_the_page_does_not_have_stops_the_load(told: dict[str, Any]) -> None:
    told["checklist"][0]["title"] = "Brannrunde"
    with pytest.raises(StopIteration):
        doing.load_checklists()
    assert not FilledChecklist.objects.exists()
