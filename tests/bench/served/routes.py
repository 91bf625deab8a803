"""What is asked for, by whom."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.served.clients import Request

HELLO = "hello"
DEEP = 1_000


@dataclass(frozen=True)
class Route:
    """What clients of one kind ask for; `who` names the list of sessions in the targets."""

    name: str
    next_request: Callable[[int], Request]
    who: str = "readers"


def routes(targets: dict[str, Any]) -> list[Route]:
    rows = 25
    deep = min(DEEP, max(1, targets["rows"] // rows // 2))
    return [
        Route(HELLO, same("/hello/")),
        Route("procedure page", same(targets["procedure"])),
        Route("chapter", same(targets["chapter"])),
        Route("start page", same("/")),
        Route("Min side", same("/min-side/")),
        Route("register, page 1", same("/saker/?alle=1")),
        Route("register, filtered", same(f"/saker/?enhet={targets['unit']}&status=open&type=deviation")),
        Route("register, deep down", same(f"/saker/?alle=1&s={deep}")),
        Route("search", same("/sok/?q=legemiddel")),
        Route("statistics", same("/resultater/statistikk/")),
        Route("report", report(targets["unit"])),
        Route("transition", correct(targets["cases"]), "handlers"),
    ]


def same(path: str) -> Callable[[int], Request]:
    request = Request(path)
    return lambda _client: request


def report(unit: int) -> Callable[[int], Request]:
    """A new deviation each time."""
    facts = {"kind": "deviation", "description": "Målt melding om en dør som ikke lukker.", "place": str(unit)}
    return lambda _client: Request("/meld/", {**facts, "anonymity": "named", "key": str(uuid.uuid4())}, 302)


def correct(cases: list[dict[str, Any]]) -> Callable[[int], Request]:
    """A new title each time, on a case of the client's own, so that none is stale."""
    versions = [itertools.count(case["version"]) for case in cases]

    def next_request(client: int) -> Request:
        version = next(versions[client])
        data = {"title": f"Rettet {version}", "category": "", "version": str(version)}
        return Request(f"{cases[client]['address']}rett/", data, 302)

    return next_request
