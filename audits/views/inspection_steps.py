"""The steps of an inspection, from notice to closed, and its findings."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from audits import follow_up
from audits.control_permissions import Act, may_keep
from audits.forms import inspections as forms
from audits.models import Inspection, InspectionFile, InspectionFinding
from audits.views.access import inspection_or_404
from organisation import clock
from organisation.record_step import RecordForm, RecordStep, tell

NAMES = {Inspection.Kind.STATE: _lazy("Inspections"), Inspection.Kind.MUNICIPAL: _lazy("Municipal controls")}


class Register(RecordStep):
    """`/revisjoner/tilsyn/ny/`: a notice has come. 403 for those who keep no inspections."""

    template_name = "audits/head_form.html"
    lead = _lazy("What you know now is enough. The rest can be filled in as the letters come.")
    button = _lazy("Register")
    made: Inspection | None = None

    def load(self) -> None:
        if not may_keep(self.user):
            raise PermissionDenied
        municipal = self.kwargs["kind"] == Inspection.Kind.MUNICIPAL
        self.title = _("New municipal control") if municipal else _("New inspection")
        self.success = _("The control is registered.") if municipal else _("The inspection is registered.")

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        kind = self.kwargs["kind"]
        return reverse("audits:inspections", args=[kind]), str(NAMES[kind])

    def form(self, *data: Any) -> RecordForm:
        return forms.RegisterForm(*data, user=self.user, kind=self.kwargs["kind"], initial=self.shown())

    def initial(self) -> dict[str, Any]:
        own = self.user.unit_id if self.user.unit and may_keep(self.user, self.user.unit) else None
        return {"key": uuid.uuid4(), "unit": own, "responsible": self.user, "notice_date": clock.today()}

    def perform(self, form: Any, version: int | None) -> None:
        data, kind = form.cleaned_data, self.kwargs["kind"]
        self.made = Inspection.register(self.user, key=data["key"], kind=kind, **form.facts())
        if not self.made.files.exists():
            InspectionFile.keep(self.user, self.made, data["files"], InspectionFile.Kind.NOTICE)


class Step(RecordStep):
    """A step of one inspection. Files that come with it are kept with the inspection."""

    record: Inspection
    act = Act.KEEP
    files_kind = InspectionFile.Kind.OTHER

    def load(self) -> None:
        self.record = inspection_or_404(self.request, self.kwargs["kind"], self.kwargs["pk"], self.act)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def keep_files(self, form: Any) -> None:
        InspectionFile.keep(self.user, self.record, form.cleaned_data.get("files") or [], self.files_kind)


class Change(Step):
    template_name = "audits/head_form.html"
    title = _lazy("Change what is known")
    button = _lazy("Save")
    success = _lazy("It is saved.")

    def form(self, *data: Any) -> RecordForm:
        return forms.HeadForm(*data, user=self.user, kind=self.record.kind, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        facts = {name: getattr(self.record, name) for name in forms.HEAD}
        return {**facts, "unit": str(self.record.unit_id), "involved": self.record.units()[1:]}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class Visit(Step):
    form_class = forms.VisitForm
    files_kind = InspectionFile.Kind.DOCUMENT
    title = _lazy("The visit")
    button = _lazy("Save")
    success = _lazy("The visit is recorded.")

    def initial(self) -> dict[str, Any]:
        return {"visit_from": self.record.visit_from or clock.today(), "visit_to": self.record.visit_to}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.record_visit(self.user, first=data["visit_from"], last=data["visit_to"], version=version)
        self.keep_files(form)


class Report(Step):
    """What becomes cases is shown first."""

    template_name = "audits/report_form.html"
    form_class = forms.ReportForm
    files_kind = InspectionFile.Kind.REPORT
    title = _lazy("Register the report")
    button = _lazy("Register the report")
    success = _lazy("The report is registered, and its findings are cases in Dialogen.")

    def initial(self) -> dict[str, Any]:
        return {"report_date": clock.today(), "answer_deadline": self.record.answer_deadline}

    def context(self) -> dict[str, Any]:
        findings = list(self.record.findings.select_related("unit"))
        return {**super().context(), "inspection": self.record, "findings": findings}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.record_report(
            self.user, report_date=data["report_date"], answer_deadline=data["answer_deadline"], version=version
        )
        self.keep_files(form)


class Deadline(Step):
    form_class = forms.DeadlineForm
    title = _lazy("Another deadline for the answer")
    button = _lazy("Save")
    success = _lazy("The deadline is moved.")

    def initial(self) -> dict[str, Any]:
        return {"answer_deadline": self.record.answer_deadline}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.move_deadline(
            self.user,
            deadline=form.cleaned_data["answer_deadline"],
            reason=form.cleaned_data["reason"],
            version=version,
        )


class Answer(Step):
    """What is still open is shown, and is no hindrance."""

    template_name = "audits/answer_form.html"
    form_class = forms.AnswerForm
    files_kind = InspectionFile.Kind.ANSWER
    title = _lazy("The answer")
    button = _lazy("The answer is sent")
    success = _lazy("The answer is registered.")

    def initial(self) -> dict[str, Any]:
        return {"day": clock.today(), "text": self.record.answer}

    def context(self) -> dict[str, Any]:
        rows = follow_up.of(self.record.findings.select_related("unit"), self.user)
        return {**super().context(), "inspection": self.record, "open": [row for row in rows if row.is_open]}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.write_answer(self.user, text=data["text"], day=data["day"], version=version)
        self.keep_files(form)


class Again(Step):
    form_class = forms.AgainForm
    title = _lazy("The authority wants another answer")
    button = _lazy("Take it up again")
    success = _lazy("It waits for an answer again.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.take_up_again(
            self.user, reason=data["reason"], answer_deadline=data["answer_deadline"], version=version
        )
        self.keep_files(form)


class Close(Step):
    form_class = forms.CloseForm
    title = _lazy("Closed by who inspects")
    lead = _lazy("Open cases go on in Dialogen until their measures are done and their effect is evaluated.")
    button = _lazy("Close")
    success = _lazy("It is closed.")

    def initial(self) -> dict[str, Any]:
        return {"day": clock.today()}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.close(self.user, day=data["day"], note=data["note"], version=version)
        self.keep_files(form)


class Council(Step):
    form_class = forms.CouncilForm
    title = _lazy("What the council decided")
    button = _lazy("Save")
    success = _lazy("The council's resolution is registered.")

    def initial(self) -> dict[str, Any]:
        record = self.record
        return {
            "day": record.council_date or clock.today(),
            "resolution": record.council_resolution,
            "report_back": record.council_report_back,
        }

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.record_council(
            self.user, day=data["day"], resolution=data["resolution"], report_back=data["report_back"], version=version
        )
        self.keep_files(form)


class AddFiles(Step):
    form_class = forms.FilesForm
    title = _lazy("Add files")
    button = _lazy("Add")
    success = _lazy("The files are added.")

    def perform(self, form: Any, version: int | None) -> None:
        InspectionFile.keep(self.user, self.record, form.cleaned_data["files"], form.cleaned_data["kind"])


class TakeAwayFile(RecordStep):
    """A file that was uploaded wrongly, with the reason. Confirmed on a page of its own."""

    record: InspectionFile
    form_class = forms.TakeAwayForm
    title = _lazy("Take away the file")
    button = _lazy("Take away")
    success = _lazy("The file is taken away.")

    def load(self) -> None:
        self.record = _file_to_keep(self.request, **self.kwargs)
        self.lead = _(
            "“%(name)s” can't be opened by anybody afterwards. Its name, who took it away and why stay in the history. "
            "It can be put back until the inspection is closed."
        ) % {"name": self.record}

    def back(self) -> tuple[str, str]:
        return f"{self.record.inspection.get_absolute_url()}#files", str(self.record.inspection)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.take_away(self.user, reason=form.cleaned_data["reason"], version=version)


@require_POST
def put_back_file(request: HttpRequest, kind: str, pk: int, file: int) -> HttpResponse:
    """A file that was taken away is here again."""
    found = _file_to_keep(request, kind, pk, file)
    user: Any = request.user
    tell(request, lambda version: found.put_back(user, version=version), _("The file is back."))
    return redirect(f"{found.inspection.get_absolute_url()}#files")


def _file_to_keep(request: HttpRequest, kind: str, pk: int, file: int) -> InspectionFile:
    """The file, taken away or not, for those who keep the inspection."""
    inspection = inspection_or_404(request, kind, pk, Act.KEEP)
    found = get_object_or_404(inspection.files, pk=file)
    found.inspection = inspection
    return found


class NewFinding(Step):
    """A finding. Before the report is registered a draft; afterwards a case at once."""

    template_name = "audits/finding_form.html"
    title = _lazy("New finding")
    button = _lazy("Save")
    success = _lazy("The finding is saved.")

    def form(self, *data: Any) -> RecordForm:
        return forms.FindingForm(*data, inspection=self.record, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"unit": str(self.record.unit_id)}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "inspection": self.record}

    def perform(self, form: Any, version: int | None) -> None:
        InspectionFinding.add(self.user, self.record, **form.facts())

    def leave(self) -> HttpResponse:
        if "another" in self.request.POST:
            return redirect("audits:new_finding", self.record.kind, self.record.pk)
        return redirect(f"{self.record.get_absolute_url()}#funn")


class ChangeFinding(RecordStep):
    record: InspectionFinding
    title = _lazy("Correct the finding")
    button = _lazy("Save")
    success = _lazy("The finding is saved.")

    def load(self) -> None:
        inspection = inspection_or_404(self.request, self.kwargs["kind"], self.kwargs["pk"], Act.KEEP)
        self.record = get_object_or_404(inspection.findings.select_related("unit"), pk=self.kwargs["finding"])
        self.record.inspection = inspection

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.inspection)

    def form(self, *data: Any) -> RecordForm:
        return forms.FindingForm(*data, inspection=self.record.inspection, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return forms.FindingForm.of(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


@require_POST
def remove_finding(request: HttpRequest, kind: str, pk: int, finding: int) -> HttpResponse:
    """A draft of a finding is taken away."""
    inspection = inspection_or_404(request, kind, pk, Act.KEEP)
    found = get_object_or_404(inspection.findings, pk=finding)
    found.inspection = inspection
    tell(request, lambda _version: found.remove(request.user), _("The finding is taken away."))  # type: ignore[arg-type]
    return redirect(f"{inspection.get_absolute_url()}#funn")
