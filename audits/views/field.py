"""In the field: the questions one by one or as a list, answers, evidence and findings. Works on a tablet, with a pencil's
worth of network: `static/js/audit-answer.js` saves what is left, and keeps what can't be saved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from audits.audit_permissions import Act, can
from audits.forms.work import AnswerForm, EvidenceForm, FindingForm
from audits.models import AuditFinding, AuditQuestion, Evidence
from audits.views.audit_access import audit_or_404, finding_or_404, question_or_404
from audits.views.audit_steps import AuditStep
from organisation.history import StaleVersion
from organisation.record_step import RecordForm, RecordStep, tell


@require_safe
def field(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/felt/`: every question with its answer, to write in one after another."""
    audit = audit_or_404(request, pk, Act.SEE_WORK)
    writes = audit.in_field and can(request.user, Act.WRITE, audit)  # type: ignore[arg-type]
    questions = list(audit.questions.for_list())
    context = {
        "audit": audit,
        "rows": [(question, _answer_form(question) if writes else None) for question in questions],
        "answered": sum(bool(question.result) for question in questions),
        "writes": writes,
    }
    return render(request, "audits/work/field.html", context)


def _answer_form(question: AuditQuestion) -> AnswerForm:
    shown = {"result": question.result, "note": question.note, "version": question.version}
    return AnswerForm(question=question, initial=shown)


class Answer(RecordStep):
    """`…/felt/<question>/`: one question on the screen, with its evidence and findings. The script sends the same form
    and asks for JSON."""

    template_name = "audits/work/answer.html"
    record: AuditQuestion
    title = _lazy("Question")
    button = _lazy("Save and go on")
    success = _lazy("The answer is saved.")

    def load(self) -> None:
        kwargs = self.kwargs
        self.record = question_or_404(self.request, kwargs["pk"], kwargs["question"], Act.SEE_WORK)
        self.writes = self.record.audit.in_field and can(self.user, Act.WRITE, self.record.audit)
        if self.request.method == "POST" and not can(self.user, Act.WRITE, self.record.audit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return reverse("audits:field", args=[self.kwargs["pk"]]), _("Questions")

    def form(self, *data: Any) -> RecordForm:
        return AnswerForm(*data[:1], question=self.record, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"result": self.record.result, "note": self.record.note}

    def context(self) -> dict[str, Any]:
        keys = list(self.record.audit.questions.values_list("pk", flat=True))
        place = keys.index(self.record.pk)
        return {
            **super().context(),
            "audit": self.record.audit,
            "question": self.record,
            "number": place + 1,
            "count": len(keys),
            "before": keys[place - 1] if place else None,
            "after": keys[place + 1] if place + 1 < len(keys) else None,
            "writes": self.writes,
            "evidence_form": EvidenceForm(auto_id="bevis-%s"),
        }

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.answer(self.user, version=version, result=data["result"], note=data["note"])

    def leave(self) -> HttpResponse:
        """To the next question; from the list back to the list."""
        if "liste" in self.request.POST:
            return redirect(f"{self.back()[0]}#sporsmal-{self.record.pk}")
        after = self.context()["after"]
        return redirect("audits:answer", pk=self.record.audit_id, question=after) if after else redirect(self.back()[0])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "application/json" in request.headers.get("Accept", ""):
            return self._post_from_script()
        return super().post(request, **kwargs)

    def _post_from_script(self) -> JsonResponse:
        form = self.form(self.request.POST)
        if not form.is_valid():
            texts = [text for errors in form.errors.values() for text in errors]
            return JsonResponse({"message": " ".join(texts)}, status=400)
        try:
            self.perform(form, form.cleaned_data["version"])
        except StaleVersion:
            return JsonResponse(self._other(), status=409)
        except ValidationError as refused:
            return JsonResponse({"message": " ".join(refused.messages)}, status=400)
        now = date_format(timezone.localtime(self.record.answered_at), "H:i")
        return JsonResponse({"version": self.record.version, "saved": now})

    def _other(self) -> dict[str, Any]:
        """What somebody else has written meanwhile."""
        self.load()
        record = self.record
        return {
            "version": record.version,
            "who": str(record.answered_by or ""),
            "result": str(record.get_result_display()) if record.result else "",
            "note": record.note,
        }


class AddEvidence(AuditStep):
    """Evidence to a question."""

    form_class = EvidenceForm
    template_name = "audits/work/evidence.html"
    act = Act.WRITE
    title = _lazy("New evidence")
    button = _lazy("Save")
    success = _lazy("The evidence is saved.")

    def load(self) -> None:
        self.question = question_or_404(self.request, self.kwargs["pk"], self.kwargs["question"], self.act)
        self.record = self.question.audit

    def back(self) -> tuple[str, str]:
        return self.question.get_absolute_url(), self.question.text

    def shown(self) -> dict[str, Any]:
        return {}

    def form(self, *data: Any) -> RecordForm:
        return EvidenceForm(*data[:1])

    def perform(self, form: Any, version: int | None) -> None:
        Evidence.add(self.user, question=self.question, key=form.cleaned_data["key"], **form.facts())


class AddEvidenceToFinding(AddEvidence):
    """Evidence to a finding."""

    def load(self) -> None:
        self.finding = finding_or_404(self.request, self.kwargs["pk"], self.kwargs["finding"], self.act)
        self.record = self.finding.audit

    def back(self) -> tuple[str, str]:
        return self.finding.get_absolute_url(), str(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        Evidence.add(self.user, finding=self.finding, key=form.cleaned_data["key"], **form.facts())


@require_POST
def remove_evidence(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    """Take evidence away."""
    audit = audit_or_404(request, pk, Act.WRITE)
    found = get_object_or_404(audit.evidence.select_related("question", "finding"), pk=evidence)
    user: Any = request.user
    tell(request, lambda _version: found.remove(user), _("The evidence is taken away."))
    return redirect(found.question or found.finding)  # type: ignore[arg-type]


class WriteFinding(AuditStep):
    """A new finding; `?sporsmal=` says which question it comes from."""

    form_class = FindingForm
    act = Act.WRITE
    title = _lazy("New finding")
    lead = _lazy("It stands word for word in the report, and becomes a case in the unit.")
    button = _lazy("Save the finding")
    success = _lazy("The finding is saved.")

    def load(self) -> None:
        super().load()
        asked = self.request.GET.get("sporsmal", "")
        questions = self.record.questions.select_related("requirement__standard", "page")
        self.question = questions.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 12 else None

    def back(self) -> tuple[str, str]:
        if self.question:
            return self.question.get_absolute_url(), self.question.text
        return super().back()

    def shown(self) -> dict[str, Any]:
        if not self.question:
            return {}
        return {
            "words": self.question.note,
            "requirement": self.question.requirement,
            "page": self.question.page,
        }

    def perform(self, form: Any, version: int | None) -> None:
        AuditFinding.write(self.user, self.record, question=self.question, **form.facts())


class ChangeFinding(AuditStep):
    """Change a finding before the report. 409 on a stale form."""

    form_class = FindingForm
    record: AuditFinding  # type: ignore[assignment]
    act = Act.WRITE
    title = _lazy("Change the finding")
    button = _lazy("Save")
    success = _lazy("The finding is changed.")

    def load(self) -> None:
        self.record = finding_or_404(self.request, self.kwargs["pk"], self.kwargs["finding"], self.act)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.audit)

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("grade", "words", "requirement", "basis", "page")}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


@require_POST
def withdraw_finding(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """It was no finding after all."""
    found = finding_or_404(request, pk, finding, Act.WRITE)
    user: Any = request.user
    try:
        found.withdraw(user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The finding is withdrawn."))
    return redirect("audits:audit", pk=pk)
