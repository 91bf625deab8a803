"""For those who compose the extra questions (G17): what is asked on a page, and how the form looks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cases.forms.report import ReportForm
from cases.models import Question
from cases.permissions import composes_questions


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """`/meld/sporsmal/<page>/`: the questions that apply to a page, and its report form with them. With `?alle=1`
    the form also has those that are not in use, to try them before they are."""
    user = request.user
    if not composes_questions(user, None):
        raise PermissionDenied
    page = get_object_or_404(Page.objects.filter(depth__gt=1), pk=pk)
    found = list(Question.objects.about(page).select_related("page"))
    everything = request.GET.get("alle") == "1"
    shown = [question for question in found if question.active or everything]
    context = {
        "page": page,
        "questions": found,
        "form": ReportForm(user=user, questions=shown),
        "everything": everything,
        "idle": any(not question.active for question in found),
        "may_compose": composes_questions(user, page),
        "new_url": f"{reverse('cases_question_modeladmin_create')}?page={page.pk}",
    }
    return render(request, "cases/questions.html", context)
