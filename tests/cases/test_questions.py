"""Extra questions in the report form (G17): who composes, who is asked what, and the answers as they were asked."""

import io
import uuid

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import Page

from cases.models import Answer, Case, Question, Reply
from cases.permissions import composes_questions
from tests import factories

URL = "/meld/"
CHANGED = "changed while you wrote"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff\xff\x7f\x00\t\xfb\x03\xfd*\x86\xe3\x8a\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def chapter(handbook):
    return handbook.get_children().first()


@pytest.fixture
def page(cast, chapter):
    return factories.make_procedure(chapter, cast.editor, owner_unit=cast.it_leader.unit)


@pytest.fixture
def ask(cast, page):
    """`ask("How many?", type="number")`: a question on the page."""

    def make(text="Hvor mange ble berørt?", on=None, **fields):
        return factories.make_question(on or page, cast.editor, text, **fields)

    return make


@pytest.fixture
def send(login, cast, page):
    """`send({question: answer})` posts a report from the page, with the questions as they are now unless told."""

    def post(answers=None, by=None, asked=None, **more):
        by = by or cast.reporter
        asked = asked if asked is not None else asked_now(page)
        fields = {"key": str(uuid.uuid4()), "kind": "deviation", "description": "Feil dose.", "place": by.unit_id}
        answered = {question.field_name: answer for question, answer in (answers or {}).items()}
        document = page.document.document_id
        return login(by).post(URL, {**fields, "document": document, "asked": asked, **answered, **more})

    return post


def asked_now(page):
    return " ".join(f"{q.pk}:{q.wording}" for q in Question.objects.active().about(page))


def errors_of(answer, question):
    return " ".join(answer.context["form"].errors.get(question.field_name, []))


# What is asked


def test_a_question_applies_to_the_page_and_all_below_it_and_nowhere_else(cast, chapter, page, handbook, ask):
    on_page, on_chapter = ask("Siden"), ask("Kapitlet", on=chapter)
    elsewhere = ask("Et annet kapittel", on=handbook.get_children().last())
    assert list(Question.objects.about(page)) == [on_chapter, on_page]
    assert elsewhere not in Question.objects.about(page)
    assert list(Question.objects.about(chapter)) == [on_chapter]


def test_three_fields_suffice_where_nothing_is_composed(send):
    assert send(asked="").status_code == 302
    assert not Answer.objects.exists()


def test_the_form_asks_only_on_its_page_and_only_what_is_in_use(login, cast, page, ask):
    ask("Hvilket legemiddel?")
    ask("Tatt ut av bruk", active=False)
    client = login(cast.reporter)
    on_page = client.get(URL, {"side": page.document.document_id}).content.decode()
    assert "Hvilket legemiddel?" in on_page and "Tatt ut av bruk" not in on_page
    assert "Hvilket legemiddel?" not in client.get(URL).content.decode()


def test_the_form_on_the_page_costs_one_query_more_however_many_questions(cast, page, ask, django_assert_num_queries):
    for number in range(7):
        ask(f"Spørsmål {number}", type="choice", options="Ja\nNei")
    request = RequestFactory().get("/")
    request.user = type(cast.reporter).objects.get(pk=cast.reporter.pk)
    edition = page.document.edition_in_force()
    template = Template("{% load cases_tags %}{% report_form page=page edition=edition %}")
    with django_assert_num_queries(2):  # units, questions
        html = template.render(Context({"request": request, "page": page, "edition": edition}))
    assert "Spørsmål 6" in html


def test_no_field_is_required_by_the_browser_since_another_kind_may_be_chosen(login, cast, page, ask):
    question = ask("Hvor mange?", type="number", required=True)
    form = login(cast.reporter).get(URL, {"side": page.document.document_id}).context["form"]
    html = str(form[question.field_name])
    assert "required" not in html
    assert "must be answered" in form[question.field_name].label


# Answers


def test_answers_are_kept_in_words_with_the_question_as_it_was_asked(send, ask, cast):
    text = ask("Hva skjedde med pasienten?", help_text="Uten navn.")
    choice = ask("Hvor?", type="choice", options="På rommet\nPå stua")
    several = ask("Hva sviktet?", type="several", options="Merking\nKontroll\nUtstyr")
    date, number = ask("Når?", type="date"), ask("Hvor mange?", type="number")
    stop = ask("Er noen skadet? Ring 113", type="stop")
    given = {text: "Ble kvalm.", choice: "På stua", several: ["Merking", "Utstyr"], date: "2026-02-27", number: "2.5"}
    assert send({**given, stop: "on"}).status_code == 302
    answers = {answer.question: answer for answer in Case.objects.get().answers.all()}
    assert {question: answer.words for question, answer in answers.items()} == {
        text: "Ble kvalm.",
        choice: "På stua",
        several: "Merking, Utstyr",
        date: "02/27/2026",
        number: "2.5",
        stop: "Read",
    }
    assert (answers[text].text, answers[text].help_text) == ("Hva skjedde med pasienten?", "Uten navn.")
    assert answers[choice].options == "På rommet\nPå stua"
    assert answers[text].given_by_label == cast.reporter.get_full_name()


def test_a_question_left_open_gives_no_answer(send, ask):
    question = ask()
    assert send({question: ""}).status_code == 302
    assert not Answer.objects.exists()


def test_a_file_is_cleaned_attached_and_tied_to_the_question(send, ask):
    question = ask("Bilde av merkingen", type="file")
    send({question: SimpleUploadedFile("etikett.png", PNG)})
    answer = Answer.objects.get()
    assert answer.words == "etikett.png"
    assert answer.attachment == Case.objects.get().attachments.get()


def test_only_the_questions_of_the_chosen_kind_are_asked(send, ask):
    deviation = ask("Hvor mange?", type="number", required=True)
    praise = ask("Hvem fortjener ros?", for_deviation=False, for_positive=True, required=True)
    answer = send({deviation: "not a number", praise: "Natteam"}, kind="positive")
    assert answer.status_code == 302
    assert [answer.question for answer in Answer.objects.all()] == [praise]


def test_the_same_form_sent_twice_gives_each_answer_once(send, ask):
    question, key = ask(), str(uuid.uuid4())
    first, second = send({question: "To"}, key=key), send({question: "To"}, key=key)
    assert first.url == second.url
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("type_", ["text", "choice", "several", "date", "number", "file"])
def test_what_must_be_answered_is_said_beside_it_and_nothing_is_lost(send, ask, type_):
    options = "Ja\nNei" if type_ in Question.WITH_OPTIONS else ""
    question = ask("Hva nå?", type=type_, options=options, required=True)
    other = ask("Og ellers?")
    answer = send({other: "Behold meg"})
    assert not Case.objects.exists()
    assert errors_of(answer, question) == "This question must be answered."
    assert "Behold meg" in answer.content.decode() and "Feil dose." in answer.content.decode()


def test_a_stop_notice_must_be_ticked(send, ask):
    stop = ask("Er noen skadet? Ring 113", type="stop")
    answer = send()
    assert not Case.objects.exists()
    assert errors_of(answer, stop) == "Tick that you have read this."
    assert send({stop: "on"}).status_code == 302


@pytest.mark.parametrize(
    ("fields", "value", "said"),
    [
        ({"type": "number"}, "mange", "Enter a number."),
        ({"type": "number"}, "NaN", "Enter a number."),
        ({"type": "number"}, "9" * 40, "no more than 12 digits"),
        ({"type": "date"}, "31.2.2026", "Enter a valid date."),
        ({"type": "choice", "options": "Ja\nNei"}, "Kanskje", "not one of the available choices"),
        ({"type": "several", "options": "Ja\nNei"}, ["Ja", "Kanskje"], "not one of the available choices"),
        ({"type": "text"}, "x" * 10_000, "at most 2000 characters"),
        ({"type": "file"}, SimpleUploadedFile("virus.exe", b"MZ"), "can&#x27;t be attached"),
        ({"type": "file"}, SimpleUploadedFile("bilde.png", b"not a picture"), "not what the file name says"),
        ({"type": "file"}, SimpleUploadedFile("tom.pdf", b""), "empty"),
    ],
)
def test_a_wrong_answer_makes_no_case_and_is_said_beside_it(send, ask, fields, value, said):
    question = ask("Hva?", **fields)
    answer = send({question: value})
    assert answer.status_code == 200
    assert not Case.objects.exists()
    assert said in answer.content.decode()
    assert question.field_name in answer.context["form"].errors


def test_personal_data_in_an_answer_is_warned_about_beside_it(send, ask):
    question = ask("Hvem?")
    answer = send({question: "Bruker 01019912345"})
    assert not Case.objects.exists()
    assert "national identity number" in errors_of(answer, question)
    assert send({question: "Bruker 01019912345"}, send_anyway="on").status_code == 302


# Changed while somebody writes


def change(question, by, **fields):
    with question.changing(by):
        for name, value in fields.items():
            setattr(question, name, value)


def test_a_question_changed_meanwhile_comes_back_with_what_was_typed(send, ask, page, cast):
    question = ask("Hvor mange fikk feil dose?")
    before = asked_now(page)
    change(question, cast.editor, text="Hvor mange fikk feil legemiddel?")
    answer = send({question: "To pasienter"}, asked=before)
    assert not Case.objects.exists()
    assert CHANGED in errors_of(answer, question)
    html = answer.content.decode()
    assert "feil legemiddel?" in html and "To pasienter" in html and asked_now(page) in html
    assert send({question: "To pasienter"}).status_code == 302
    assert Answer.objects.get().text == "Hvor mange fikk feil legemiddel?"


def test_what_the_reporter_does_not_see_may_change_meanwhile(send, ask, page, cast):
    question, before = ask(), None
    before = asked_now(page)
    change(question, cast.editor, order=3)
    assert send({question: "To"}, asked=before).status_code == 302


def test_a_new_question_is_asked_also_of_who_began_before_it(send, ask, page):
    question = ask()
    answer = send(asked="")
    assert not Case.objects.exists()
    assert CHANGED in errors_of(answer, question)


def test_an_answer_to_what_is_no_longer_asked_is_shown_and_not_thrown_away(send, ask, page, cast):
    question, before = ask(), None
    before = asked_now(page)
    change(question, cast.editor, active=False)
    answer = send({question: "Tre & fire"}, asked=before)
    assert not Case.objects.exists()
    assert "You answered: Tre &amp; fire" in answer.content.decode()


@pytest.mark.parametrize("asked", ["garbage", "1:2:3 :: ,", "9" * 30_000, "0:" + "f" * 16])
def test_a_forged_list_of_what_was_asked_keeps_no_answer(send, ask, asked):
    question = ask()
    answer = send({question: "To"}, asked=asked)
    assert answer.status_code == 200
    assert CHANGED in errors_of(answer, question)


# Read afterwards


@pytest.fixture
def answered(send, ask, cast):
    """A case with an answer that names the reporter, asked with a wording that is changed since, and switched off."""
    question = ask("Hvem oppdaget det?")
    send({question: "Reporter Testesen, ring 912 34 567"}, send_anyway="on")
    change(question, cast.editor, text="Nytt spørsmål", active=False)
    return Case.objects.get()


def test_the_case_shows_answers_with_the_question_as_asked(login, cast, answered):
    html = login(cast.leader).get(answered.get_absolute_url()).content.decode()
    assert "Hvem oppdaget det?" in html and "912 34 567" in html
    assert "Nytt spørsmål" not in html


def test_answers_are_masked_for_those_who_read_the_case_masked(login, cast, answered):
    html = login(cast.outsider).get(answered.get_absolute_url()).content.decode()
    assert "Hvem oppdaget det?" in html
    assert "912 34 567" not in html and "Reporter Testesen" not in html


def test_the_name_of_a_file_is_for_those_who_read_the_case_whole(login, cast, send, ask):
    send({ask("Bilde", type="file"): SimpleUploadedFile("kari-nordmann.png", PNG)})
    url = Case.objects.get().get_absolute_url()
    assert "kari-nordmann" not in login(cast.outsider).get(url).content.decode()
    assert "kari-nordmann" in login(cast.leader).get(url).content.decode()


def test_the_history_has_the_wording_as_asked(login, cast, answered):
    html = login(cast.leader).get(reverse("cases:history", args=[answered.reference])).content.decode()
    assert "Hvem oppdaget det?" in html and "Nytt spørsmål" not in html


@pytest.mark.parametrize(("who", "sees"), [("leader", True), ("outsider", False)])
def test_the_export_has_the_answers_as_the_person_may_read_them(login, cast, answered, who, sees):
    content = login(getattr(cast, who)).get(reverse("cases:export")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cell = [str(value) for value in next(sheet.iter_rows(min_row=2, values_only=True)) if "Hvem oppdaget" in str(value)]
    assert len(cell) == 1
    assert ("912 34 567" in cell[0]) is sees


def test_a_sealed_case_hides_its_answers_with_itself(login, cast, send, ask):
    send({ask("Hvem?"): "Skjermet svar"}, sealed="on")
    case = Case.objects.get()
    assert login(cast.outsider).get(case.get_absolute_url()).status_code == 404
    content = login(cast.outsider).get(reverse("cases:export")).content
    assert b"Skjermet svar" not in content


def test_an_answer_can_not_be_changed_or_deleted_not_even_in_the_database(answered):
    for change_row in (lambda: Answer.objects.update(words="Nei"), lambda: Answer.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change_row()


@pytest.mark.parametrize("who", ["outsider", "colleague", "auditor"])
def test_nobody_else_answers_for_the_reporter(cast, page, ask, who):
    case = factories.make_case(cast.reporter, page=page)
    with pytest.raises(PermissionDenied):
        Answer.give(getattr(cast, who), case, [Reply(ask(), "To")])


def test_an_ended_case_or_another_kind_takes_no_answers(cast, page, ask):
    case = factories.make_case(cast.reporter, page=page)
    with pytest.raises(ValidationError):
        Answer.give(cast.reporter, case, [Reply(ask(for_deviation=False, for_positive=True), "To")])
    case.reject(cast.leader, reason="Hører ikke til her.")
    with pytest.raises(ValidationError):
        Answer.give(cast.reporter, case, [Reply(ask(), "To")])


# Composing


def posted(page, /, **more):
    fields = {"page": page.pk, "type": "text", "text": "Hva ble gjort?", "help_text": "", "options": "", "order": "10"}
    return {**fields, "for_deviation": "on", "active": "on", **more}


NEW = "cases_question_modeladmin_create"


@pytest.mark.parametrize("who", ["editor", "quality_manager", "process_owner", "approver"])
def test_those_who_write_the_page_compose_for_it(login, cast, page, who):
    answer = login(getattr(cast, who)).post(reverse(NEW), posted(page))
    assert answer.status_code == 302
    question = Question.objects.get()
    assert question.page_id == page.pk
    assert question.history.get().actor_label == getattr(cast, who).get_full_name()


@pytest.mark.parametrize("who", ["reporter", "leader", "handler", "auditor", "service_desk", "administrator"])
def test_others_neither_read_nor_compose(login, cast, page, ask, who):
    question, client = ask(), login(getattr(cast, who))
    assert not composes_questions(getattr(cast, who), page)
    client.post(reverse(NEW), posted(page))
    client.post(reverse("cases_question_modeladmin_edit", args=[question.pk]), posted(page, shown_version=1))
    assert [question.text for question in Question.objects.all()] == ["Hvor mange ble berørt?"]
    for name, args in [("index", []), ("inspect", [question.pk])]:
        answer = client.get(reverse(f"cases_question_modeladmin_{name}", args=args))
        assert "Hvor mange ble berørt?" not in answer.content.decode()


def test_a_process_owner_composes_for_the_own_pages_only(login, cast, chapter, units):
    foreign = factories.make_procedure(chapter, cast.editor, title="Annen", owner_unit=units.home_care)
    client = login(cast.process_owner)
    answer = client.post(reverse(NEW), posted(foreign))
    assert "t change this page" in answer.content.decode()
    question = factories.make_question(foreign, cast.editor)
    client.post(reverse("cases_question_modeladmin_edit", args=[question.pk]), posted(foreign, shown_version=1))
    question.refresh_from_db()
    assert (Question.objects.count(), question.text) == (1, "Hvor mange ble berørt?")


def test_a_question_is_changed_with_its_version_and_a_stale_save_is_refused(login, cast, page, ask):
    question, client = ask(), login(cast.editor)
    url = reverse("cases_question_modeladmin_edit", args=[question.pk])
    assert client.post(url, posted(page, text="Ny ordlyd", shown_version=1)).status_code == 302
    question.refresh_from_db()
    assert (question.text, question.version) == ("Ny ordlyd", 2)
    stale = client.post(url, posted(page, text="For sent", shown_version=1))
    assert "Somebody else changed this" in stale.content.decode()
    question.refresh_from_db()
    assert question.text == "Ny ordlyd"
    assert question.history.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"type": "choice"}, "options"),
        ({"type": "choice", "options": "Bare en"}, "options"),
        ({"type": "several", "options": "Ja\nJa"}, "options"),
        ({"type": "choice", "options": "\n".join(str(number) for number in range(21))}, "options"),
        ({"type": "choice", "options": f"Ja\n{'x' * 121}"}, "options"),
        ({"type": "text", "options": "Ja\nNei"}, "options"),
        ({"text": "x" * 301}, "text"),
        ({"text": ""}, "text"),
        ({"type": "nonsense"}, "type"),
        ({"page": ""}, "page"),
        ({"page": "999999"}, "page"),
        ({"for_deviation": ""}, "__all__"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_the_reason(login, cast, page, wrong, field):
    answer = login(cast.editor).post(reverse(NEW), posted(page, **wrong))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Question.objects.exists()


def test_a_question_is_never_deleted(login, cast, ask):
    question = ask()
    login(cast.quality_manager).post(reverse("cases_question_modeladmin_delete", args=[question.pk]))
    assert Question.objects.filter(pk=question.pk).exists()


def test_the_preview_shows_the_form_and_where_each_question_comes_from(login, cast, chapter, page, ask):
    ask("Fra kapitlet?", on=chapter)
    ask("Under arbeid?", active=False)
    url, client = reverse("cases:questions", args=[page.pk]), login(cast.editor)
    html = client.get(url).content.decode()
    assert "Fra kapitlet?" in html and chapter.title in html
    assert "Under arbeid?" not in [field.label for field in client.get(url).context["form"]]
    assert "Under arbeid?" in [field.label for field in client.get(url, {"alle": "1"}).context["form"]]
    assert "Send report" not in html
    assert login(cast.reporter).get(url).status_code == 403
    assert client.get(reverse("cases:questions", args=[999_999])).status_code == 404


def test_a_deleted_page_leaves_its_questions_without_a_place(cast, chapter):
    draft = factories.make_procedure(chapter, cast.editor, title="Utkast", publish=False)
    question = factories.make_question(draft, cast.editor)
    Page.objects.get(pk=draft.pk).delete()
    question.refresh_from_db()
    assert question.page is None
