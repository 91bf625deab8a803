"""Sealed cases retold for colleagues: written and published by those who handle them, read by all (G18, S30)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms import handling
from cases.models import ReadingCopy
from cases.permissions import Act
from cases.views.access import case_or_404
from cases.views.step import Step
from organisation.record_step import tell


@require_safe
def reading_copies(request: HttpRequest) -> HttpResponse:
    """`/saker/lesekopier/`: what can be learned from cases that are sealed."""
    return render(request, "cases/reading_copies.html", {"copies": ReadingCopy.objects.published()})


@require_safe
def reading_copy(request: HttpRequest, key: str) -> HttpResponse:
    """`/saker/lesekopi/<key>/`: one of them, without reference, unit, date and people."""
    found = get_object_or_404(ReadingCopy.objects.published(), key=key)
    return render(request, "cases/reading_copy.html", {"copy": found})


class WriteCopy(Step):
    """`/saker/<reference>/lesekopi/`: the texts, filled in with the case's own, masked."""

    act = Act.SEAL
    form_class = handling.CopyForm
    title = _("Write a reading copy for colleagues")
    lead = _(
        "Retell the case so that others can learn from it and nobody can tell who it is about. The case stays sealed."
    )
    button = _("Save and preview")
    success = _("The reading copy is saved. Look at it as colleagues will.")

    def load(self) -> None:
        super().load()
        self.copy = ReadingCopy.of(self.case)
        self.record = self.copy if self.copy.pk else self.case

    def initial(self) -> dict[str, Any]:
        return {"title": self.copy.title, "text": self.copy.text}

    def perform(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        self.copy.write(self.user, title=data["title"], text=data["text"], version=version)

    def leave(self) -> HttpResponse:
        return redirect("cases:preview_copy", self.case.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def preview_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """`/saker/<reference>/lesekopi/se/`: as colleagues will see it; publish and withdraw."""
    case = case_or_404(request, reference, Act.SEAL)
    found = get_object_or_404(ReadingCopy, case=case)
    if request.method == "POST":
        if request.POST.get("do") == "withdraw":
            tell(request, lambda version: found.withdraw(request.user, version=version), _("It is withdrawn."))
        else:
            tell(request, lambda version: found.publish(request.user, version=version), _("It is published."))
        return redirect(reverse("cases:preview_copy", args=[case.reference]))
    return render(request, "cases/preview_copy.html", {"case": case, "copy": found})
