"""The feed of stories, and one story."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases import stories
from cases.permissions import Act, can
from cases.views.access import case_or_404
from organisation.filters import remembers_filters

STORIES = 12


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
    if not case.is_story:
        raise Http404
    if request.method == "GET":
        stories.count_reading(request, case)
    context = {
        "case": case,
        "story": stories.story_of(case, request.user, list(case.actions.live())),
        "may_retell": can(request.user, Act.HANDLE, case),
    }
    return render(request, "cases/stories/story.html", context)
