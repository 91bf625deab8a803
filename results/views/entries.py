"""Many small forms on one page, one for each thing: filled in a few at a time, saved together (S45, S74).

What is left as it was is not saved, so two people may fill in different things at once. Each form carries the version of
its own record; a stale one gets 409 with both texts.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from organisation.changes import Revision, changes_since
from organisation.history import StaleVersion, VersionedModel
from organisation.models import User
from organisation.record_step import RecordForm, value_in_words
from organisation.refusals import resent, take_refusal


@dataclass
class Line:
    """A thing with its record, when it has one, and its form. `texts` and `changes` when somebody else changed it."""

    thing: Any
    record: VersionedModel | None
    form: RecordForm
    texts: list[dict[str, str]] = field(default_factory=list)
    changes: list[Revision] = field(default_factory=list)


class _Undo(Exception):
    """Take back what was saved of the forms before one that was refused."""


class Entries(View):
    """The page. Subclasses say which things there are, which form each has, and what saving one is."""

    http_method_names = ["get", "post", "head", "options"]
    template_name = ""
    form_class: type[RecordForm] = RecordForm
    success: Any = _("It is saved.")
    nothing: Any = _("Nothing was changed.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        """Read afresh what is on the page. Raises `Http404` and `PermissionDenied`."""
        raise NotImplementedError

    def things(self) -> list[tuple[Any, VersionedModel | None]]:
        """What is filled in, in order, each with its record."""
        raise NotImplementedError

    def initial(self, thing: Any, record: Any) -> dict[str, Any]:
        """What stands in the form of a record, or of a row of its history; `record` None for a thing without one."""
        raise NotImplementedError

    def options(self, thing: Any) -> dict[str, Any]:
        """What the form is made with besides."""
        return {}

    def save(self, line: Line) -> None:
        raise NotImplementedError

    def back(self) -> tuple[str, str]:
        """Where the page came from and leads to: (address, name)."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        address, name = self.back()
        return {"back_address": address, "back_name": name}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page([Line(thing, record, self._form(thing, record)) for thing, record in self.things()])

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lines = [Line(thing, record, self._sent(thing, record)) for thing, record in self.things()]
        changed = [line for line in lines if line.form.has_changed()]
        if [line for line in changed if not line.form.is_valid()]:
            return self.page(lines)
        try:
            with transaction.atomic():
                if [line for line in changed if not self._saved(line)]:
                    raise _Undo
        except _Undo:
            return self._again(lines)
        messages.success(request, self.success if changed else self.nothing)
        return redirect(self.back()[0])

    def page(self, lines: list[Line], status: int = 200) -> HttpResponse:
        context = {"lines": lines, "errors": [line for line in lines if line.form.errors], **self.context()}
        return render(self.request, self.template_name, context, status=status)

    def _form(self, thing: Any, record: VersionedModel | None, shown: Any = None, *data: Any) -> RecordForm:
        initial = self.initial(thing, shown or record) | {"version": record and record.version}
        return self.form_class(
            *data,
            initial=initial,
            prefix=f"p{thing.pk}",
            empty_permitted=True,
            use_required_attribute=False,
            **self.options(thing),
        )

    def _sent(self, thing: Any, record: VersionedModel | None) -> RecordForm:
        """The form that was sent, against what stood there when it was shown."""
        version = self.request.POST.get(f"p{thing.pk}-version", "")
        shown = None
        if record and version.isdecimal() and int(version) != record.version:
            shown = record.history.filter(version=int(version)).first()  # type: ignore[attr-defined]
        form = self._form(thing, record, shown, self.request.POST)
        form.fields["version"].has_changed = lambda *_: False  # type: ignore[method-assign]
        return form

    def _saved(self, line: Line) -> bool:
        try:
            with transaction.atomic():
                self.save(line)
        except ValidationError as refused:
            take_refusal(line.form, refused)
        except StaleVersion as stale:
            self._stale(line, stale.current)
        else:
            return True
        return False

    def _stale(self, line: Line, current: Any) -> None:
        """Both texts, and the same form again on what stands there now."""
        sent, now = line.form.cleaned_data, self.initial(line.thing, current)
        line.texts = [
            {
                "label": str(part.label),
                "sent": value_in_words(part.field, sent.get(part.name)),
                "now": value_in_words(part.field, now.get(part.name)),
            }
            for part in line.form.visible_fields()
        ]
        line.changes = changes_since(current, sent["version"] or 1)
        line.record = current

    def _again(self, lines: list[Line]) -> HttpResponse:
        stale = [line for line in lines if line.texts]
        versions = {f"p{line.thing.pk}-version": line.record.version for line in stale if line.record}
        data = resent(self.request, **versions)
        for line in stale:
            line.form = self._form(line.thing, line.record, None, data)
        return self.page(lines, 409 if stale else 200)
