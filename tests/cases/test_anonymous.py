"""Anonymous to colleagues, and anonymous to all (G18): who sees what, and what is not kept at all."""

import datetime
import os
import re
import uuid

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from cases import uploads
from cases.models import Case, Correspondent, Delivery, Entry, Integration, LookUp, Notice, SecretLink, Webhook
from cases.models.correspondent import tell_of_anonymous
from cases.permissions import Act, can, known_condition, whole_condition
from cases.register import Selection
from organisation import clock
from organisation.mail import Mail
from organisation.models import User
from tests import factories
from tests.cases.test_files import picture, upload
from tests.cases.test_report import URL, fields

NAME = "Reporter Testesen"
KNOWS = {"reporter", "leader", "deputy", "handler"}
WHOLE = {"quality_manager", "director", "service_desk", "auditor", "approver"}


@pytest.fixture
def case(cast):
    """Anonymous to colleagues."""
    case = factories.make_case(cast.reporter, anonymity="colleagues", description=f"Hilsen {NAME}", title="Vikarbruk")
    case.say(cast.reporter, "Jeg har sett det flere ganger.")
    return case


def test_the_rule_and_the_condition_agree(cast, case, units):
    factories.make_case(cast.reporter)
    factories.make_case(cast.outsider, anonymity="colleagues")
    for person in vars(cast).values():
        seen = Case.objects.visible_to(person).for_list()
        known = set(seen.filter(whole_condition(person) & known_condition(person)))
        assert known == {one for one in seen if can(person, Act.KNOW_REPORTER, one)}, person


@pytest.mark.parametrize("who", sorted(KNOWS))
def test_those_who_handle_it_know_who_reported(login, cast, case, who):
    assert NAME in login(getattr(cast, who)).get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", sorted(WHOLE | {"colleague", "outsider", "it_leader", "editor"}))
def test_others_meet_the_name_nowhere(login, cast, case, who):
    client, person = login(getattr(cast, who)), getattr(cast, who)
    pages = [case.get_absolute_url(), f"{case.get_absolute_url()}historikk/", "/saker/?alle=1", "/sok/?q=vikarbruk"]
    for page in [*pages, f"/admin/cases/case/inspect/{case.pk}/", "/admin/cases/case/"]:
        assert NAME not in client.get(page).content.decode(), page
    assert case.reference not in client.get("/saker/?q=Reporter").content.decode()
    found = Selection(person, client.get("/saker/?alle=1").wsgi_request.GET).cases()
    assert not found.search("Testesen Hilsen", person).filter(pk=case.pk).exists()


@pytest.mark.parametrize("who", ["quality_manager", "auditor"])
def test_the_history_tells_it_as_a_role(login, cast, case, who):
    page = login(getattr(cast, who)).get(f"{case.get_absolute_url()}historikk/").content.decode()
    assert "Melder" in page or "Reporter" in page
    assert NAME not in page


def test_a_colliding_change_does_not_tell_it(login, cast, case):
    sent = {"version": case.version, "title": "Ny", "category": ""}
    with case.changing(cast.reporter):
        case.title = "Vikarbruk på natt"
    answer = login(cast.quality_manager).post(f"{case.get_absolute_url()}rett/", sent)
    assert answer.status_code == 409
    assert NAME not in answer.content.decode()


def test_who_is_made_handler_knows(cast, case):
    assert not can(cast.director, Act.KNOW_REPORTER, case)
    case.set_handler(cast.leader, handler=cast.director)
    assert can(cast.director, Act.KNOW_REPORTER, case)


def test_the_log_of_a_sealed_case_does_not_tell_it(login, cast):
    case = factories.make_case(cast.reporter, anonymity="colleagues", sealed=True)
    login(cast.reporter).get(case.get_absolute_url())
    assert not LookUp.objects.exists()


# Anonymous to all


def rows() -> dict[tuple[str, object], dict[str, object]]:
    """Every row of every table but the sessions."""
    models = [model for model in apps.get_models(include_auto_created=True) if model not in (Session,)]
    return {
        (model._meta.label, row["pk"]): row
        for model in models
        if model._meta.managed
        for row in model._base_manager.values("pk", *(field.attname for field in model._meta.concrete_fields))
    }


@pytest.fixture
def sent(login, cast):
    """What an anonymous report with a file leaves behind: the answer, and the rows that are new or changed."""
    client = login(cast.colleague)
    client.get(URL)
    posted = fields(cast.colleague, anonymity="all", title="Utrygt", files=[upload("Colleague.jpg", picture())])
    before = rows()
    answer = client.post(URL, posted)
    after = {key: row for key, row in rows().items() if before.get(key) != row}
    return answer, after, posted, client


def test_nothing_kept_tells_who_or_when(cast, sent):
    _answer, after, _posted, _client = sent
    assert {label for label, _pk in after} >= {"cases.Case", "cases.Entry", "cases.Attachment", "cases.Correspondent"}
    midnight = clock.midnight()
    for (label, _pk), row in after.items():
        model = apps.get_model(label)
        for field in model._meta.concrete_fields:
            value = row[field.attname]
            if field.related_model is User or field.name == "history_user_id":
                assert value is None, (label, field.name)
            if isinstance(value, datetime.datetime):
                assert value == midnight, (label, field.name)
            if isinstance(value, str):
                assert "colleague" not in value.lower(), (label, field.name)


def test_the_file_is_named_anew(sent):
    assert Case.objects.get().attachments.get().name.endswith("-1.jpg")


def test_a_file_on_disk_is_dated_by_the_day(sent, tmp_path):
    attachment = Case.objects.get().attachments.get()
    attachment.file.storage = FileSystemStorage(tmp_path)
    attachment.file.storage.save(attachment.file.name, ContentFile(b"bilde"))
    attachment.forget_time(clock.midnight())
    assert os.path.getmtime(attachment.file.path) == clock.midnight().timestamp()


def test_the_answer_holds_the_secret_address_once_and_is_kept_by_nobody(sent):
    answer, _after, _posted, client = sent
    page = answer.content.decode()
    token = re.search(r"/dialog/status/([\w-]{43})/", page)[1]
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert Correspondent.objects.holding(token).get().case == Case.objects.get()
    assert client.get(SecretLink.address(token)).status_code == 200
    assert token not in str(list(client.session.items()))
    assert Case.objects.get().reference not in str(list(client.session.items())) + str(client.cookies)


def test_sent_twice_it_is_one_case(sent):
    _answer, _after, posted, client = sent
    client.post(URL, {**posted, "files": [upload("Colleague.jpg", picture())]})
    assert Case.objects.count() == 1 and Case.objects.get().attachments.count() == 1


def test_it_is_not_on_the_persons_own_list(cast, sent):
    case = Case.objects.get()
    assert not Case.objects.reported_by(cast.colleague).exists()
    assert not can(cast.colleague, Act.READ_WHOLE, case)
    with pytest.raises(PermissionDenied):
        case.attach(cast.colleague, [uploads.clean(upload("notat.txt"))])


def test_nobody_is_told_before_the_day_after(cast, sent):
    assert tell_of_anonymous() == 0
    assert not Notice.objects.exists() and not Mail.objects.exists()
    Correspondent.objects.update(untold_since=clock.today() - datetime.timedelta(1))
    assert tell_of_anonymous() == 1
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"leader", "deputy"}
    assert tell_of_anonymous() == 0


def test_the_case_is_handled_like_any_other_and_answered_by_letter(cast, sent, login):
    case = Case.objects.get()
    case.assess(cast.leader, probability=2, consequence=2, answer="Vi ser på det i dag.")
    case.hear("Takk. Det gjelder nattevakten.")
    letters = case.entries.filter(kind=Entry.Kind.LETTER)
    assert [letter.from_outside for letter in letters] == [False, True]
    assert Correspondent.objects.get().untold_since == clock.today()
    page = login(cast.leader).get(case.get_absolute_url()).content.decode()
    assert "nattevakten" in page and "Anonym" in page
    assert not Mail.objects.filter(to="").exists()


def test_a_letter_is_dated_by_the_day(sent):
    entry = Case.objects.get().hear("En ting til.")
    assert timezone.localtime(entry.created_at).time() == datetime.time()


def test_what_the_person_does_later_tells_no_time_either(cast, units):
    facts = {"kind": "positive", "description": "Godt jobbet på natt.", "place": units.home_care, "key": uuid.uuid4()}
    case, token = Case.report_anonymously(**facts)
    case.assess(cast.leader, probability=None, consequence=None)
    case.close(cast.leader, answer="Takk!")
    before = rows()
    known = {value for row in before.values() for value in row.values() if isinstance(value, datetime.datetime)}
    case.hear("Hilsen oss.", [uploads.clean(upload("Colleague.jpg", picture()))])
    case.correspondent.say_whether_better(Correspondent.Better.NO, "Det ble verre.")
    case.correspondent.revoke_links(but=token)
    Case.report_anonymously(**facts)
    new = [row for key, row in rows().items() if before.get(key) != row]
    times = {value for row in new for value in row.values() if isinstance(value, datetime.datetime)}
    assert len(new) > 4 and times <= known | {clock.midnight()}
    assert not Notice.objects.filter(case=case, user=cast.leader, kind=Notice.Kind.NOT_BETTER).exists()
    assert Correspondent.objects.get().untold_since == clock.today()


def test_other_systems_are_told_the_day_after_too(cast, sent, settings, units):
    settings.WEBHOOKS_INSIDE = True
    system = Integration.begin(cast.administrator, name="Gerica", contact="-", unit=units.home_care)
    Webhook.add(cast.administrator, system, url="http://127.0.0.1:9/", events=["case.received"])
    facts = {"kind": "deviation", "description": "Utrygt", "place": units.home_care}
    Case.report_anonymously(**facts, key=uuid.uuid4())
    assert not Delivery.objects.exists()
    Correspondent.objects.update(untold_since=clock.today() - datetime.timedelta(1))
    tell_of_anonymous()
    assert Delivery.objects.count() == 2


def test_the_answers_to_extra_questions_are_nobodys_and_the_file_is_named_anew(cast, login, handbook):
    page = factories.make_procedure(handbook, cast.editor)
    asked = [
        factories.make_question(page, cast.editor, text, type=kind)
        for text, kind in (("Hva?", "text"), ("Fil?", "file"))
    ]
    posted = fields(cast.colleague, anonymity="all", document=page.document.document_id)
    posted |= {f"question-{asked[0].pk}": "Nattevakt", f"question-{asked[1].pk}": upload("Colleague.jpg", picture())}
    html = login(cast.colleague).get(f"{URL}?side={page.document.document_id}").content.decode()
    posted["asked"] = re.search(r'name="asked" value="([^"]+)"', html)[1]
    login(cast.colleague).post(URL, posted)
    answers = list(Case.objects.get().answers.all())
    assert [answer.words for answer in answers] == ["Nattevakt", Case.objects.get().attachments.get().name]
    assert "olleague" not in answers[1].words
    for answer in answers:
        assert (answer.given_by, answer.given_by_label, answer.given_at) == (None, "", clock.midnight())


def test_another_text_on_the_same_form_is_another_case(login, cast):
    posted = fields(cast.reporter, anonymity="all", description="Det første.")
    login(cast.reporter).post(URL, posted)
    answer = login(cast.colleague).post(URL, {**posted, "description": "Det andre."})
    token = re.search(r"/dialog/status/([\w-]{43})/", answer.content.decode())[1]
    assert Correspondent.objects.holding(token).get().case.description == "Det andre."
    assert Case.objects.count() == 2


@pytest.mark.parametrize("wrong", ["hemmelig", "ALL", "0"])
def test_an_unknown_choice_makes_no_case(login, cast, wrong):
    assert "anonymity" in login(cast.reporter).post(URL, fields(cast.reporter, anonymity=wrong)).context["form"].errors
    assert not Case.objects.exists()


def test_the_form_says_who_sees_what(login, cast):
    page = login(cast.reporter).get(URL).content.decode()
    assert page.count('name="anonymity"') == 3
    assert page.count("data-no-draft") == 2  # sealed, and anonymous to all


def test_health_is_a_hint_and_never_a_hindrance(login, cast):
    client, posted = login(cast.reporter), fields(cast.reporter, description="Hun har demens og angst.")
    page = client.post(URL, {**posted, "kind": ""}).content.decode()
    assert "demens, angst" in page
    client.post(URL, posted)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("who", ["outsider", "auditor"])
def test_a_part_of_the_name_is_hidden_too(login, cast, who):
    cast.reporter.last_name = "Zebranavn"
    cast.reporter.save()
    case = factories.make_case(cast.reporter, anonymity="colleagues", description="Hilsen Zebranavn")
    assert "Zebranavn" not in login(getattr(cast, who)).get(case.get_absolute_url()).content.decode()
