"""A drawing from a BPMN 2.0 file: tasks, events, gateways, lanes and flows. Its own coordinates are left
out: every drawing in the handbook looks the same and fits a page."""

from collections import Counter

from django.utils.translation import gettext as _
from lxml import etree

from .flow import LONGEST_TEXT, Flow, Node, NotUnderstood, Shape, Way

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LARGEST = 500_000
EVENTS_AT_THE_EDGE = {"startEvent", "endEvent"}
SILENT = {"dataObject", "dataObjectReference", "dataStoreReference", "textAnnotation", "group", "boundaryEvent"}


def from_bpmn(source: str) -> Flow:
    """Read the file. Raises `NotUnderstood` when it isn't BPMN, is too large, or holds no steps."""
    root = _parsed(source)
    elements = {
        element.get("id"): element
        for element in root.iter()
        if isinstance(element.tag, str) and element.get("id") and _is_node(etree.QName(element).localname)
    }
    lanes = _lanes(root)
    arrows = [flow for kind in ("sequenceFlow", "messageFlow") for flow in root.iter(f"{{{MODEL}}}{kind}")]
    order = _reading_order(elements, arrows)
    shown = [key for key in order if _kind(elements[key]) not in EVENTS_AT_THE_EDGE]
    numbers = {key: number for number, key in enumerate(shown, 1)}
    flow = Flow(nodes=[_node(elements[key], numbers[key], lanes.get(key, "")) for key in shown])
    for arrow in arrows:
        source_number, target = numbers.get(arrow.get("sourceRef")), arrow.get("targetRef")
        if source_number and (target in numbers or (target in elements and _kind(elements[target]) == "endEvent")):
            flow.ways.append(Way(source_number, numbers.get(target), (arrow.get("name") or "").strip()))
    flow.ways += [Way(node.number, None) for node in flow.nodes if not flow.ways_from(node)]
    silent = Counter(name for element in root.iter() if (name := _kind(element)) in SILENT)
    flow.left_out = [f"{name} ({count})" for name, count in sorted(silent.items())]
    return flow.checked()


def _parsed(source: str) -> etree._Element:
    if len(source) > LARGEST:
        raise NotUnderstood(_("The BPMN file is too large for one drawing."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(source.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise NotUnderstood(_("This is not a whole BPMN file: %(why)s") % {"why": error.msg}) from error
    if root.tag != f"{{{MODEL}}}definitions" or root.getroottree().docinfo.doctype:
        raise NotUnderstood(_("This is XML, but not BPMN 2.0. Export the process again as BPMN 2.0."))
    return root


def _kind(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_node(name: str) -> bool:
    steps = name.lower().endswith(("task", "gateway")) or name in {"subProcess", "callActivity", "transaction"}
    return steps or (name.endswith("Event") and name != "boundaryEvent")


def _lanes(root: etree._Element) -> dict[str, str]:
    """The name of the lane, or of the participant, each node stands in."""
    found: dict[str, str] = {}
    for participant in root.iter(f"{{{MODEL}}}participant"):
        process = root.find(f"{{{MODEL}}}process[@id='{participant.get('processRef')}']")
        if process is not None:
            found |= {child.get("id"): participant.get("name") or "" for child in process.iter() if _kind(child)}
    for lane in root.iter(f"{{{MODEL}}}lane"):
        for member in lane.iter(f"{{{MODEL}}}flowNodeRef"):
            found[(member.text or "").strip()] = lane.get("name") or ""
    return found


def _reading_order(elements: dict[str, etree._Element], arrows: list[etree._Element]) -> list[str]:
    """From the start along the arrows, nearest first; what no arrow leads to comes last."""
    following: dict[str, list[str]] = {}
    for arrow in arrows:
        following.setdefault(arrow.get("sourceRef"), []).append(arrow.get("targetRef"))
    led_to = {target for targets in following.values() for target in targets}
    starts = [key for key, element in elements.items() if _kind(element) == "startEvent"]
    starts += [key for key in elements if key not in led_to and key not in starts]
    order: list[str] = []
    for start in [*starts, *elements]:
        waiting = [start]
        while waiting:
            key = waiting.pop(0)
            if key in elements and key not in order:
                order.append(key)
                waiting += following.get(key, [])
    return order


def _node(element: etree._Element, number: int, lane: str) -> Node:
    kind = _kind(element)
    text = " ".join((element.get("name") or "").split())
    if kind.lower().endswith("gateway"):
        return Node(number, text or _("Which way?"), lane, Shape.DECISION)
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    return Node(number, text or _("Step without a name"), lane)
