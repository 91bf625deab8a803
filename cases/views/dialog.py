"""What inhabitants see of Dialogen, without login (S26, S31)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import Correspondent, Entry


@login_not_required
@never_cache
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """`/dialog/status/<token>/`: the case of a secret link, as the person who reported it may see it."""
    person = get_object_or_404(Correspondent.objects.holding(token).select_related("case__unit"))
    letters = person.case.entries.filter(kind=Entry.Kind.LETTER)
    return render(request, "cases/dialog/status.html", {"case": person.case, "letters": letters})
