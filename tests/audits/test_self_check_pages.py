"""Self-checks in the browser: from the draft to the signed answers, without script."""

import datetime
import io
import uuid

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from audits.models import SelfCheck, Sheet
from cases.models import Case
from organisation import clock
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def test_from_draft_to_signed(cast, units, login):
    keeper = login(cast.quality_manager)
    data = {"key": uuid.uuid4(), "title": "Brannvern", "framework": "hse", "year": 2026, "unit": units.municipality.pk}
    answer = keeper.post(reverse("audits:begin_self_check"), data, follow=True)
    check = SelfCheck.objects.get()
    assert answer.redirect_chain[-1][0] == check.get_absolute_url()
    for text in ("Er rømningsveiene frie?", "Er alle øvd?"):
        keeper.post(reverse("audits:new_question", args=[check.pk]), {"text": text, "another": "1"})
    deadline = (clock.today() + 5 * DAY).isoformat()
    keeper.post(
        reverse("audits:send_self_check", args=[check.pk]), {"units": [units.home_care.pk], "deadline": deadline}
    )
    sheet = Sheet.objects.get()
    leader = login(cast.leader)
    page = leader.get(sheet.get_absolute_url())
    assert "Er rømningsveiene frie?" in page.content.decode()
    first, second = check.questions.all()
    given = {f"value_{first.pk}": "no", f"comment_{first.pk}": "Låst dør", f"value_{second.pk}": "yes"}
    signing = leader.post(sheet.get_absolute_url(), {**given, "version": sheet.version, "sign": "1"}, follow=True)
    assert "Er rømningsveiene frie?" in signing.content.decode() and not Case.objects.exists()
    sheet.refresh_from_db()
    leader.post(reverse("audits:sign_sheet", args=[check.pk, "home-care"]), {"version": sheet.version})
    assert Case.objects.get().unit == units.home_care
    read_only = leader.get(sheet.get_absolute_url()).content.decode()
    assert Case.objects.get().reference in read_only and "<textarea" not in read_only
    result = keeper.get(check.get_absolute_url()).content.decode()
    assert "Låst dør" in result
    book = load_workbook(io.BytesIO(keeper.get(reverse("audits:self_check_export", args=[check.pk])).content))
    assert [cell.value for cell in book.active[2]][:2] == ["Home care", "Er rømningsveiene frie?"]


def test_signing_too_early_leads_back_with_what_lacks(cast, units, login):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    answer = login(cast.leader).post(
        reverse("audits:sign_sheet", args=[sheet.check_of_id, "home-care"]), {"version": sheet.version}, follow=True
    )
    assert answer.redirect_chain[-1][0] == sheet.get_absolute_url()
    assert "Virker rutine 1?" in answer.content.decode()
    sheet.refresh_from_db()
    assert not sheet.is_signed


def test_a_stale_form_gets_both_texts(cast, units, login):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    question, shown = sheet.check_of.questions.first(), sheet.version
    factories.answer_sheet(sheet, cast.deputy, "partly")
    answer = login(cast.leader).post(
        sheet.get_absolute_url(),
        {f"value_{question.pk}": "no", f"comment_{question.pk}": "Min tekst", "version": shown},
    )
    assert answer.status_code == 409 and "Min tekst" in answer.content.decode()
    assert sheet.answers.get(question=question).value == "partly"


@pytest.mark.parametrize("who", ["auditor", "quality_manager"])
def test_those_who_only_read_get_no_form_and_can_not_post(cast, units, login, who):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    client = login(getattr(cast, who))
    assert "<textarea" not in client.get(sheet.get_absolute_url()).content.decode()
    assert client.post(sheet.get_absolute_url(), {"version": 1}).status_code == 403
    assert client.post(reverse("audits:sign_sheet", args=[sheet.check_of_id, "home-care"])).status_code == 403


def test_a_round_of_others_is_not_there(cast, units, login):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    for address in (sheet.get_absolute_url(), sheet.check_of.get_absolute_url()):
        assert login(cast.outsider).get(address).status_code == 404
        assert login(cast.it_leader).get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_takes_a_fixed_number_of_queries(cast, units, login, number, django_assert_num_queries):
    check = factories.make_self_check(cast.quality_manager, questions=number)
    asked = [units.home_care, units.it, units.zone, units.municipality][:number]
    sheets = check.send(cast.quality_manager, units=asked, deadline=clock.today())
    for sheet in sheets:
        factories.answer_sheet(sheet, cast.director, *["no"] * number)
        sheet.sign(cast.director)
    client = login(cast.quality_manager)
    client.get(check.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(check.get_absolute_url())
