"""c 3) Whether the procedures are known, alive and followed: read and understood, reviews of documents."""

from django.urls import reverse
from django.utils.translation import gettext as _

from handbook import confirmations, reviews
from handbook.models import ReadingDuty
from organisation import clock
from organisation.models import Unit, User
from results.inputs.counting import share
from results.inputs.section import PERCENT, Cell, Figure, Section, Table, section
from results.periods import Period

SHOWN = 10
GOOD_SHARE, POOR_SHARE = 90, 70  # per cent


def build(unit: Unit, period: Period) -> Section:
    """As it is today: who has read what is not kept by the day. Eight queries."""
    people = User.objects.filter(unit__path__startswith=unit.path)
    asked = [one for one in confirmations.asked(ReadingDuty.objects.all(), people) if one.people]
    every, confirmed = sum(len(one.people) for one in asked), sum(len(one.confirmed) for one in asked)
    late = sum(len(one.late) for one in asked)
    read = share(confirmed, every)
    in_force = reviews.narrowed(reviews.in_force(), unit=unit)
    overdue = list(in_force.filter(document__review_date__lt=clock.today()).order_by("document__review_date", "pk"))
    figures = [
        Figure(_("confirmations given of those asked for"), read, PERCENT, tone=_tone(read)),
        Figure(_("confirmations past deadline"), late, tone="bad" if late else "ok"),
        Figure(
            _("documents past their review"),
            len(overdue),
            url=f"{reverse('handbook:reviews')}?enhet={unit.pk}",
            tone="bad" if overdue else "ok",
        ),
    ]
    tables = [
        Table(
            _("Least confirmed"),
            [_("Document"), _("Asked"), _("Confirmed"), _("Past deadline")],
            [
                [
                    Cell(str(one.edition.document), one.edition.document.get_absolute_url()),
                    Cell(str(len(one.people))),
                    Cell(str(len(one.confirmed))),
                    Cell(str(len(one.late)), tone="bad" if one.late else ""),
                ]
                for one in sorted(asked, key=lambda one: len(one.confirmed) / len(one.people))[:SHOWN]
                if one.waiting
            ],
        ),
        Table(
            _("Documents past their review"),
            [_("Document"), _("Owner"), _("Should have been reviewed")],
            [
                [
                    Cell(str(edition.document), edition.document.get_absolute_url()),
                    Cell(edition.owner_unit_name),
                    Cell(f"{edition.document.review_date:%d.%m.%Y}", tone="bad"),
                ]
                for edition in overdue[:SHOWN]
            ],
            more=max(len(overdue) - SHOWN, 0),
        ),
    ]
    return section("c3", _("Processes and procedures"), figures=figures, tables=tables, note=_("As it is today."))


def _tone(read: float | None) -> str:
    if read is None:
        return ""
    if read >= GOOD_SHARE:
        return "ok"
    return "warn" if read >= POOR_SHARE else "bad"
