"""Lessons are pages with a quiz; every answer right is recorded, and leaders see who has done what (S21)."""

import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from handbook import approvals, editions, lessons
from handbook.blocks import BodyBlock
from handbook.models import LessonCompletion, ProcedurePage
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db


def question(text: str, right: int = 1) -> dict[str, Any]:
    options = [{"text": f"{text} {letter}", "right": place == right} for place, letter in enumerate("ab")]
    return {"question": text, "options": options, "why": f"Fordi {text.lower()}"}


QUIZ = ("quiz", {"audience": "reporter", "minutes": 3, "questions": [question("Hva"), question("Hvem", 0)]})
RIGHT = {"question_0": "1", "question_1": "0"}
WRONG = {"question_0": "0", "question_1": "0"}


@pytest.fixture
def lesson(pages: Any, cast: Any) -> Any:
    page = pages.add(pages.process, ProcedurePage, "Meld fra", kind="lesson", body=[*paragraphs("Les dette."), QUIZ])
    return editions.publish(page, cast.process_owner, "Første.", author=cast.editor)


def address(lesson: Any) -> str:
    return f"/d/{lesson.document_code}/quiz/"


def test_the_page_shows_the_questions_and_never_the_answers(lesson: Any, cast: Any, login: Any) -> None:
    page = login(cast.reporter).get(lesson.document.page.url).content.decode()
    assert "Hvem" in page
    assert "Fordi hva" not in page
    assert address(lesson) in page
    assert "Fordi hva" not in login(cast.reporter).get(address(lesson)).content.decode()


def test_all_right_is_recorded_with_name_and_edition(lesson: Any, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    page = client.post(address(lesson), RIGHT, follow=True)
    completion = LessonCompletion.objects.get()
    assert (completion.user, completion.edition, completion.user_name) == (cast.reporter, lesson, str(cast.reporter))
    assert "Fordi hva" in page.content.decode()
    client.post(address(lesson), RIGHT)
    assert LessonCompletion.objects.count() == 1


def test_a_wrong_answer_is_not_recorded_and_the_right_one_not_given_away(lesson: Any, cast: Any, login: Any) -> None:
    page = login(cast.reporter).post(address(lesson), WRONG).content.decode()
    assert "Fordi hvem" in page
    assert "Fordi hva" not in page
    assert page.count("✓") == 1
    assert not LessonCompletion.objects.exists()


@pytest.mark.parametrize("who", ["reporter", "auditor", "editor"])
def test_nobody_gets_the_answers_in_word(lesson: Any, cast: Any, login: Any, who: str) -> None:
    for way in ("word/", "versjoner/1/word/"):
        file = login(getattr(cast, who)).get(f"/d/{lesson.document_code}/{way}").content
        parts = zipfile.ZipFile(io.BytesIO(file))
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
        assert "Hvem" in text
        assert "Fordi hva" not in text


@pytest.mark.parametrize("data", [{}, {"question_0": "1"}, {"question_0": "1", "question_1": "7"}])
def test_an_answer_that_is_missing_or_made_up_is_refused(
    lesson: Any, cast: Any, login: Any, data: dict[str, str]
) -> None:
    assert "question_1" in login(cast.reporter).post(address(lesson), data).context["form"].errors
    assert not LessonCompletion.objects.exists()


def test_a_page_without_a_quiz_has_none(pages: Any, cast: Any, login: Any) -> None:
    assert login(cast.reporter).get(f"/d/{pages.access.document.document_id}/quiz/").status_code == 404


def test_the_proof_is_only_for_who_completed(lesson: Any, cast: Any, login: Any) -> None:
    assert login(cast.reporter).get(f"{address(lesson)}bestatt/").status_code == 404


def test_a_substantial_change_asks_again_and_an_editorial_one_does_not(lesson: Any, cast: Any, login: Any) -> None:
    lessons.complete(cast.reporter, lesson, lessons.mark(lesson, [1, 0]))
    page = ProcedurePage.objects.get(title="Meld fra")
    page.body = [*paragraphs("Les dette nøye."), QUIZ]
    editions.publish(page, cast.process_owner, "Språk.", major=False, author=cast.editor)
    (mine,) = lessons.lessons_for(cast.reporter)
    assert mine.completed is not None
    assert not mine.is_new_since
    page.refresh_from_db()
    page.body = [*paragraphs("Helt nytt."), QUIZ]
    editions.publish(page, cast.process_owner, "Nytt.", author=cast.editor)
    (mine,) = lessons.lessons_for(cast.reporter)
    assert mine.is_new_since


def test_nobody_can_change_who_completed(lesson: Any, cast: Any) -> None:
    lessons.complete(cast.reporter, lesson, lessons.mark(lesson, [1, 0]))
    for statement in ("UPDATE handbook_lessoncompletion SET user_name = 'x'", "DELETE FROM handbook_lessoncompletion"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_leaders_see_their_own_unit_and_nobody_elses(lesson: Any, cast: Any, login: Any) -> None:
    lessons.complete(cast.reporter, lesson, lessons.mark(lesson, [1, 0]))
    page = login(cast.leader).get("/opplaring/register/home-care/").content.decode()
    assert str(cast.reporter) in page
    assert login(cast.it_leader).get("/opplaring/register/home-care/").status_code == 404
    register = lessons.register(cast.leader)
    assert {row.unit.code for row in register.rows} == {"home-care"}
    (count,) = register.rows[0].counts
    assert (count.lesson, count.done, count.asked) == (lesson, 1, register.rows[0].people)
    assert register.totals == register.rows[0].counts


def test_a_lesson_for_a_role_counts_those_who_hold_it(pages: Any, cast: Any, login: Any) -> None:
    for_leaders = ("quiz", {**QUIZ[1], "audience": "leader"})
    page = pages.add(pages.process, ProcedurePage, "Ha oversikt", kind="lesson", body=[for_leaders])
    lesson = editions.publish(page, cast.process_owner, "Første.", author=cast.editor)
    for user in (cast.leader, cast.reporter):
        lessons.complete(user, lesson, lessons.mark(lesson, [1, 0]))
    (row,) = lessons.register(cast.leader).rows
    assert [(count.done, count.asked) for count in row.counts] == [(1, 2)]  # the leader and the deputy
    taken = {person: row[0] for person, row in lessons.people_of(cast.leader.unit, [lesson])}
    assert (taken[cast.deputy].is_asked, taken[cast.deputy].completion) == (True, None)
    assert not taken[cast.reporter].is_asked and taken[cast.reporter].completion
    assert [found.is_mine for user in (cast.leader, cast.reporter) for found in lessons.lessons_for(user)] == [
        True,
        False,
    ]
    assert login(cast.reporter).get("/opplaring/").context["mine"] == []


@pytest.mark.parametrize("who", ["reporter", "outsider", "editor", "process_owner", "service_desk", "administrator"])
def test_the_register_is_not_for_everybody(cast: Any, login: Any, who: str) -> None:
    assert login(getattr(cast, who)).get("/opplaring/register/").status_code == 403
    assert login(getattr(cast, who)).get("/opplaring/register/home-care/").status_code == 404


def test_a_question_has_exactly_one_right_answer() -> None:
    block = BodyBlock().child_blocks["quiz"].child_blocks["questions"].child_block
    for rights in ([False, False], [True, True]):
        options = [{"text": str(number), "right": right} for number, right in enumerate(rights)]
        with pytest.raises(ValidationError):
            block.clean(block.to_python({"question": "Hva?", "options": options, "why": "Fordi"}))


def test_the_register_asks_as_often_for_many_as_for_few(
    lesson: Any, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.quality_manager)
    with django_assert_max_num_queries(14) as few:
        client.get("/opplaring/register/")
    for user in (cast.reporter, cast.colleague, cast.outsider, cast.leader):
        lessons.complete(user, lesson, lessons.mark(lesson, [1, 0]))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/opplaring/register/")


def test_an_edition_that_is_no_longer_in_force_offers_no_quiz(lesson: Any, cast: Any, login: Any) -> None:
    page = lesson.document.page.specific
    page.body = [*paragraphs("Les noe annet."), QUIZ]
    editions.publish(page, cast.process_owner, "Ny tekst.", author=cast.editor)
    client = login(cast.reporter)
    assert address(lesson) in client.get(page.url).content.decode()
    assert address(lesson) not in client.get(f"/d/{lesson.document_code}/versjoner/1/").content.decode()


def test_who_approves_a_lesson_reads_its_answers_first(lesson: Any, cast: Any, login: Any) -> None:
    page = lesson.document.page.specific
    page.body = [*paragraphs("Les noe annet."), QUIZ]
    page.save_revision(user=cast.editor)
    approvals.send_to_approval(page, cast.editor, "Bare språk.")
    shown = login(cast.process_owner).get(f"/d/{lesson.document_code}/godkjenn/").content.decode()
    assert "Fordi hva" in shown
    assert login(cast.reporter).get(f"/d/{lesson.document_code}/utkast/").status_code == 403
