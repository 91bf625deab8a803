"""The steps of a self-check: begin, questions, send, answer, sign, open again, close, copy."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from audits import self_check_result
from audits.control_permissions import may_keep
from audits.forms import self_checks as forms
from audits.models import CheckQuestion, SelfCheck, Sheet, SheetAnswer
from audits.self_check_permissions import answers, keeps
from audits.views.access import self_check_or_404, sheet_or_404
from organisation import clock
from organisation.record_step import RecordForm, RecordStep, tell


class Begin(RecordStep):
    """`/revisjoner/internkontroll/ny/`: the head of a new self-check."""

    title = _lazy("New self-check")
    lead = _lazy("First what it is called and for. Then you write the questions, and send it to the units.")
    button = _lazy("Begin")
    success = _lazy("The draft is ready. Add the questions.")
    made: SelfCheck | None = None

    def load(self) -> None:
        if not may_keep(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("audits:self_checks"), _("Internal control")

    def form(self, *data: Any) -> RecordForm:
        return forms.BeginForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        own = self.user.unit_id if self.user.unit and may_keep(self.user, self.user.unit) else None
        return {"key": uuid.uuid4(), "unit": own, "year": clock.today().year}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = SelfCheck.begin(self.user, key=form.cleaned_data["key"], **form.facts())


class Step(RecordStep):
    """A step of one self-check, for those who keep it."""

    record: SelfCheck

    def load(self) -> None:
        self.record = self_check_or_404(self.request, self.kwargs["pk"], to_keep=True)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(Step):
    """The whole head of a draft; when it is sent, the deadline and what it is for."""

    title = _lazy("Change the self-check")
    button = _lazy("Save")
    success = _lazy("It is saved.")

    def form(self, *data: Any) -> RecordForm:
        if self.record.is_draft:
            return forms.HeadForm(*data, user=self.user, initial=self.shown())
        return forms.SentForm(*data, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        names = ("title", "framework", "year", "about", "deadline")
        return {**{name: getattr(self.record, name) for name in names}, "unit": str(self.record.unit_id)}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        self.record.change(self.user, version=version, **facts)


class Copy(Step):
    form_class = forms.CopyForm
    title = _lazy("Copy to another year")
    lead = _lazy("The questions come along, as a draft you can change.")
    button = _lazy("Copy")
    success = _lazy("The copy is made.")
    made: SelfCheck | None = None

    def initial(self) -> dict[str, Any]:
        return {"year": self.record.year + 1, "key": uuid.uuid4()}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = self.record.copy(self.user, year=form.cleaned_data["year"], key=form.cleaned_data["key"])

    def leave(self) -> HttpResponse:
        return redirect(self.made or self.record)


class Send(Step):
    title = _lazy("Send to units")
    lead = _lazy(
        "When it is sent, the questions stand. The leaders are told at once, and reminded until they have signed."
    )
    button = _lazy("Send")
    success = _lazy("It is sent, and the leaders are told.")

    def form(self, *data: Any) -> RecordForm:
        return forms.SendForm(*data, user=self.user, check=self.record, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"deadline": self.record.deadline}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.send(self.user, units=data["units"], deadline=data["deadline"], version=version)


class Close(Step):
    form_class = forms.CloseForm
    title = _lazy("Close the self-check")
    lead = _lazy("No more answers are taken, and the result is open to all employees. Open cases go on in Dialogen.")
    button = _lazy("Close")
    success = _lazy("The self-check is closed.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.close(self.user, conclusion=form.cleaned_data["conclusion"], version=version)


class NewQuestion(Step):
    template_name = "audits/question_form.html"
    form_class = forms.QuestionForm
    title = _lazy("New question")
    button = _lazy("Save")
    success = _lazy("The question is saved.")

    def perform(self, form: Any, version: int | None) -> None:
        CheckQuestion.add(self.user, self.record, **form.facts())

    def leave(self) -> HttpResponse:
        if "another" in self.request.POST:
            return redirect("audits:new_question", self.record.pk)
        return super().leave()


class ChangeQuestion(RecordStep):
    record: CheckQuestion
    form_class = forms.QuestionForm
    title = _lazy("Change the question")
    button = _lazy("Save")
    success = _lazy("The question is saved.")

    def load(self) -> None:
        check = self_check_or_404(self.request, self.kwargs["pk"], to_keep=True)
        self.record = get_object_or_404(check.questions, pk=self.kwargs["question"])
        self.record.check_of = check

    def back(self) -> tuple[str, str]:
        return self.record.check_of.get_absolute_url(), str(self.record.check_of)

    def initial(self) -> dict[str, Any]:
        return forms.QuestionForm.of(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


@require_POST
def remove_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """A question of a draft is taken away."""
    check = self_check_or_404(request, pk, to_keep=True)
    found = get_object_or_404(check.questions, pk=question)
    found.check_of = check
    tell(request, lambda _version: found.remove(request.user), _("The question is taken away."))  # type: ignore[arg-type]
    return redirect(check)


class SheetStep(RecordStep):
    """A step of what one unit answers."""

    record: Sheet

    def load(self) -> None:
        self.record = sheet_or_404(self.request, self.kwargs["pk"], self.kwargs["code"])
        self.check = self.record.check_of

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.check)


class AnswerSheet(SheetStep):
    """`…/enhet/<code>/`: the form for who leads the unit, until it is signed; for others what is answered.

    Saved half answered, and gone on with later.
    """

    template_name = "audits/sheet_form.html"
    button = _lazy("Save")

    def load(self) -> None:
        super().load()
        self.title = f"{self.check}"
        self.questions = list(self.check.questions.select_related("control"))
        self.leads = answers(self.user, self.record)

    def form(self, *data: Any) -> RecordForm:
        return forms.SheetForm(*data, sheet=self.record, questions=self.questions, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return forms.SheetForm.of(self.record)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "sheet": self.record, "check": self.check}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.leads and self.check.is_open and not self.record.is_signed:
            return super().get(request, **kwargs)
        return render(request, "audits/sheet.html", self.as_answered())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.leads:
            raise PermissionDenied
        return super().post(request, **kwargs)

    def as_answered(self) -> dict[str, Any]:
        """For those who only read: each question with the unit's answer."""
        sheets = self_check_result.sheets_of(self.check, self.user)
        own = next(sheet for sheet in sheets if sheet.pk == self.record.pk)
        by_question = {answer.question_id: answer for answer in own.answers.all()}
        rows = [(question, by_question.get(question.pk)) for question in self.questions]
        return {"sheet": self.record, "check": self.check, "rows": rows, "keeps": keeps(self.user, self.check)}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.save_answers(self.user, form.answers(), version=version)
        self.success = _("Your answers are saved. They are sent when you sign.")

    def leave(self) -> HttpResponse:
        if "sign" in self.request.POST:
            return redirect("audits:sign_sheet", self.check.pk, self.record.unit.code)
        return super().leave()


class Sign(SheetStep):
    """What becomes deviations is shown first."""

    template_name = "audits/sign_form.html"
    title = _lazy("Sign the answers")
    button = _lazy("I stand for the answers")

    def load(self) -> None:
        super().load()
        if not answers(self.user, self.record):
            raise PermissionDenied
        if self.record.is_signed or not self.check.is_open:
            raise Http404

    def context(self) -> dict[str, Any]:
        found = self.record.answers.select_related("question").order_by("question__place")
        return {
            **super().context(),
            "sheet": self.record,
            "check": self.check,
            "failed": [answer for answer in found if answer.value == SheetAnswer.Value.NO and not answer.case_id],
            "lacking": self.record.lacking(),
        }

    def perform(self, form: Any, version: int | None) -> None:
        opened = self.record.sign(self.user, version=version)
        self.success = (
            _("Signed. Thank you. The deviations are in Dialogen: %(cases)s.") % {"cases": ", ".join(map(str, opened))}
            if opened
            else _("Signed. Thank you.")
        )

    def refused(self, form: RecordForm, error: ValidationError) -> HttpResponse:
        """Back to the answers, with what lacks."""
        for text in error.messages:
            messages.error(self.request, text)
        return redirect(self.record)


class Reopen(SheetStep):
    form_class = forms.ReasonForm
    title = _lazy("Let the unit answer again")
    button = _lazy("Open it again")
    success = _lazy("The unit can answer again, and its leaders are told.")

    def load(self) -> None:
        super().load()
        if not keeps(self.user, self.check):
            raise PermissionDenied

    def perform(self, form: Any, version: int | None) -> None:
        self.record.reopen(self.user, reason=form.cleaned_data["reason"], version=version)
