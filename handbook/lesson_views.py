"""Lessons: the list, the quiz, and who has completed what (S21)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from handbook import lessons
from handbook.models import Document, Edition, LessonCompletion
from organisation.models import Unit, within


class QuizForm(forms.Form):
    """One choice for each question."""

    mark_optional = False

    def __init__(self, *args: Any, questions: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(questions):
            self.fields[f"question_{number}"] = forms.TypedChoiceField(
                label=question["question"],
                choices=[(place, option["text"]) for place, option in enumerate(question["options"])],
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "choice choice--lines"}),
                error_messages={"required": _("Choose an answer.")},
            )

    def chosen(self) -> list[int]:
        return [self.cleaned_data[name] for name in self.fields]


def _lesson(document_id: str) -> Edition:
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    edition = document.edition_in_force()
    if edition is None or edition.quiz is None:
        raise Http404
    edition.document = document
    return edition


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/opplaring/`: the lessons about my tasks, the others, and what I have done."""
    found = lessons.lessons_for(request.user)
    mine = [lesson for lesson in found if lesson.is_mine]
    context = {
        "mine": mine,
        "others": [lesson for lesson in found if not lesson.is_mine],
        "done": sum(lesson.is_done for lesson in mine),
        "follows": bool(lessons.followed_up_by(request.user)),
    }
    return render(request, "handbook/lesson/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/quiz/`: the questions; every answer right completes the lesson."""
    edition = _lesson(document_id)
    form = QuizForm(request.POST if request.method == "POST" else None, questions=edition.quiz["questions"])
    context: dict[str, Any] = {"edition": edition, "form": form}
    if request.method == "POST" and form.is_valid():
        answers = lessons.mark(edition, form.chosen())
        if lessons.complete(request.user, edition, answers):
            messages.success(request, _("All right! The lesson is completed and recorded."))
            return redirect("handbook:quiz_done", document_id)
        context.update(answers=answers, right=sum(answer.is_right for answer in answers))
    return render(request, "handbook/lesson/quiz.html", context)


@require_safe
def done(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/quiz/bestatt/`: the proof, with the right answers explained. 404 for who has not completed it."""
    edition = _lesson(document_id)
    mine = LessonCompletion.objects.of_lessons([edition]).filter(user=request.user)
    completion = get_object_or_404(mine.order_by("-at")[:1])
    right = [next(i for i, o in enumerate(q["options"]) if o["right"]) for q in edition.quiz["questions"]]
    context = {"edition": edition, "completion": completion, "answers": lessons.mark(edition, right)}
    return render(request, "handbook/lesson/done.html", context)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """`/opplaring/register/`: how many have completed what, for those who follow up people."""
    if not lessons.followed_up_by(request.user):
        raise PermissionDenied(_("The register is for leaders, the quality manager and auditors."))
    return render(request, "handbook/lesson/register.html", {"register": lessons.register(request.user)})


@require_safe
def register_of_unit(request: HttpRequest, code: str) -> HttpResponse:
    """`/opplaring/register/<code>/`: the people of one unit by name."""
    unit = get_object_or_404(Unit.objects.filter(within(lessons.followed_up_by(request.user), "path")), code=code)
    found = lessons.with_quiz()
    context = {"unit": unit, "lessons": found, "people": lessons.people_of(unit, found)}
    return render(request, "handbook/lesson/unit.html", context)
