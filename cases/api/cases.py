"""`/api/v1/`: cases, as the account of the key may read them."""

import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from cases.models import Case, Scope
from cases.permissions import Act, can
from cases.reading import Reading
from cases.register import reading_of_visible
from organisation.models import Unit

from .doors import REFUSALS, Reference, account, may, text

router = Router()
AT_A_TIME = 50


class UnitOut(Schema):
    code: str
    name: str


class CaseOut(Schema):
    """A case. Texts hide personal data unless `whole`."""

    reference: str
    kind: Case.Kind
    status: Case.Status
    title: str
    description: str
    unit: str = Field(description="Code of the unit that handles it")
    received_at: datetime.datetime
    deadline: datetime.date | None
    closed_at: datetime.datetime | None
    external_system: str
    external_id: str
    whole: bool


class CasesOut(Schema):
    cases: list[CaseOut]
    next: str | None = Field(description="Give it as `after` to get the next ones; null at the end")


class LineOut(Schema):
    at: datetime.datetime
    kind: Literal["message", "letter", "event"]
    event: str
    text: str


class ReportIn(Schema):
    """A report. The same `key` again gives the case already made."""

    key: UUID
    kind: Literal["deviation", "improvement", "positive"]
    description: text(20_000, 1)  # type: ignore[valid-type]
    unit: text(50, 1) = Field(description="Code of the unit where it happened")  # type: ignore[valid-type]
    title: text(120) = ""  # type: ignore[valid-type]
    consequence: int | None = Field(None, ge=1, le=5)
    law_breach: bool = False
    sealed: bool = False


class MessageIn(Schema):
    text: text(20_000, 1)  # type: ignore[valid-type]


class ElsewhereIn(Schema):
    """The state of a case in the system that has taken it over."""

    status: text(60, 1)  # type: ignore[valid-type]
    note: text(2_000) = ""  # type: ignore[valid-type]


@router.get("/units", auth=may(Scope.READ), response={200: list[UnitOut], **REFUSALS})
def units(request: HttpRequest) -> Any:
    """The units that cases can be reported for."""
    return [{"code": unit.code, "name": unit.name} for unit in Unit.objects.active()]


@router.get("/cases", auth=may(Scope.READ), response={200: CasesOut, **REFUSALS})
def cases(
    request: HttpRequest,
    status: Case.Status | None = None,
    kind: Case.Kind | None = None,
    since: datetime.date | None = None,
    after: Reference | None = None,
) -> Any:
    """The newest first, fifty at a time. `since` is the first day they were received."""
    user = account(request)
    found = Case.objects.visible_to(user).order_by("-received_at", "-pk")
    wanted = {"status": status, "kind": kind, "received_at__date__gte": since}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if after:
        last = get_object_or_404(Case.objects.visible_to(user), reference=after)
        found = found.filter(Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, pk__lt=last.pk))
    shown = list(found.for_list()[: AT_A_TIME + 1])
    more = len(shown) > AT_A_TIME
    shown = shown[:AT_A_TIME]
    return {
        "cases": [_shown(reading_of_visible(case, user)) for case in shown],
        "next": shown[-1].reference if more else None,
    }


@router.post("/cases", auth=may(Scope.REPORT), response={200: CaseOut, 201: CaseOut, **REFUSALS})
def report(request: HttpRequest, sent: ReportIn) -> Any:
    """Report a deviation, an improvement or something positive. 201 when it is new, 200 when it was there."""
    user = account(request)
    facts = sent.dict()
    place = get_object_or_404(Unit.objects.active(), code=facts.pop("unit"))
    there = Case.objects.filter(reporter=user, key=sent.key).exists()
    case = Case.report(user, place=place, channel=Case.Channel.API, **facts)
    return (200 if there else 201), _shown(Reading(user, case))


@router.get("/cases/{reference}", auth=may(Scope.READ), response={200: CaseOut, **REFUSALS})
def one(request: HttpRequest, reference: Reference) -> Any:
    return _shown(Reading(account(request), _case(request, reference)))


@router.get("/cases/{reference}/timeline", auth=may(Scope.READ), response={200: list[LineOut], **REFUSALS})
def timeline(request: HttpRequest, reference: Reference) -> Any:
    """What happened and what was said, oldest first."""
    case = _case(request, reference)
    reading = Reading(account(request), case)
    entries = case.entries.shown(internal=False, whole=reading.whole)
    return [
        {"at": line.entry.created_at, "kind": line.entry.kind, "event": line.entry.event, "text": line.text}
        for line in reading.timeline(entries)
    ]


@router.post("/cases/{reference}/messages", auth=may(Scope.REPORT), response={201: LineOut, **REFUSALS})
def say(request: HttpRequest, reference: Reference, sent: MessageIn) -> Any:
    """Write a message in the case, which all who may read the case see."""
    entry = _case(request, reference, Act.COMMENT).say(account(request), sent.text)
    return 201, {"at": entry.created_at, "kind": entry.kind, "event": "", "text": entry.text}


@router.post("/cases/{reference}/elsewhere", auth=may(Scope.STATUS), response={201: LineOut, **REFUSALS})
def elsewhere(request: HttpRequest, reference: Reference, sent: ElsewhereIn) -> Any:
    """Say how it goes with a case that this system has taken over."""
    case = _case(request, reference)
    system = request.auth.integration.name  # type: ignore[attr-defined]
    entry = case.hear_from_system(account(request), system=system, status=sent.status, note=sent.note)
    return 201, {"at": entry.created_at, "kind": entry.kind, "event": entry.event, "text": entry.text}


def _case(request: HttpRequest, reference: str, act: Act = Act.READ) -> Case:
    """Raises Http404 when there is none for this account, PermissionDenied when it may not do this with it."""
    case = get_object_or_404(Case.objects.for_list(), reference=reference)
    if not can(account(request), Act.READ, case):
        raise Http404
    return case


def _shown(reading: Reading) -> dict[str, Any]:
    case = reading.case
    names = ("reference", "kind", "status", "received_at", "deadline", "closed_at", "external_system", "external_id")
    return {
        **{name: getattr(case, name) for name in names},
        "title": reading.text(case.title),
        "description": reading.text(case.description),
        "unit": case.unit.code,
        "whole": reading.whole,
    }
