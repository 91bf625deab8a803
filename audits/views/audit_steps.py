"""The steps of an audit: planned, noticed, begun, summed up, reported, closed."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from audits import report_content
from audits.audit_permissions import Act, may_plan
from audits.forms import audits as forms
from audits.models import Audit, Auditor, AuditQuestion, Programme
from audits.proposal import Proposal, Proposals
from audits.question_sources import Kind, of
from audits.views.audit_access import audit_or_404
from handbook.models import Document
from organisation import clock
from organisation.changes import Revision
from organisation.frozen import checksum_of
from organisation.models import Unit
from organisation.record_step import RecordForm, RecordStep, tell
from organisation.refusals import resent


class Plan(RecordStep):
    """A new audit; from the proposal the address says the programme, the unit and the process."""

    template_name = "audits/audits/form.html"
    title = _lazy("Plan an audit")
    button = _lazy("Save")
    success = _lazy("The audit is planned.")
    made: Audit | None = None

    def load(self) -> None:
        if not may_plan(self.user):
            raise PermissionDenied
        asked = self.request.GET
        year = asked.get("program", "")
        self.programme = Programme.objects.filter(year=year).first() if year.isdecimal() and len(year) == 4 else None
        self.unit = Unit.objects.active().filter(code=asked.get("enhet", "")).first()
        self.document = Document.objects.filter(document_id=asked.get("prosess", "")).select_related("page").first()

    def back(self) -> tuple[str, str]:
        if self.programme:
            return self.programme.get_absolute_url(), str(self.programme)
        return reverse("audits:audits"), _("Audits")

    def form(self, *data: Any) -> RecordForm:
        return forms.PlanForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        about = str(self.document or self.unit or "")
        return {
            "key": uuid.uuid4(),
            "title": _("Audit of %(what)s") % {"what": about} if about else "",
            "unit": self.unit.pk if self.unit else None,
            "page": self.document.page if self.document else None,
            "kind": Audit.Kind.INTERNAL,
            "year": self.programme.year if self.programme else clock.today().year,
        }

    def context(self) -> dict[str, Any]:
        return {**super().context(), "proposal": self._proposal}

    @property
    def _proposal(self) -> Proposal | None:
        if not self.programme or not (self.unit or self.document):
            return None
        unit = self.unit or self.document.edition_in_force().owner_unit  # type: ignore[union-attr]
        return Proposals(self.user).one(unit, self.document)

    def perform(self, form: Any, version: int | None) -> None:
        facts = form.head()
        if proposal := self._proposal:
            facts |= {"reasons": proposal.as_data(), "points": proposal.points}
        self.made = Audit.plan(self.user, key=form.cleaned_data["key"], programme=self.programme, **facts)
        if self.made.template and not self.made.questions.exists():
            source = of(Kind.TEMPLATES, self.made, self.user, str(self.made.template_id))
            AuditQuestion.add(self.user, self.made, [row.facts for row in source.proposed])

    def leave(self) -> HttpResponse:
        if self.programme:
            return redirect(self.programme)
        return redirect(self.made or self.back()[0])


class AuditStep(RecordStep):
    """A step of one audit."""

    record: Audit
    act = Act.PREPARE

    def load(self) -> None:
        self.record = audit_or_404(self.request, self.kwargs["pk"], self.act)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(AuditStep):
    template_name = "audits/audits/form.html"
    title = _lazy("Change the plan")
    button = _lazy("Save")
    success = _lazy("The plan is changed.")

    def form(self, *data: Any) -> RecordForm:
        units = forms.units_of(self.record, self.user)
        return forms.AuditForm(*data, user=self.user, units=units, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        record = self.record
        facts = {name: getattr(record, name) for name in forms.HEAD if name not in ("lead", "lead_reason")}
        lead = record.lead
        return {
            **facts,
            "unit": str(record.unit_id),
            "lead": lead.user if lead else None,
            "lead_reason": lead.reason if lead else "",
        }

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.head())


class Join(AuditStep):
    form_class = forms.MemberForm
    title = _lazy("Who audits")
    lead = _lazy("An employee who is named may write in this audit. Nobody audits their own unit.")
    button = _lazy("Name an auditor")
    success = _lazy("The auditor is named.")

    def shown(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        facts = {name: data[name] for name in ("name", "function", "reason")}
        Auditor.join(self.user, self.record, user=data["person"], **facts)


class Notify(AuditStep):
    template_name = "audits/audits/notify.html"
    title = _lazy("Send the plan to the unit")
    button = _lazy("Send the plan")
    success = _lazy("The unit's leaders and the auditors are told.")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "audit": self.record, "leaders": self.record.unit.responsible_leaders()}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.notify(self.user, version=version)


class Cancel(AuditStep):
    form_class = forms.ReasonForm
    act = Act.PLAN
    title = _lazy("Cancel the audit")
    lead = _lazy("It is kept, with the reason.")
    button = _lazy("Cancel the audit")
    success = _lazy("The audit is cancelled.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.cancel(self.user, reason=form.cleaned_data["reason"], version=version)


class Summarise(AuditStep):
    form_class = forms.SummaryForm
    act = Act.WRITE
    title = _lazy("Summary and closing meeting")
    button = _lazy("Save")
    success = _lazy("The summary is saved.")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("summary", "closing_meeting", "closing_note")}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        facts = {name: data[name] for name in ("summary", "closing_meeting", "closing_note")}
        self.record.summarise(self.user, version=version, **facts)


class Issue(AuditStep):
    """What stands in the way, or what becomes of each finding, is shown first."""

    template_name = "audits/audits/issue.html"
    form_class = forms.IssueForm
    act = Act.ISSUE
    title = _lazy("Issue the report")
    button = _lazy("Issue the report")
    success = _lazy("The report is issued. The findings are now cases in Dialogen.")

    def initial(self) -> dict[str, Any]:
        return {"shown": checksum_of(report_content.of(self.record))}

    def context(self) -> dict[str, Any]:
        findings = self.record.findings.select_related("requirement__standard")
        return {**super().context(), "audit": self.record, "stops": self.record.stops(), "findings": list(findings)}

    def perform(self, form: Any, version: int | None) -> None:
        content = report_content.of(self.record)
        self.record.issue(self.user, content, shown=form.cleaned_data["shown"])

    def stale(self, form: RecordForm) -> HttpResponse:
        """409: something was changed after the person read it. The page again, on what stands there now."""
        self.load()
        again = self.form(resent(self.request, shown=checksum_of(report_content.of(self.record))))
        text = _(
            "Somebody has changed the audit after you opened this page. Read it again before you issue the report."
        )
        again.add_error(None, text)
        return self.page(again, 409)

    def changes(self, version: int) -> list[Revision]:
        return []


class Close(AuditStep):
    form_class = forms.CloseForm
    act = Act.WRITE
    title = _lazy("Close the audit")
    lead = _lazy("When you have seen that the nonconformities are put right.")
    button = _lazy("Close the audit")
    success = _lazy("The audit is closed.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.close(self.user, note=form.cleaned_data["note"], version=version)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the audit."""
    found = audit_or_404(request, pk, Act.WRITE)
    user: Any = request.user
    tell(
        request,
        lambda version: found.start(user, version=version),
        _("The audit is begun. Answer the questions as you go."),
    )
    return redirect(found)


@require_POST
def leave_team(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """The person takes no part after all."""
    found = audit_or_404(request, pk, Act.PREPARE)
    auditor = get_object_or_404(found.team, pk=member)
    user: Any = request.user
    text = _("%(name)s takes no part any more.") % {"name": auditor.name}
    tell(request, lambda _version: auditor.leave(user), text)
    still_reads = Audit.objects.visible_to(user).filter(pk=pk).exists()
    return redirect(found) if still_reads else redirect("audits:audits")
