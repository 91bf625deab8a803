"""Process drawings: from text and BPMN to picture and words; what can't be drawn is refused at the field (G12)."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from handbook import drawing, editions
from handbook.blocks import BodyBlock
from handbook.drawing.flow import LONGEST_TEXT, MOST_NODES
from handbook.models import ProcedurePage
from tests.handbook.conftest import paragraphs

CASE = """
Ansatt: Meld fra
Leder: Er det alvorlig?
  Ja -> Rådmann: Følg opp
  Nei -> Leder: Finn årsaken
    Leder: Hjelper det?
      Ja -> slutt
      Nei -> steg 4
Leder: Lukk saken
"""
BPMN = """<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <process id="p">
    <laneSet><lane name="Servicetorg"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
      <lane name="Fagenhet"><flowNodeRef>g</flowNodeRef><flowNodeRef>b</flowNodeRef></lane></laneSet>
    <startEvent id="s"/><userTask id="a" name="Ta imot"/><exclusiveGateway id="g" name="Haster det?"/>
    <task id="b" name="Rykk ut"/><endEvent id="e"/><textAnnotation id="t"/>
    <sequenceFlow id="1" sourceRef="s" targetRef="a"/><sequenceFlow id="2" sourceRef="a" targetRef="g"/>
    <sequenceFlow id="3" sourceRef="g" targetRef="b" name="Ja"/><sequenceFlow id="4" sourceRef="g" targetRef="e" name="Nei"/>
    <sequenceFlow id="5" sourceRef="b" targetRef="e"/>
  </process>
</definitions>"""


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def test_lines_become_steps_decisions_and_ways() -> None:
    flow = drawing.read(CASE)
    assert [node.lane for node in flow.nodes] == ["Ansatt", "Leder", "Rådmann", "Leder", "Leder", "Leder"]
    assert flow.in_words() == [
        "Ansatt: Meld fra.",
        "Leder: Er det alvorlig? Ja: go to 3. Nei: go to 4.",
        "Rådmann: Følg opp. Go to 6.",
        "Leder: Finn årsaken.",
        "Leder: Hjelper det? Ja: the end. Nei: go to 4.",
        "Leder: Lukk saken. The end.",
    ]


def test_bpmn_becomes_the_same_kind_of_flow() -> None:
    flow = drawing.read(BPMN)
    assert flow.lanes == ["Servicetorg", "Fagenhet"]
    assert flow.in_words() == [
        "Servicetorg: Ta imot.",
        "Fagenhet: Haster det? Ja: go to 3. Nei: the end.",
        "Fagenhet: Rykk ut. The end.",
    ]
    assert flow.left_out == ["textAnnotation (1)"]


@pytest.mark.parametrize("source", [CASE, BPMN, "Meld fra", "Alene: Er det slutt?\n  Ja -> slutt\n  Nei -> steg 1"])
def test_every_step_stands_in_a_picture_without_boxes_on_top_of_each_other(source: str) -> None:
    flow = drawing.read(source)
    svg = ET.fromstring(drawing.picture(flow, "Prøve"))
    boxes = [element for element in svg if element.get("class") in ("task", "decision")]
    assert len(boxes) == len(flow.nodes)
    tops = [float(box.get("y") or (box.get("points") or "").split(",")[1].split()[0]) for box in boxes]
    assert tops == sorted(tops)
    assert all(later - earlier > 40 for earlier, later in zip(tops, tops[1:], strict=False))
    assert svg.get("role") == "img"
    assert "Prøve" in (svg.get("aria-label") or "")


def test_what_is_written_is_never_markup() -> None:
    svg = drawing.picture(drawing.read('Leder: <script>alert("1")</script> & mer'), '"><img src=x>')
    assert "<script>" not in svg
    assert "<img" not in svg
    ET.fromstring(svg)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "at least one step"),
        ("Leder: Er det bra?", "Line 1: write the answers"),
        ("Leder: Gjør det\n  Ja -> Noe", "Line 2: only a question"),
        ("Leder: Bra?\n  Ja", "Line 2: write the answer, an arrow"),
        ("Leder: Bra?\n  Ja -> steg 9", "no step 9"),
        ("Leder:", "Line 1: write what is done"),
        ("\n".join(f"A: {n}" for n in range(MOST_NODES + 1)), "too many"),
        ("\n".join(f"Rolle {n}: gjør" for n in range(9)), "roles are too many"),
        ("A: " + "x" * (LONGEST_TEXT + 1), "Step 1 is too long"),
        ("<definitions>", "not a whole BPMN file"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "not BPMN 2.0"),
    ],
)
def test_what_cannot_be_drawn_says_where_and_what_to_do(source: str, said: str) -> None:
    with pytest.raises(drawing.NotUnderstood, match=said):
        drawing.read(source)


def test_an_entity_in_bpmn_reads_no_file() -> None:
    evil = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + BPMN.split("?>")[1].replace("Ta imot", "&x;")
    with pytest.raises(drawing.NotUnderstood, match="external entity"):
        drawing.read(evil)


def test_the_editor_gets_the_error_at_the_field() -> None:
    block = BodyBlock().child_blocks["drawing"]
    with pytest.raises(ValidationError) as caught:
        block.clean(block.to_python({"title": "Prosess", "source": "Leder: Bra?"}))
    assert "source" in caught.value.block_errors  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_drawing_is_frozen_with_the_edition_and_compared_in_words(pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body = [("drawing", {"title": "Slik går saken", "source": CASE}), *paragraphs("Mer.")]
    edition = editions.publish(page, cast.process_owner, "Tegning.", author=cast.editor)
    assert "<svg" in edition.html
    assert "Rådmann: Følg opp." in edition.text
    assert edition.toc[0] == ("slik-gar-saken", "Slik går saken")


@pytest.mark.parametrize(("roles", "sheet"), [(2, drawing.UPRIGHT), (8, drawing.LYING)])
def test_a_part_for_paper_holds_whole_nodes_and_the_names_of_the_roles(roles: int, sheet: drawing.Sheet) -> None:
    source = "\n".join(f"Rolle {number % roles}: Gjør {number}" for number in range(40))
    parts = drawing.parts(drawing.picture(drawing.read(source), "Langt"), sheet)
    assert len(parts) > 1
    seen: list[str] = []
    for part in parts:
        root = ET.fromstring(part)
        _x, top, _width, height = (float(number) for number in root.get("viewBox").split())
        for box in root.iter():
            if box.get("class") == "task":
                assert top < float(box.get("y")) < float(box.get("y")) + float(box.get("height")) < top + height
        seen += [text.text for text in root.iter() if text.text and text.text.startswith("Gjør")]
        shown = [text for text in root.iter() if text.text and top < float(text.get("y")) < top + 40]
        assert {f"Rolle {number}" for number in range(roles)} <= {text.text for text in shown}
    assert seen == [f"Gjør {number}" for number in range(40)]


def test_a_drawing_with_room_for_it_is_one_part() -> None:
    svg = drawing.picture(drawing.read("Ansatt: Meld fra"), "Kort")
    assert drawing.parts(svg, drawing.UPRIGHT) == [svg]
    assert not drawing.is_wide(svg)
