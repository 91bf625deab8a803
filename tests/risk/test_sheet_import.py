"""A sheet becomes a draft by way of a preview: nothing is saved before, nothing that stands there is lost, and nobody's
newer text is overwritten."""

import datetime
import io
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from organisation import clock
from risk.models import Assessment, Risk, SheetImport
from risk.sheet import exporting, proposal, reading, writing
from tests import factories
from tests.risk.sheets import ROWS, sheet_file

HEAD = {"title": "ROS natt", "use": "hms", "sub_kind": "", "year": 2026, "leader": "leader", "leader_function": ""}


def upload(client, content, *, name="ros.xlsx", key=None):
    data = {"key": key or uuid.uuid4(), "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("risk:import_sheet"), data)


def taken(client, content):
    """The sheet that waits after an upload."""
    answer = upload(client, content)
    assert answer.status_code == 302, answer.content.decode()
    return SheetImport.objects.get(pk=re.findall(r"\d+", answer["Location"])[0])


def head(cast, **other):
    return {**HEAD, "unit": cast.leader.unit_id, **other}


def kept(cast, content, by=None):
    """The same without a browser."""
    return SheetImport.keep(by or cast.leader, name="ros.xlsx", content=reading.read(content).as_data())


def changed(content, **cells):
    """The file with other values in some cells of the first tab."""
    book = load_workbook(io.BytesIO(content))
    for address, value in cells.items():
        book.worksheets[0][address] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_sheet_becomes_a_draft_in_two_steps(cast, login):
    client = login(cast.leader)
    sheet = taken(client, sheet_file())
    page = client.get(sheet.get_absolute_url())
    assert "Trusler på hjemmebesøk" in page.content.decode()
    assert not Assessment.objects.exists()
    answer = client.post(sheet.get_absolute_url(), head(cast))
    assessment = Assessment.objects.get()
    assert answer["Location"] == assessment.get_absolute_url()
    assert [(row.threat, row.score) for row in assessment.rows.all()] == [
        ("Trusler på hjemmebesøk", 16),
        ("Fall på is\nom natten", 10),
        ("Kollisjon", 12),
    ]
    assert assessment.template_label == "Kvalitetsavdelingen mal 18.01.2012"
    assert (assessment.is_draft, assessment.leader, assessment.unit) == (True, cast.leader, cast.leader.unit)


def test_the_button_pressed_twice_makes_one_draft(cast, login):
    client = login(cast.leader)
    sheet = taken(client, sheet_file())
    first, second = (client.post(sheet.get_absolute_url(), head(cast)) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Assessment.objects.count() == 1


def test_the_upload_sent_twice_is_kept_once(cast, login):
    client, key = login(cast.leader), uuid.uuid4()
    first, second = (upload(client, sheet_file(), key=key) for _time in range(2))
    assert first["Location"] == second["Location"]


WRONG = [
    ("probability", 0, "Tallet må være fra 1 til 5."),
    ("consequence", 6, "Tallet må være fra 1 til 5."),
    ("probability", 2.5, "Skriv et helt tall fra 1 til 5, uten desimaler."),
    ("probability", "ofte", "Skriv et tall fra 1 til 5, ikke tekst."),
    ("consequence", "=1+2", "Her kan det ikke stå en formel."),
    ("preventive", "=A1", "Her kan det ikke stå en formel."),
]


@pytest.mark.parametrize(("name", "value", "words"), WRONG)
def test_what_can_not_stand_in_a_cell_is_said_at_the_cell_and_can_be_put_right(cast, login, name, value, words):
    client = login(cast.leader)
    sheet = taken(client, sheet_file([{**ROWS[0], name: value}, ROWS[1]]))
    address = {"probability": "ROS!C7", "consequence": "ROS!D7", "preventive": "ROS!F7"}[name]
    field = proposal.field_of(1, name)
    answer = client.post(sheet.get_absolute_url(), head(cast))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{address}: {words}" in page
    assert f'name="{field}"' in page
    assert str(value).replace(".", ",") in page, "what stood there is kept"
    assert not Assessment.objects.exists()
    client.post(sheet.get_absolute_url(), head(cast, **{field: "4"}))
    assert str(getattr(Assessment.objects.get().rows.first(), name)) == "4"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"aspect": "Bil", "probability": 2, "consequence": 2}, "Skriv hva som kan skje."),
        ({"threat": "Brann", "probability": 4, "consequence": 4}, "Risiko over 10 krever tiltak."),
    ],
)
def test_what_stops_a_decision_is_said_and_does_not_stop_the_draft(cast, login, row, words):
    client = login(cast.leader)
    sheet = taken(client, sheet_file([row]))
    assert words in client.get(sheet.get_absolute_url()).content.decode()
    client.post(sheet.get_absolute_url(), head(cast))
    assert Assessment.objects.get().rows.count() == 1


def test_a_residual_risk_above_the_risk_is_said_at_its_cell(cast):
    draft = factories.make_assessment(cast.leader)
    factories.make_risk(draft, cast.leader, residual_probability=5, residual_consequence=5, preventive="Øve")
    sheet = kept(cast, writing.workbook(exporting.of_assessment(draft)))
    cell = proposal.rows(sheet.content)[0].cells["residual_probability"]
    assert cell.address == "ROS!L7"
    assert "25" in cell.notice
    assert not cell.error


def test_a_row_that_is_left_out_stays_out(cast, login):
    client = login(cast.leader)
    sheet = taken(client, sheet_file([{**ROWS[0], "probability": 9}, ROWS[1]]))
    client.post(sheet.get_absolute_url(), head(cast, **{"utelat-1": "on"}))
    assert [row.threat for row in Assessment.objects.get().rows.all()] == [ROWS[1]["threat"]]


def test_without_rows_there_is_no_draft(cast, login):
    client = login(cast.leader)
    sheet = taken(client, sheet_file(ROWS[:1]))
    answer = client.post(sheet.get_absolute_url(), head(cast, **{"utelat-1": "on"}))
    assert answer.status_code == 422
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"use": ""},
        {"use": "hms", "sub_kind": "it_system"},
        {"year": "1850"},
        {"leader": "Ingen Her"},
        {"unit": ""},
    ],
)
def test_a_head_that_is_wrong_loses_nothing(cast, login, wrong):
    client = login(cast.leader)
    sheet = taken(client, sheet_file([{**ROWS[0], "threat": None}]))
    answer = client.post(
        sheet.get_absolute_url(), head(cast, **wrong, **{proposal.field_of(1, "threat"): "Skrevet nå"})
    )
    assert answer.status_code == 422
    assert "Skrevet nå" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_a_unit_of_others_is_not_offered(cast, login, units):
    client = login(cast.leader)
    sheet = taken(client, sheet_file())
    assert client.post(sheet.get_absolute_url(), head(cast, unit=units.it.pk)).status_code == 422
    with pytest.raises(PermissionDenied):
        sheet.begin(cast.leader, [{"threat": "Noe"}], unit=units.it, title="ROS", use="hms")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ros.xls", b"x"),
        ("ros.ods", b"x"),
        ("ros.xlsm", b"x"),
        ("ros.csv", b"a;b"),
        ("ros.xlsx", b"a;b"),
        ("ros.xlsx", b"PK\x03\x04"),
        ("ros.xlsx", b""),
    ],
)
def test_another_file_is_refused_beside_the_field(cast, login, name, content):
    answer = upload(login(cast.leader), content, name=name)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not SheetImport.objects.exists()


def test_the_sheet_is_the_readers_own(cast, login):
    sheet = kept(cast, sheet_file())
    for person in (cast.deputy, cast.quality_manager, cast.outsider):
        for name in ("sheet_import", "sheet_changes"):
            assert login(person).get(reverse(f"risk:{name}", args=[sheet.pk])).status_code in (403, 404)
        assert login(person).post(reverse("risk:discard_sheet", args=[sheet.pk])).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        sheet.discard(cast.deputy)
    with pytest.raises(PermissionDenied):
        sheet.correct(cast.deputy, [])


def test_who_works_with_no_risk_reads_in_nothing(cast, login):
    for person in (cast.reporter, cast.outsider, cast.auditor):
        assert login(person).get(reverse("risk:import_sheet")).status_code == 403
        with pytest.raises(PermissionDenied):
            kept(cast, sheet_file(), by=person)


def test_people_are_found_by_name_e_mail_and_user_name(cast):
    headings = [
        ("", "Trussel", "threat"),
        ("", "S", "probability"),
        ("", "K", "consequence"),
        ("", "Ansvarlig", "responsible"),
    ]
    called = [
        cast.handler.get_full_name(),
        cast.handler.email.upper(),
        "handler",
        f"{cast.handler} (handler)",
        "Rektor",
        None,
    ]
    rows = [
        {"threat": f"T{number}", "probability": 2, "consequence": 2, "responsible": text}
        for number, text in enumerate(called)
    ]
    sheet = kept(cast, sheet_file(rows, headings=headings))
    found = [row.cells["responsible"] for row in proposal.rows(sheet.content)]
    assert [cell.value for cell in found] == [cast.handler] * 4 + [None, None]
    assert [bool(cell.error) for cell in found] == [False] * 4 + [True, False]


def test_queries_of_the_preview_do_not_grow_with_the_rows(cast, login):
    client = login(cast.leader)
    pages = [taken(client, sheet_file(ROWS * times)).get_absolute_url() for times in (1, 20)]
    client.get(pages[0])
    counts = []
    for page in pages:
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_old_sheets_are_forgotten(cast):
    with clock.set_to(clock.now() - datetime.timedelta(15)):
        kept(cast, sheet_file())
    fresh = kept(cast, sheet_file())
    assert SheetImport.objects.forget_old() == 1
    assert SheetImport.objects.get() == fresh


# Back to the draft it was made from


@pytest.fixture
def draft(cast):
    assessment = factories.make_assessment(cast.leader)
    for threat in ("Brann", "Tyveri", "Strømbrudd"):
        factories.make_risk(assessment, cast.leader, threat=threat)
    return assessment


def exported(draft):
    return writing.workbook(exporting.of_assessment(draft))


def changes_page(client, sheet):
    return client.get(reverse("risk:sheet_changes", args=[sheet.pk]))


def boxes(answer):
    """What is ticked on the page of changes, as it would be sent."""
    page = answer.content.decode()
    ticked = [tag for tag in re.findall(r"<input[^>]*>", page) if "checked" in tag]
    names = [re.search(r'name="([^"]+)"', tag)[1] for tag in ticked]
    return {"vist": answer.context["shown"], **dict.fromkeys(names, "on")}


def test_a_file_of_a_draft_comes_back_cell_by_cell(cast, login, draft):
    content = changed(exported(draft), C7="Brann i kjelleren", D7=5, C10="En ny", D10=1, E10=2)
    client = login(cast.leader)
    sheet = taken(client, content)
    answer = client.post(sheet.get_absolute_url(), {"sammenlign": "1"})
    assert answer["Location"] == reverse("risk:sheet_changes", args=[sheet.pk])
    page = changes_page(client, sheet)
    compared = page.context["compared"]
    assert [(d.name, d.now, d.sent, d.is_newer) for d in compared.differences] == [
        ("threat", "Brann", "Brann i kjelleren", False),
        ("probability", "2", "5", False),
    ]
    client.post(reverse("risk:sheet_changes", args=[sheet.pk]), boxes(page))
    assert [(row.threat, row.score) for row in draft.rows.all()] == [
        ("Brann i kjelleren", 10),
        ("Tyveri", 4),
        ("Strømbrudd", 4),
        ("En ny", 2),
    ]
    assert Assessment.objects.count() == 1


def test_what_others_wrote_since_is_shown_and_stands(cast, login, draft):
    content = changed(exported(draft), C7="Fra filen", C8="Også fra filen")
    draft.rows.get(threat="Brann").write(cast.deputy, threat="Fra kollegaen")
    draft.rows.get(threat="Strømbrudd").write(cast.deputy, threat="Ikke i filen")
    client = login(cast.leader)
    sheet = taken(client, content)
    page = changes_page(client, sheet)
    assert [(d.now, d.sent, d.is_newer) for d in page.context["compared"].differences] == [
        ("Fra kollegaen", "Fra filen", True),
        ("Tyveri", "Også fra filen", False),
    ]
    client.post(reverse("risk:sheet_changes", args=[sheet.pk]), boxes(page))
    assert [row.threat for row in draft.rows.all()] == ["Fra kollegaen", "Også fra filen", "Ikke i filen"]


def test_what_somebody_writes_while_the_changes_are_looked_at_stops_them(cast, login, draft):
    client = login(cast.leader)
    sheet = taken(client, changed(exported(draft), C7="Fra filen"))
    sent = boxes(changes_page(client, sheet))
    draft.rows.get(threat="Brann").write(cast.deputy, threat="Fra kollegaen")
    answer = client.post(reverse("risk:sheet_changes", args=[sheet.pk]), sent)
    assert answer["Location"] == reverse("risk:sheet_changes", args=[sheet.pk])
    assert draft.rows.first().threat == "Fra kollegaen"
    sheet.refresh_from_db()
    assert sheet.assessment is None


def test_removed_and_missing_rows_stay_as_they_are_in_the_draft(cast, login, draft):
    content = changed(exported(draft), **{f"{column}8": None for column in "ABCDEGHIO"})
    draft.rows.get(threat="Brann").remove(cast.deputy)
    client = login(cast.leader)
    page = changes_page(client, taken(client, content))
    compared = page.context["compared"]
    assert compared.is_empty
    assert [row.threat for row in compared.missing] == ["Tyveri"]
    assert [row.key for row in compared.removed] == [str(draft.rows.get(threat="Brann").key)]


def test_a_row_copied_in_the_sheet_is_a_new_row(cast, login, draft):
    first = draft.rows.first()
    content = changed(exported(draft), C10="Kopi av brann", D10=2, E10=2, O10=str(first.key))
    client = login(cast.leader)
    page = changes_page(client, taken(client, content))
    assert [row.risk.threat for row in page.context["compared"].new] == ["Kopi av brann"]


def test_somebody_who_takes_part_fills_in_without_net(cast, login, draft):
    draft.add_participant(cast.leader, user=cast.reporter)
    client = login(cast.reporter)
    assert client.get(reverse("risk:export", args=[draft.pk])).status_code == 200
    sheet = taken(client, changed(exported(draft), C7="Fra den som deltar"))
    assert client.post(sheet.get_absolute_url(), head(cast)).status_code == 403, "begins nothing"
    client.post(reverse("risk:sheet_changes", args=[sheet.pk]), boxes(changes_page(client, sheet)))
    assert draft.rows.first().threat == "Fra den som deltar"


def test_a_draft_the_person_may_not_fill_in_is_not_offered(cast, login, draft):
    client = login(cast.it_leader)
    sheet = taken(client, changed(exported(draft), C7="Fra IT"))
    assert client.get(sheet.get_absolute_url()).context["draft"] is None
    assert changes_page(client, sheet)["Location"] == sheet.get_absolute_url()


def test_a_decided_one_is_not_changed_by_a_file(cast, login):
    draft = factories.make_assessment(cast.leader, rows=1)
    content = changed(exported(draft), C7="For sent")
    sheet = kept(cast, content)
    draft.decide(cast.leader)
    assert sheet.draft_of(cast.leader) is None
    with pytest.raises(ValidationError):
        sheet.update_draft(
            cast.leader, draft, shown=draft.fingerprint(), cells={draft.rows.get(): {"threat": "For sent"}}, rows=[]
        )
    assert Risk.objects.get().threat == "Trussel 1"
