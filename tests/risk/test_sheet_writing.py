"""The sheet out: in its own shape, guarded, harmless, and the same again when it is read."""

import datetime
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from organisation import clock
from risk import cells
from risk.models import Assessment, Template
from risk.sheet import exporting, layout, proposal, reading, writing
from tests import factories

EVERY_CELL = {
    "aspect": "=HYPERLINK(1)",
    "threat": "Linje en\nLinje to",
    "probability": 4,
    "consequence": 3,
    "law_breach": True,
    "preventive": "- gå to sammen\n+ alarm",
    "limiting": "@alle",
    "residual_probability": 2,
    "residual_consequence": 3,
    "deadline": datetime.date(2030, 5, 17),
}


@pytest.fixture
def draft(cast):
    assessment = factories.make_assessment(cast.leader, title="ROS natt", leader_function="leder")
    factories.make_risk(assessment, cast.leader, **EVERY_CELL, responsible=cast.handler)
    factories.make_risk(assessment, cast.leader, threat="Bare dette", aspect="", probability=None, consequence=None)
    return assessment


def written(assessment):
    return writing.workbook(exporting.of_assessment(assessment))


def test_out_and_in_again_gives_the_same_cells(draft):
    found = reading.read(written(draft))
    proposed = proposal.rows(found.as_data())
    assert not proposal.stops(proposed)
    assert [cells.values(row.risk) for row in proposed] == [cells.values(row) for row in draft.rows.all()]
    assert [row.key for row in proposed] == [str(row.key) for row in draft.rows.all()]
    assert found.assessment == str(draft.key)
    assert found.head.title == "ROS natt"
    assert (found.head.unit, found.head.year) == (draft.unit.name, str(draft.year))
    assert found.head.who == f"{draft.leader.get_full_name()}, leder"
    assert (found.told, found.left_out) == ([], [])


def test_what_is_kept_of_the_cells_is_what_stood_there(draft):
    found = reading.read(written(draft))
    kept = {key: {name: text for name, text in texts.items() if text} for key, texts in found.memory.items()}
    row = draft.rows.first()
    assert kept[str(row.key)] == {name: text for name, text in cells.values(row).items() if text}


def test_the_headings_are_those_of_the_sheet(draft):
    sheet = load_workbook(io.BytesIO(written(draft)))["ROS"]
    said = {cell.value for row in sheet["A1:N6"] for cell in row if cell.value}
    for text in (
        "RISIKOVURDERING: ROS natt",
        "ASPEKTER -FORHOLD OG KRAV",
        "Hva må vurderes?",
        "TRUSSELBESKRIVELSE",
        "Hva kan skje, hva kan gå galt?\nBeskrivelse av trussel, årsak og virkning.",
        "Gradering 1 - 5",
        "TILTAK\nRisiko > 10 eller ved lovbrudd: Forebyggende / skadebegrensende",
        "Skriv kort! Hvite felter fylles ut med tekst, oransje med tall.",
        "Arket er beskyttet slik at du bare kan skrive der det trengs.",
    ):
        assert text in said


def test_the_risk_is_a_formula_and_only_cells_to_fill_in_are_open(draft):
    sheet = load_workbook(io.BytesIO(written(draft)))["ROS"]
    assert sheet["F7"].value == '=IF(OR(D7="",E7=""),"",D7*E7)'
    assert sheet["N8"].value == '=IF(OR(L8="",M8=""),"",L8*M8)'
    assert sheet.protection.sheet
    assert not sheet.protection.password
    is_open = [cell.column_letter for cell in sheet[7] if not cell.protection.locked]
    assert is_open == list("BCDEGHIJKLM")
    assert {cell.fill.start_color.rgb[-6:] for cell in sheet[7] if cell.column_letter in "DELM"} == {writing.ORANGE}
    assert sheet.max_row == 8 + layout.BLANK_ROWS
    assert sheet.freeze_panes == "A7"
    assert sheet.page_setup.orientation == "landscape"


def test_what_the_formulas_come_to_is_there_for_programs_that_do_not_compute(draft):
    sheet = load_workbook(io.BytesIO(written(draft)), data_only=True)["ROS"]
    assert [sheet[address].value or None for address in ("F7", "N7", "F8", "N8", "F9")] == [12, 6, None, None, None]


def test_every_cell_has_its_rule_with_a_message(draft):
    sheet = load_workbook(io.BytesIO(written(draft)))["ROS"]
    rules = {str(rule.sqref).partition("7:")[0]: rule for rule in sheet.data_validations.dataValidation}
    whole = rules["D"]
    assert (whole.type, whole.formula1, whole.formula2) == ("whole", "1", "5")
    assert all(rule.error and rule.prompt for rule in rules.values())
    assert rules["G"].type == "list"
    assert len(rules) == len(cells.CELLS)


def test_no_text_can_act_as_a_formula(draft):
    book = load_workbook(io.BytesIO(written(draft)))
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {address.rstrip("0123456789") for address in formulas} == {"F", "N"}


def test_a_restricted_one_says_so_at_the_top(cast):
    assessment = factories.make_assessment(cast.leader, rows=1, restricted=True)
    content = written(assessment)
    assert load_workbook(io.BytesIO(content))["ROS"]["H1"].value == str(layout.RESTRICTED)
    assert reading.read(content).head.restricted


def test_a_decided_one_has_no_empty_rows(cast):
    sheet = load_workbook(io.BytesIO(written(factories.make_decided(cast.leader))))["ROS"]
    assert sheet.max_row == layout.FIRST_ROW


def test_an_empty_form_has_the_threats_of_the_template(cast, login):
    template = factories.make_risk_template(threats=2)
    answer = login(cast.leader).get(reverse("risk:empty_sheet", args=[template.pk]))
    found = reading.read(answer.content)
    assert [row.cells["threat"] for row in found.rows] == ["Kjent trussel 1", "Kjent trussel 2"]
    assert found.head.template == "Generell mal 01.11.2026"
    assert found.assessment == ""


def test_a_template_that_is_put_away_is_not_given_out(cast, login):
    template = factories.make_risk_template()
    Template.objects.update(active=False)
    assert login(cast.leader).get(reverse("risk:empty_sheet", args=[template.pk])).status_code == 404


def test_only_readers_get_the_sheet(cast, login):
    restricted = factories.make_decided(cast.leader, restricted=True)
    address = reverse("risk:export", args=[restricted.pk])
    assert (
        login(cast.leader).get(address)["Content-Disposition"]
        == 'attachment; filename="ros-ros-for-hjemmetjenesten.xlsx"'
    )
    for person in (cast.outsider, cast.reporter, cast.it_leader, cast.handler):
        assert login(person).get(address).status_code == 404


def test_queries_do_not_grow_with_the_rows(cast, django_assert_num_queries):
    for rows in (1, 12):
        made = factories.make_assessment(cast.leader, rows=rows)
        assessment = Assessment.objects.for_list().get(pk=made.pk)
        with django_assert_num_queries(1):
            exporting.of_assessment(assessment)


def test_days_are_days_in_the_sheet(draft):
    sheet = load_workbook(io.BytesIO(written(draft)))["ROS"]
    assert sheet["K7"].value.date() == EVERY_CELL["deadline"] > clock.today()
