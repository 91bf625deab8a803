"""Deviations that repeat on a linked page speak for a higher probability (G24)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from cases.models import Case
from cases.risk import LEVELS
from organisation import clock
from risk.models import Link, Risk

WITHIN = datetime.timedelta(365)
TIMES = 3


@dataclass(frozen=True)
class Proposal:
    """The probability that the cases speak for, and the cases, the newest first."""

    risk: Risk
    probability: int
    cases: list[Case]


def proposals(rows: Iterable[Risk]) -> dict[int, Proposal]:
    """By the row's pk: rows that are tied to a page where at least three deviations were reported the last year, and
    that nobody has considered since. One step up, to 5 at most. Only ordinary cases that everybody may know of.
    Two queries for any number of rows.
    """
    scored = {row.pk: row for row in rows if row.probability and row.probability < max(LEVELS)}
    links = Link.objects.filter(risk__in=scored).exclude(page_document_id="")
    pages = list(links.values_list("risk_id", "page_document_id"))
    reported = _deviations({document_id for _risk, document_id in pages}) if pages else []
    found = {}
    for pk, row in scored.items():
        own = {document_id for risk, document_id in pages if risk == pk}
        since = row.repeats_settled_at
        cases = [case for case in reported if case.page_document_id in own and (not since or case.received_at > since)]
        if len(cases) >= TIMES and row.probability:
            found[pk] = Proposal(row, row.probability + 1, cases)
    return found


def _deviations(document_ids: set[str]) -> list[Case]:
    ordinary = Q(sealed=False, needs_triage=False) & ~Q(status__in=(Case.Status.REJECTED, Case.Status.DUPLICATE))
    since = clock.now() - WITHIN
    cases = Case.objects.filter(ordinary, page_document_id__in=document_ids, received_at__gte=since)
    return list(cases.filter(kind=Case.Kind.DEVIATION).order_by("-received_at", "-pk"))
