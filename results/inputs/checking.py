"""c 5) What monitoring and measuring show: the checklists people fill in."""

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from handbook.models import FilledChecklist
from organisation.models import Unit
from results.inputs.counting import count, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period

SHOWN = 10


def build(unit: Unit, period: Period) -> Section:
    """Two queries."""
    before = period.previous()
    signed = FilledChecklist.objects.signed().filter(unit__path__startswith=unit.path).order_by()
    found = count(
        signed,
        now=within("signed_at", period),
        then=within("signed_at", before),
        noes=within("signed_at", period, noes__gt=0),
        noes_then=within("signed_at", before, noes__gt=0),
    )
    title = _("Monitoring and measuring")
    if not any(found.values()):
        return section(
            "c5", title, note=_("No checklist was signed. Write what else was measured, and what it showed.")
        )
    rows = (
        signed.filter(within("signed_at", period))
        .values("title")
        .annotate(number=Count("pk"), marked=Count("pk", filter=Q(noes__gt=0)), points=Sum("noes"))
        .order_by("-points", "title")[:SHOWN]
    )
    table = Table(
        _("Checklists"),
        [_("Checklist"), _("Signed"), _("With a no"), _("Points with no")],
        [
            [Cell(row["title"]), Cell(str(row["number"])), Cell(str(row["marked"])), Cell(str(row["points"]))]
            for row in rows
        ],
    )
    figures = [
        Figure(_("checklists signed"), found["now"], before=found["then"], url=reverse("handbook:checklists")),
        Figure(_("of them with a point answered no"), found["noes"], before=found["noes_then"]),
    ]
    return section("c5", title, figures=figures, tables=[table])
