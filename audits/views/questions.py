"""The question list of an audit: built from sources, written by hand, put in order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import question_sources
from audits.audit_permissions import Act, can
from audits.forms.work import OwnQuestionForm, QuestionForm
from audits.models import AuditQuestion
from audits.views.audit_access import audit_or_404, question_or_404
from audits.views.audit_steps import AuditStep
from organisation.record_step import tell


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/sporsmal/`: the list, to read, put in order and change."""
    audit = audit_or_404(request, pk, Act.SEE_WORK)
    context = {
        "audit": audit,
        "questions": list(audit.questions.for_list()),
        "may_prepare": can(request.user, Act.PREPARE, audit) and not audit.is_issued and not audit.is_over,  # type: ignore[arg-type]
        "sources": question_sources.Kind,
    }
    return render(request, "audits/work/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/sporsmal/bygg/?kilde=krav&valg=iso-9001`: choose from what a source proposes."""
    audit = audit_or_404(request, pk, Act.PREPARE)
    user: Any = request.user
    asked = request.GET.get("kilde", "")
    known = asked in question_sources.Kind.values
    kind = question_sources.Kind(asked) if known else question_sources.Kind.REQUIREMENTS
    source = question_sources.of(kind, audit, user, request.GET.get("valg", ""))
    if request.method == "POST":
        keys = set(request.POST.getlist("sporsmal"))
        rows = [row.facts for row in source.proposed if row.key in keys]
        if not rows:
            messages.error(request, _("Choose at least one question."))
        else:
            try:
                added = AuditQuestion.add(user, audit, rows)
            except ValidationError as refused:
                messages.error(request, " ".join(refused.messages))
            else:
                text = ngettext("%(n)s question is added.", "%(n)s questions are added.", added) % {"n": added}
                messages.success(request, text if added else _("They are in the list already."))
                return redirect("audits:questions", pk=pk)
    context = {
        "audit": audit,
        "source": source,
        "kinds": question_sources.Kind,
        "there": set(audit.questions.values_list("text", flat=True)),
    }
    return render(request, "audits/work/build.html", context)


class QuestionsStep(AuditStep):
    def back(self) -> tuple[str, str]:
        return reverse("audits:questions", args=[self.kwargs["pk"]]), _("Questions")


class Add(QuestionsStep):
    form_class = OwnQuestionForm
    title = _lazy("New question")
    button = _lazy("Put in the list")
    success = _lazy("The question is added.")

    def shown(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        requirement = data["requirement"]
        row = {"text": data["text"], "look_for": data["look_for"], "requirement": requirement}
        row["source_label"] = str(requirement or "")
        AuditQuestion.add(self.user, self.record, [row])


class Reword(QuestionsStep):
    """Change the words of a question that is not answered. 409 on a stale form."""

    form_class = QuestionForm
    record: AuditQuestion  # type: ignore[assignment]
    title = _lazy("Change the question")
    button = _lazy("Save")
    success = _lazy("The question is changed.")

    def load(self) -> None:
        self.record = question_or_404(self.request, self.kwargs["pk"], self.kwargs["question"], Act.PREPARE)

    def initial(self) -> dict[str, Any]:
        return {"text": self.record.text, "look_for": self.record.look_for}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.reword(self.user, version=version, text=data["text"], look_for=data["look_for"])


@require_POST
def move(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """One place up, or down."""
    found = question_or_404(request, pk, question, Act.PREPARE)
    try:
        found.move(request.user, up=request.POST.get("vei") == "opp")  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(f"{reverse('audits:questions', args=[pk])}#sporsmal-{question}")


@require_POST
def remove(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Take it out of the list."""
    found = question_or_404(request, pk, question, Act.PREPARE)
    user: Any = request.user
    tell(request, lambda _version: found.remove(user), _("The question is taken out."))
    return redirect("audits:questions", pk=pk)
