"""Measuring an indicator, correcting a value, and what comes of a red one."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from organisation import clock
from organisation.models import Unit
from organisation.record_step import RecordForm, RecordStep
from results import measuring, numbers
from results.forms.goals import AssessedCaseForm, CorrectForm, MeasureForm, NoCaseForm, ReceivedCaseForm
from results.models import Measurement
from results.periods import Period
from results.views.indicators import indicator_or_404

DAYS_TO_HANDLE = 30


class Measure(RecordStep):
    """`/resultater/indikator/<pk>/mal/<code>/`: the value of a period; `?periode=` presets it."""

    button = _lazy("Save the value")
    success = _lazy("The value is saved.")
    made: Measurement | None = None

    def load(self) -> None:
        self.indicator = indicator_or_404(self.kwargs["pk"])
        self.unit = get_object_or_404(Unit.objects.active(), code=self.kwargs["code"])
        if not self.indicator.is_measured_in(self.unit):
            raise Http404
        if not (self.indicator.active and self.indicator.may_measure(self.user, self.unit)):
            raise PermissionDenied
        self.title = _("Measure “%(indicator)s”") % {"indicator": self.indicator}
        self.lead = f"{self.unit}. {self.indicator.how}"

    def back(self) -> tuple[str, str]:
        return f"{self.indicator.get_absolute_url()}?enhet={self.unit.pk}", str(self.indicator)

    def form(self, *data: Any) -> RecordForm:
        return MeasureForm(*data, indicator=self.indicator, unit=self.unit, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"period": self.request.GET.get("periode") or self.indicator.expected(clock.today()).code}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        period = Period.read(data["period"])
        if period is None:
            raise ValidationError({"period": _("Choose a period.")})
        facts = {name: data[name] for name in ("value", "note", "answers") if name in data}
        facts["source"] = self.indicator.source
        self.made = Measurement.record(self.user, self.indicator, self.unit, period, **facts)

    def leave(self) -> HttpResponse:
        if self.made and self.made.is_to_settle:
            return redirect("results:red", pk=self.made.pk)
        return super().leave()


class MeasurementStep(RecordStep):
    """A step of one measurement, for those who may measure it."""

    record: Measurement

    def load(self) -> None:
        found = Measurement.objects.select_related("indicator__goal__unit", "indicator__page", "unit")
        self.record = get_object_or_404(found, pk=self.kwargs["pk"])
        if not self.record.indicator.may_measure(self.user, self.record.unit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.indicator)

    def lead_of(self) -> str:
        words = {"unit": self.record.unit, "period": self.record.period, "value": self.record.in_words}
        return _("%(unit)s, %(period)s: %(value)s.") % words

    def context(self) -> dict[str, Any]:
        return {**super().context(), "lead": f"{self.lead_of()} {self.lead}".strip(), "measurement": self.record}


class Correct(MeasurementStep):
    """`/resultater/maling/<pk>/rett/`: another value, with the reason."""

    title = _lazy("Correct the value")
    lead = _lazy("The value that stands there now is kept in the history.")
    button = _lazy("Save the correction")
    success = _lazy("The value is corrected.")
    form_class = CorrectForm

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("value", "answers", "note")}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in ("value", "answers", "note", "reason")}
        self.record.correct(self.user, version=version, **facts)


class Red(MeasurementStep):
    """`/resultater/maling/<pk>/rod/`: open a case, or go on to say why not (S66)."""

    template_name = "results/scorecard/red.html"
    title = _lazy("The value is red")
    lead = _lazy("What comes of it?")
    button = _lazy("Open the case")
    success = _lazy("The case is opened.")

    def load(self) -> None:
        super().load()
        if self.request.method == "GET" and not self.record.is_to_settle:
            raise Http404

    def form(self, *data: Any) -> RecordForm:
        form = AssessedCaseForm if self.record.may_assess_case(self.user) else ReceivedCaseForm
        return form(*data, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        limits = self.record.indicator.limits(self.record.last.year)
        words = {
            "indicator": self.record.indicator,
            "unit": self.record.unit,
            "period": self.record.period,
            "value": self.record.in_words,
            "target": numbers.in_words(limits.target, self.record.indicator.measure),
        }
        return {
            "title": (_("%(indicator)s is red: %(value)s") % words)[:120],
            "description": _("%(unit)s, %(period)s: %(value)s. The target is %(target)s.") % words,
            "handler": self.user,
            "deadline": clock.today() + datetime.timedelta(DAYS_TO_HANDLE),
        }

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        self.record.open_case(self.user, version=version, **facts)

    def leave(self) -> HttpResponse:
        return redirect(self.record.case or self.record)


class NoCase(MeasurementStep):
    """`/resultater/maling/<pk>/ingen-sak/`: why the red value needs no case."""

    title = _lazy("No case is opened")
    button = _lazy("Save the reason")
    success = _lazy("The reason is kept.")
    form_class = NoCaseForm

    def perform(self, form: Any, version: int | None) -> None:
        self.record.accept(self.user, reason=form.cleaned_data["reason"], version=version)


@require_POST
def count(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Count the figure the system knows for the newest period that is over."""
    indicator = indicator_or_404(pk)
    unit = get_object_or_404(indicator.units(), code=code)
    period = indicator.expected(clock.today())
    try:
        made = measuring.count(request.user, indicator, unit, period)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("%(period)s: %(value)s.") % {"period": period, "value": made.in_words})
    return redirect(f"{indicator.get_absolute_url()}?enhet={unit.pk}")
