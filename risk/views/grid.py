"""What the grid in the browser asks of the server, as JSON."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from risk import grid, table
from risk.models import Assessment
from risk.permissions import Act
from risk.views.access import assessment_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save_cells(request: HttpRequest, pk: int) -> JsonResponse:
    """`/risiko/<pk>/celler/`: GET tells what has changed since `?siden=`, POST saves steps (see `risk.grid`)."""
    if request.method == "POST":
        return _save(request, assessment_or_404(request, pk, Act.EDIT))
    return JsonResponse(_changes(request, assessment_or_404(request, pk)))


def _save(request: HttpRequest, assessment: Assessment) -> JsonResponse:
    try:
        steps = grid.read(request.body)
    except RequestDataTooBig:
        return _refused(_("This is too much at once. Paste a smaller part."), 400)
    except ValidationError as refused:
        return _refused(refused.messages[0], 400)
    try:
        outcome = grid.save(request.user, assessment, steps)  # type: ignore[arg-type]
    except ValidationError as refused:
        return _refused(refused.messages[0], 409)
    return JsonResponse(
        {
            "rows": table.as_data(outcome.rows, outcome.says),
            "errors": _by_text(outcome.errors),
            "conflicts": _by_text(outcome.conflicts),
            "gone": [str(key) for key in outcome.gone],
        }
    )


def _by_text(found: grid.Says) -> dict[str, dict[str, str]]:
    return {str(key): texts for key, texts in found.items()}


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _changes(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What others have done since the change the browser knows of, and a token to send changes with."""
    asked = request.GET.get("siden", "")
    since = int(asked) if asked.isdecimal() and len(asked) < 12 else 0
    newest = grid.newest(assessment)
    answer = {"newest": newest, "draft": assessment.is_draft, "rows": [], "token": get_token(request)}
    if newest <= since:
        return answer
    changed = grid.changed_since(assessment, since)
    rows = list(assessment.rows.select_related("responsible"))
    live = [row for row in rows if row.removed_at is None]
    told = [row for row in rows if row.key in changed]
    answer["rows"] = table.as_data(told, grid.says(assessment, live))
    answer["order"] = [str(row.key) for row in live]
    return answer
