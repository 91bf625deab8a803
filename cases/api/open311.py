"""`/api/open311/v2/`: reports from inhabitants in, by GeoReport v2, and how it goes with them. JSON only."""

import datetime
from typing import Any, Literal

from django.conf import settings
from django.core.validators import validate_email
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Form, Router, Schema

from cases.models import Case, Entry, Scope, SecretLink
from organisation.models import Unit

from .doors import REFUSALS, Bearer, QueryKey, Reference, account, text

router = Router(auth=[QueryKey(Scope.TAKE_IN), Bearer(Scope.TAKE_IN)])
SERVICES = {"ros": Case.Kind.POSITIVE, "ris": Case.Kind.DEVIATION, "forslag": Case.Kind.IMPROVEMENT}


class ServiceOut(Schema):
    service_code: str
    service_name: str
    description: str
    metadata: bool = False
    type: str = "realtime"
    keywords: str = ""
    group: str = ""


class RequestIn(Schema):
    service_code: Literal["ros", "ris", "forslag"]
    description: text(4_000, 1)  # type: ignore[valid-type]
    address_string: text(300) = ""  # type: ignore[valid-type]
    email: text(254) = ""  # type: ignore[valid-type]
    first_name: text(60) = ""  # type: ignore[valid-type]
    last_name: text(60) = ""  # type: ignore[valid-type]
    phone: text(30) = ""  # type: ignore[valid-type]


class MadeOut(Schema):
    service_request_id: str
    service_notice: str
    account_id: str = ""


class RequestOut(Schema):
    service_request_id: str
    status: str
    status_notes: str
    service_code: str
    requested_datetime: datetime.datetime
    updated_datetime: datetime.datetime | None
    expected_datetime: datetime.date | None


@router.get("/services.json", response={200: list[ServiceOut], **REFUSALS})
def services(request: HttpRequest) -> Any:
    """What an inhabitant can report."""
    names = {"ros": _("Praise"), "ris": _("Complaint"), "forslag": _("Proposal")}
    return [{"service_code": code, "service_name": name, "description": name} for code, name in names.items()]


@router.post("/requests.json", response={201: list[MadeOut], **REFUSALS})
def take_in(request: HttpRequest, sent: Form[RequestIn]) -> Any:
    """A report from an inhabitant. `service_notice` holds the inhabitant's own secret address to the case."""
    if sent.email:
        validate_email(sent.email)
    where = f"\n\n{sent.address_string}" if sent.address_string else ""
    case = Case.take_in(
        channel=Case.Channel.API,
        kind=SERVICES[sent.service_code],
        description=sent.description + where,
        unit=Unit.objects.get(depth=1),
        name=f"{sent.first_name} {sent.last_name}".strip(),
        email=sent.email,
        phone=sent.phone,
        by=account(request),
    )
    address = settings.BASE_URL + SecretLink.address(case.correspondent.new_link())
    return 201, [{"service_request_id": case.reference, "service_notice": address}]


@router.get("/requests/{reference}.json", response={200: list[RequestOut], **REFUSALS})
def one(request: HttpRequest, reference: Reference) -> Any:
    """How it goes with a report this system handed in."""
    handed_in = Entry.objects.filter(event=Entry.Event.RECEIVED, author=account(request)).values("case")
    case = get_object_or_404(Case, channel=Case.Channel.API, pk__in=handed_in, reference=reference)
    codes = {kind: code for code, kind in SERVICES.items()}
    return [
        {
            "service_request_id": case.reference,
            "status": "open" if case.is_open else "closed",
            "status_notes": str(case.get_status_display()),
            "service_code": codes.get(Case.Kind(case.kind), "ris"),
            "requested_datetime": case.received_at,
            "updated_datetime": case.closed_at or case.answered_at,
            "expected_datetime": case.deadline,
        }
    ]
