"""The register of memberships and networks (S76): asked for by a query string, as a spreadsheet, and whose evaluation waits."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisation import clock, spreadsheets
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import User
from organisation.spreadsheets import Sheet
from results.forms.network import LATE, OVER, NetworkFilters
from results.models import Network
from results.models.network import NetworkQuerySet

DAYS_BEFORE = 30
SEARCHED = ("name", "purpose", "benefit", "organisation", "contact__first_name", "contact__last_name")


class Selection:
    """The memberships asked for by a query string; current ones unless asked otherwise. Open to all."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = NetworkFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def networks(self) -> NetworkQuerySet:
        found = Network.objects.select_related("unit", "contact")
        for word in self.asked.get("words", "").split():
            condition = Q(pk__in=[])
            for field in SEARCHED:
                condition |= holds(field, word)
            found = found.filter(condition)
        if kind := self.asked.get("kind"):
            found = found.filter(kind=kind)
        if unit := self.asked.get("unit"):
            found = found.in_unit(unit)
        if self.asked.get("mine"):
            found = found.filter(contact=self.user)
        when = self.asked.get("when")
        if when == OVER:
            return found.filter(last_day__lt=clock.today())
        if when == LATE:
            return found.to_evaluate(clock.today())
        return found.current()

    def yearly_cost(self) -> Decimal:
        """What those that are shown cost together, in kroner."""
        return self.networks().order_by().aggregate(total=Sum("yearly_cost"))["total"] or Decimal(0)


def waiting_for(user: User) -> NetworkQuerySet:
    """Those the person is the contact person of, whose evaluation is near or late. One query."""
    near = clock.today() + datetime.timedelta(DAYS_BEFORE)
    return Network.objects.to_evaluate(near).filter(contact=user).select_related("unit")


def workbook(networks: Iterable[Network]) -> bytes:
    """A line for each."""
    headings = [
        _("Name"),
        _("Kind"),
        _("Unit"),
        _("Contact person"),
        _("Organisation"),
        _("Web address"),
        _("From"),
        _("To"),
        _("Cost per year"),
        _("Next evaluation"),
        _("Why we are in it"),
        _("What we get out of it"),
    ]
    rows = [
        [
            network.name,
            network.get_kind_display(),
            network.unit.name,
            str(network.contact),
            network.organisation,
            network.address,
            network.first_day,
            network.last_day,
            network.yearly_cost,
            network.evaluate_on,
            network.purpose,
            network.benefit,
        ]
        for network in networks
    ]
    widths = (40, 16, 28, 24, 28, 34, 12, 12, 14, 14, 60, 60)
    return spreadsheets.workbook(Sheet(_("Memberships and networks"), headings, rows, widths, "B2"))
