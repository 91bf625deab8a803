"""What an assessment says, as text and numbers, apart from how it is stored: for the decision, copies and comparisons."""

from typing import TYPE_CHECKING, Any

from risk import cells

if TYPE_CHECKING:
    from risk.models import Assessment, Risk, Threat

FROM_LIBRARY = ("aspect", "threat", "preventive", "limiting")


def of(assessment: "Assessment") -> dict[str, Any]:
    """Head, participants and rows in order. Six queries at most."""
    rows = assessment.rows.live().select_related("responsible").prefetch_related("links__control", "links__case")
    return {
        "title": assessment.title,
        "number": assessment.number,
        "use": assessment.use,
        "sub_kind": assessment.sub_kind,
        "unit": assessment.unit.name,
        "year": assessment.year,
        "leader": assessment.leader.get_full_name(),
        "leader_function": assessment.leader_function,
        "scope": assessment.scope,
        "template": assessment.template_label,
        "subject": str(assessment.subject or ""),
        "restricted": assessment.restricted,
        "participants": [[person.name, person.function] for person in assessment.participants.all()],
        "rows": [of_row(row) for row in rows],
    }


def of_row(row: "Risk") -> dict[str, Any]:
    """The cells as they stand, the key that the row keeps through every version, and what it is tied to."""
    return {"key": str(row.key), **cells.values(row), "links": [str(link) for link in row.links.all()]}


def of_threat(threat: "Threat") -> dict[str, Any]:
    """The cells a row gets from the library."""
    return {name: getattr(threat, name) for name in FROM_LIBRARY}


def alike(row: "Risk | Threat") -> str:
    """What makes two rows the same row to a reader."""
    return " ".join(f"{row.aspect} {row.threat}".lower().split())
