"""The rows of a draft without script: one row as a form, and what can be done with it. The threat library."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from organisation.record_step import RecordStep, tell
from risk import cells, content, grid
from risk.forms.rows import RowForm, ThreatsForm, new_key
from risk.models import Assessment, Risk, Threat
from risk.permissions import Act
from risk.views.access import assessment_or_404, row_or_404


class FillIn(RecordStep):
    """A row of a draft as a form."""

    template_name = "risk/row_form.html"
    form_class = RowForm
    assessment: Assessment
    record: Any = None

    def form(self, *data: Any) -> RowForm:
        return RowForm(*data, initial=self.shown(), assessment=self.assessment)

    def back(self) -> tuple[str, str]:
        return self.assessment.get_absolute_url(), self.assessment.title

    def context(self) -> dict[str, Any]:
        return {**super().context(), "assessment": self.assessment, "row": self.record, "new_key": new_key()}


class NewRow(FillIn):
    """`rad/ny/`, last or after `?etter=<key>`."""

    title = _lazy("New row")
    lead = _lazy("Write shortly. What you don't know yet can be filled in later.")
    button = _lazy("Add the row")
    success = _lazy("The row is added.")

    def load(self) -> None:
        self.assessment = assessment_or_404(self.request, self.kwargs["pk"], Act.EDIT)
        _demand_draft(self.assessment)

    def initial(self) -> dict[str, Any]:
        return {"key": new_key()}

    def perform(self, form: RowForm, version: int | None) -> None:
        above = self.assessment.rows.filter(key=_key(self.request.GET.get("etter"))).first()
        key = form.cleaned_data["key"]
        Risk.add(self.user, self.assessment, key=key, after=above, **form.cells())


class EditRow(FillIn):
    """`rad/<key>/rediger/`."""

    button = _lazy("Save")
    success = _lazy("The row is saved.")

    def load(self) -> None:
        self.record = row_or_404(self.request, self.kwargs["pk"], self.kwargs["key"], Act.EDIT)
        self.assessment = self.record.assessment
        _demand_draft(self.assessment)
        self.number = self.assessment.rows.live().filter(place__lt=self.record.place).count() + 1

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Row %(number)s") % {"number": self.number}

    def initial(self) -> dict[str, Any]:
        return {**cells.values(self.record), "law_breach": self.record.law_breach}

    def perform(self, form: RowForm, version: int | None) -> None:
        self.record.write(self.user, version=version, **form.cells())


def _demand_draft(assessment: Assessment) -> None:
    if not assessment.is_draft:
        raise PermissionDenied(_("The assessment is decided and locked. Begin a new version to change it."))


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


@require_POST
def remove_row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    row = row_or_404(request, pk, key, Act.EDIT)
    success = _("The row is removed. You find it below the table, and can put it back.")
    tell(request, lambda _version: row.remove(request.user), success)  # type: ignore[arg-type]
    return redirect(row.assessment)


@require_POST
def restore_row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    assessment = assessment_or_404(request, pk, Act.EDIT)
    row = assessment.rows.filter(key=key).first()
    if row is None:
        return redirect(assessment)
    tell(request, lambda _version: row.restore(request.user), _("The row is back."))  # type: ignore[arg-type]
    return _to(row)


@require_POST
def duplicate_row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    row = row_or_404(request, pk, key, Act.EDIT)
    new = _key(request.POST.get("key"))
    success = _("The row is copied. The copy is right below it.")
    tell(request, lambda _version: row.duplicate(request.user, key=new), success)  # type: ignore[arg-type]
    return _to(row)


@require_POST
def move_row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """One place up, or down with `to=down`."""
    row = row_or_404(request, pk, key, Act.EDIT)
    live = list(row.assessment.rows.live())
    place = live.index(row)
    if request.POST.get("to") == "down":
        above = live[place + 1] if place + 1 < len(live) else None
        moves = above is not None
    else:
        above = live[place - 2] if place > 1 else None
        moves = place > 0
    if moves:
        tell(request, lambda _version: row.move(request.user, after=above), _("The row is moved."))  # type: ignore[arg-type]
    return _to(row)


def _to(row: Risk) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{row.assessment.get_absolute_url()}#rad-{row.key}")


@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest, pk: int) -> HttpResponse:
    """`bibliotek/`: threats known for this use, to add as rows. `?q=` searches in them."""
    assessment = assessment_or_404(request, pk, Act.EDIT)
    _demand_draft(assessment)
    offered = Threat.objects.for_use(assessment.use)
    form = ThreatsForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        chosen = form.cleaned_data["threats"]
        success = _("What you chose is last in the table.")
        tell(request, lambda _version: grid.add_threats(request.user, assessment, chosen), success)  # type: ignore[arg-type]
        return redirect(assessment)
    there = {content.alike(row) for row in assessment.rows.live()}
    q = request.GET.get("q", "").strip()[:100]
    threats = [threat for threat in offered if q.lower() in content.alike(threat)]
    context = {
        "assessment": assessment,
        "form": form,
        "q": q,
        "threats": [(threat, content.alike(threat) in there) for threat in threats],
        "chosen": request.POST.getlist("threats"),
    }
    return render(request, "risk/library.html", context)
