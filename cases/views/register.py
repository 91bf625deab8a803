"""The register: list, saved views and export."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import exports
from cases.forms.filters import SavedViewForm
from cases.models import SavedView
from cases.register import Selection, reading_of_visible
from organisation import clock
from organisation.filters import remembers_filters
from organisation.replica import reads_from_replica
from organisation.spreadsheets import download

ROWS = 25


@require_safe
@remembers_filters
@reads_from_replica
def register(request: HttpRequest) -> HttpResponse:
    """`/saker/`: the cases the person may read."""
    selection = Selection(request.user, request.GET)
    page = Paginator(selection.cases().for_list(), ROWS).get_page(request.GET.get("s"))
    context = {
        "selection": selection,
        "form": selection.form,
        "page": page,
        "rows": [reading_of_visible(case, request.user) for case in page],
        "saved_views": request.user.saved_views.all(),
        "save_form": SavedViewForm(initial={"query": selection.remembered}, auto_id="save-%s"),
    }
    return render(request, "cases/register.html", context)


@require_safe
@reads_from_replica
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    selection = Selection(request.user, request.GET)
    cases = selection.cases()
    if (number := cases.count()) > exports.MAX_ROWS:
        text = _(
            "The selection has %(number)s cases. At most %(limit)s can be exported: narrow it down by unit or period."
        )
        messages.error(request, text % {"number": number, "limit": exports.MAX_ROWS})
        return redirect(f"{reverse('cases:register')}?{selection.remembered or 'alle=1'}")
    name = _("cases-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(exports.workbook(cases, request.user), name)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what is shown now under a name."""
    form = SavedViewForm(request.POST, instance=SavedView(user=request.user))
    query = request.POST.get("query", "")
    if form.is_valid() and not request.user.saved_views.filter(name=form.cleaned_data["name"]).exists():
        form.save()
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": form.instance.name})
    else:
        texts = [text for errors in form.errors.values() for text in errors]
        messages.error(request, " ".join(texts) or _("You already have a view with this name."))
    return redirect(f"{reverse('cases:register')}?{query[:1000] or 'alle=1'}")


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of my own views."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect(f"{reverse('cases:register')}?alle=1")
