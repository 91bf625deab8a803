"""The filled-in checklists as a register: what to show of it, and as a spreadsheet (G12)."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from handbook.models import ChecklistAnswer, Edition, FilledChecklist
from handbook.models.checklist import FilledChecklistQuerySet
from organisation import spreadsheets
from organisation.fields import UnitField, date_field
from organisation.filters import FilterForm
from organisation.folding import holds
from organisation.models import User
from organisation.spreadsheets import Sheet

MAX_ROWS = 2_000
PARAMETERS = {"words": "q", "unit": "enhet", "shown": "vis", "first_day": "fra", "last_day": "til"}


class ChecklistFilters(FilterForm):
    """What to show. An invalid value in the address is left out."""

    words = forms.CharField(
        label=_("Checklist, page or person"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    unit = UnitField(label=_("Unit and those below"), required=False)
    shown = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("All")), ("mine", _("Mine")), ("nei", _("With a no")), ("apne", _("Not signed"))],
        required=False,
    )
    first_day = date_field(_("From and including"), required=False)
    last_day = date_field(_("To and including"), required=False)
    parameters = PARAMETERS

    def checklists(self, user: User) -> FilledChecklistQuerySet:
        """Those the person may read that the filters leave, newest first."""
        self.is_valid()
        chosen = self.cleaned_data
        narrowing = {"mine": Q(by=user), "nei": Q(noes__gt=0), "apne": Q(signed_at=None)}
        found = FilledChecklist.objects.visible_to(user).filter(narrowing.get(chosen.get("shown", ""), Q()))
        if unit := chosen.get("unit"):
            found = found.filter(unit__path__startswith=unit.path)
        if day := chosen.get("first_day"):
            found = found.filter(started_at__date__gte=day)
        if day := chosen.get("last_day"):
            found = found.filter(started_at__date__lte=day)
        for word in chosen.get("words", "").split():
            about = holds("title", word) | holds("edition__title", word) | holds("by_name", word)
            found = found.filter(about | Q(document__document_id__iexact=word) | Q(edition__number=word))
        large = (f"edition__{name}" for name in Edition.LARGE)
        return found.select_related("unit", "edition").defer(*large).order_by("-started_at", "-pk")


def workbook(checklists: FilledChecklistQuerySet) -> bytes:
    """One sheet with a row for each checklist, and one with a row for each point."""
    found = list(checklists[:MAX_ROWS])
    about = [_t("Checklist"), _t("Document id"), _t("Page"), _t("Version"), _t("Unit"), _t("Filled in by")]
    rounds = Sheet(
        _t("Checklists"),
        [*about, _t("Signed"), _t("Answers of no"), _t("Note")],
        ([*_about(one), one.noes, one.note] for one in found),
        (34, 12, 40, 9, 30, 26, 12, 12, 60),
        "B2",
    )
    points = Sheet(
        _t("Points"),
        [*about, _t("Signed"), _t("Point"), _t("Answer"), _t("Note"), _t("Deviation")],
        ([*_about(one), *_point(point)] for one in found for point in one.points),
        (34, 12, 40, 9, 30, 26, 12, 60, 14, 60, 14),
        "B2",
    )
    return spreadsheets.workbook(rounds, points)


def _about(one: FilledChecklist) -> list[Any]:
    edition = one.edition
    page = f"{edition.number} {edition.title}".strip()
    signed = one.signed_at.date() if one.signed_at else _t("Not signed")
    return [one.title, edition.document_code, page, edition.label, one.unit.name, one.by_name, signed]


def _point(point: dict[str, str]) -> list[Any]:
    answer = str(ChecklistAnswer(point["answer"]).label) if point["answer"] else ""
    return [point["text"], answer, point["note"], point["case"]]
