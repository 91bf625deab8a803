"""One risk on its own page: what it is tied to, how it goes, what is accepted, and what repeats."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from cases.models import Case
from organisation import clock
from organisation.record_step import RecordForm, RecordStep, tell
from risk import checks, follow_up, forms, repeats
from risk.models import Acceptance, Link, Risk
from risk.models.assessment import in_a_year
from risk.permissions import Act, can
from risk.views.access import row_or_404


@require_safe
def row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """`/risiko/<pk>/rad/<key>/`: one risk with all that belongs to it."""
    found = row_or_404(request, pk, key)
    assessment, user = found.assessment, request.user
    rows = list(assessment.rows.live())
    number = [one.pk for one in rows].index(found.pk) + 1
    readable = Case.objects.visible_to(user)  # type: ignore[arg-type]
    context = {
        "row": found,
        "number": number,
        "assessment": assessment,
        "may": {act.value: can(user, act, assessment) for act in Act},  # type: ignore[arg-type]
        "checks": [check for check in checks.of(assessment, rows) if check.row == number],
        "follow_up": follow_up.of(found) if found.case and readable.filter(pk=found.case_id).exists() else None,
        "links": found.links.select_related("page", "control", "case"),
        "readable_cases": set(readable.filter(risk_links__risk=found).values_list("pk", flat=True)),
        "acceptances": found.acceptances.all(),
        "proposal": repeats.proposals([found]).get(found.pk),
        "previous": rows[number - 2] if number > 1 else None,
        "next": rows[number] if number < len(rows) else None,
    }
    return render(request, "risk/row.html", context)


class RowStep(RecordStep):
    """A step of one risk."""

    record: Risk
    act = Act.FOLLOW_UP

    def load(self) -> None:
        self.record = row_or_404(self.request, self.kwargs["pk"], self.kwargs["key"], self.act)
        self.lead = self.record.threat

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), _("The risk")


class Tie(RowStep):
    act = Act.EDIT
    title = _lazy("Tie the risk to a page, a control or a case")
    button = _lazy("Tie")
    success = _lazy("The risk is tied.")

    def form(self, *data: Any) -> RecordForm:
        return forms.TieForm(*data, user=self.user, initial=self.shown())

    def perform(self, form: Any, version: int | None) -> None:
        for name in ("page", "control", "case"):
            if thing := form.cleaned_data[name]:
                Link.tie(self.user, self.record, **{name: thing})


class Accept(RowStep):
    form_class = forms.AcceptForm
    act = Act.ACCEPT
    title = _lazy("Accept the risk")
    button = _lazy("Accept it in my name")
    success = _lazy("The risk is accepted.")

    def initial(self) -> dict[str, Any]:
        return {"until": in_a_year(clock.today())}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        Acceptance.give(self.user, self.record, reason=data["reason"], until=data["until"], version=version)


class ConfirmResidual(RowStep):
    form_class = forms.ResidualForm
    title = _lazy("What is left of the risk?")
    button = _lazy("Confirm")
    success = _lazy("The risk that is left is confirmed.")

    def initial(self) -> dict[str, Any]:
        found = follow_up.of(self.record)
        probability, consequence = (found and found.proposal) or (
            self.record.residual_probability,
            self.record.residual_consequence,
        )
        return {"probability": probability, "consequence": consequence}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.confirm_residual(
            self.user, probability=data["probability"], consequence=data["consequence"], version=version
        )


class SettleRepeats(RowStep):
    form_class = forms.ReasonForm
    title = _lazy("The probability stays as it is")
    button = _lazy("Save")
    success = _lazy("It is noted why. Deviations that come from now on are counted anew.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.settle_repeats(self.user, reason=form.cleaned_data["reason"])


@require_POST
def raise_probability(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """Take in what the deviations propose, in a draft."""
    found = row_or_404(request, pk, key, Act.EDIT)
    proposal = repeats.proposals([found]).get(found.pk)
    if proposal is None:
        messages.error(request, _("Nothing is proposed any more."))
    else:
        tell(
            request,
            lambda version: found.write(request.user, version=version, probability=proposal.probability),  # type: ignore[arg-type]
            _("The probability is %(number)s now.") % {"number": proposal.probability},
        )
    return redirect(found)


@require_POST
def untie(request: HttpRequest, pk: int, key: uuid.UUID, link: int) -> HttpResponse:
    """Take a tie away."""
    found = row_or_404(request, pk, key, Act.EDIT)
    get_object_or_404(found.links, pk=link).untie(request.user)  # type: ignore[arg-type]
    messages.success(request, _("The tie is taken away."))
    return redirect(found)


@require_POST
def withdraw_acceptance(request: HttpRequest, pk: int, key: uuid.UUID, acceptance: int) -> HttpResponse:
    """The risk is not accepted any more."""
    found = row_or_404(request, pk, key, Act.ACCEPT)
    given = get_object_or_404(found.acceptances, pk=acceptance)
    tell(
        request,
        lambda version: given.withdraw(request.user, version=version),  # type: ignore[arg-type]
        _("The acceptance is withdrawn."),
    )
    return redirect(found)
