"""The feed of stories, one story, and whether it is relevant for other units."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import relevance, stories
from cases.forms.stories import AnswerForm, AskForm
from cases.models import Case, Inquiry
from cases.permissions import Act, can
from cases.views.access import case_or_404
from cases.views.step import Step
from organisation import clock
from organisation.filters import remembers_filters

STORIES = 12
DAYS_TO_ANSWER = 14


@require_safe
@remembers_filters
def feed(request: HttpRequest) -> HttpResponse:
    """`/laering/`: closed cases told as short stories."""
    feed = stories.Feed(request.user, request.GET)
    page = Paginator(feed.cases(), STORIES).get_page(request.GET.get("s"))
    context = {
        "feed": feed,
        "form": feed.form,
        "page": page,
        "stories": stories.told(page.object_list, request.user),
        "most_read": stories.most_read(request.user),
    }
    return render(request, "cases/stories/feed.html", context)


@require_safe
def story(request: HttpRequest, reference: str) -> HttpResponse:
    """`/laering/<reference>/`: one story. There is none while the case is open or sealed."""
    case = case_or_404(request, reference)
    _demand_story(case)
    if request.method == "GET":
        stories.count_reading(request, case)
    told = stories.story_of(case, request.user, list(case.actions.live()))
    context = {
        "case": case,
        "story": told,
        "asked": relevance.asked(told.reading),
        "may_ask": can(request.user, Act.ASK_RELEVANCE, case),
        "may_retell": can(request.user, Act.HANDLE, case),
    }
    return render(request, "cases/stories/story.html", context)


def _demand_story(case: Case) -> None:
    if not case.is_story:
        raise Http404


class StoryStep(Step):
    """A step that is about the story and leads back to it."""

    aside = "cases/stories/aside.html"

    def load(self) -> None:
        super().load()
        _demand_story(self.case)

    def context(self) -> dict[str, Any]:
        live = list(self.case.actions.live())
        return {**super().context(), "story": stories.story_of(self.case, self.user, live)}

    def leave(self) -> HttpResponse:
        return redirect("cases:story", self.case.reference)


class AskRelevance(StoryStep):
    form_class = AskForm
    act = Act.ASK_RELEVANCE
    title = _("Is it relevant for other units?")
    lead = _("Ask the leaders of units where the same could happen. Everybody can read what they answer.")
    button = _("Ask the units")
    success = _("The leaders of the units are asked.")

    def initial(self) -> dict[str, Any]:
        return {
            "question": gettext("Could this happen with you? What do you do to prevent it?"),
            "deadline": clock.today() + datetime.timedelta(DAYS_TO_ANSWER),
        }

    def perform(self, form: Any, version: int) -> None:
        Inquiry.ask(self.user, self.case, **form.cleaned_data)


class AnswerInquiry(StoryStep):
    form_class = AnswerForm
    act = Act.READ
    button = _("Send the answer")
    success = _("The answer is sent. Thank you.")

    def load(self) -> None:
        super().load()
        found = self.case.inquiries.select_related("unit", "asked_by")
        self.record = self.inquiry = get_object_or_404(found, pk=self.kwargs["pk"])
        self.inquiry.case = self.case
        if not self.inquiry.may_answer(self.user):
            raise PermissionDenied(gettext("Only the leader of the unit that was asked, or a deputy, can answer."))

    @property
    def title(self) -> str:  # type: ignore[override]
        return gettext("Is it relevant for %(unit)s?") % {"unit": self.inquiry.unit}

    @property
    def lead(self) -> str:  # type: ignore[override]
        return self.inquiry.question

    def form(self, *data: Any) -> AnswerForm:
        return AnswerForm(*data, initial=self.shown(), case=self.case, user=self.user, inquiry=self.inquiry)

    def initial(self) -> dict[str, Any]:
        return {"outcome": self.inquiry.outcome, "text": self.inquiry.answer_text}

    def perform(self, form: Any, version: int) -> None:
        self.inquiry.answer(self.user, **form.cleaned_data)
