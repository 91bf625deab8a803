"""How the form is filled in, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from risk.guidance import tables


@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """`/risiko/veiledning/`: each part has an anchor the form leads to."""
    return render(request, "risk/guidance.html", tables())
