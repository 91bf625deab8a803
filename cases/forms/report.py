"""The report form (G16): three fields suffice, the rest is there for those who have it."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import masking
from cases.forms.fields import CONSEQUENCES, LevelField, SeveralFilesField, UnitField
from cases.forms.questions import AsksQuestions
from cases.models import Case, Question
from organisation import clock
from organisation.models import Unit, User

if TYPE_CHECKING:
    from django.db.models import Model

KINDS = [
    (Case.Kind.DEVIATION, _("Deviation")),
    (Case.Kind.IMPROVEMENT, _("Improvement")),
    (Case.Kind.POSITIVE, _("Positive")),
]
# What a description should rather not hold (G18): the person is warned, not refused.
WARNED_ABOUT = {"national_id": _("a national identity number"), "phone": _("a phone number")}


def warned_about(text: str) -> list[str]:
    """What the text seems to hold that it should rather not, in words."""
    return [str(WARNED_ABOUT[kind]) for kind in masking.personal_data_in(text) if kind in WARNED_ABOUT]


class ReportForm(AsksQuestions):
    """A report from an employee, on its own or from a handbook page.

    When the text seems to hold a national identity number or phone number, the first post comes back
    with a warning and the offer to seal the case or send it all the same (`warned`).
    """

    mark_optional = False  # the form says in words which three are needed

    key = forms.UUIDField(widget=forms.HiddenInput)
    document = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What do you want to report?"), choices=KINDS, widget=forms.RadioSelect(attrs={"class": "choice"})
    )
    description = forms.CharField(
        label=_("What happened?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what happened. One sentence is enough.")},
    )
    place = UnitField(label=_("Where"), error_messages={"required": _("Choose where it happened.")})
    occurred_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y"],
    )
    consequence = LevelField(CONSEQUENCES, label=_("What could have happened?"), required=False)
    law_breach = forms.BooleanField(label=_("Breach of law or regulation"), required=False)
    sealed = forms.BooleanField(
        label=_("Seal the case (personal data)"),
        required=False,
        help_text=_("Only you, those who handle the case and those they name can see it."),
        widget=forms.CheckboxInput(attrs={"data-no-draft": True}),
    )
    send_anyway = forms.BooleanField(label=_("Send it as it is"), required=False)
    title = forms.CharField(
        label=_("Short title"),
        required=False,
        max_length=120,
        help_text=_("Made from the first sentence when left empty."),
    )
    section = forms.ChoiceField(label=_("Which part of the page?"), required=False)
    files = SeveralFilesField(
        label=_("Photos and files"), required=False, help_text=_("Place and camera data are removed from photos.")
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        document: "Model | None" = None,
        edition: Any = None,
        questions: Iterable[Question] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "report-%s")
        super().__init__(*args, **kwargs)
        self.user, self.for_document, self.edition = user, document, edition
        self.warned: list[str] = []
        units = list(Unit.objects.active())
        self.fields["place"].offer(units)  # type: ignore[attr-defined]
        self.unit = next((unit for unit in units if unit.pk == user.unit_id), None)
        owner_id = getattr(edition, "owner_unit_id", None)
        self.owner = next((unit for unit in units if unit.pk == owner_id), None)
        self._preset()
        self._offer_sections()
        page = getattr(document, "page", None)
        if questions is None:
            questions = Question.objects.active().about(page) if page else []
        self.ask(questions)

    def _preset(self) -> None:
        presets = {"key": uuid.uuid4(), "kind": Case.Kind.DEVIATION, "place": self.unit and self.unit.pk}
        if self.for_document:
            presets["document"] = self.for_document.document_id  # type: ignore[attr-defined]
        for name, value in presets.items():
            self.initial.setdefault(name, value)

    def _offer_sections(self) -> None:
        toc = list(self.edition.toc or []) if self.edition else []
        if not toc:
            del self.fields["section"]
            return
        self.fields["section"].choices = [("", _("The whole page")), *((heading, heading) for _anchor, heading in toc)]  # type: ignore[attr-defined]
        by_anchor = dict(toc)
        asked = self.initial.get("section", "")
        self.initial["section"] = by_anchor.get(asked, asked)

    def clean_occurred_at(self) -> Any:
        moment = self.cleaned_data["occurred_at"]
        if moment and moment > clock.now():
            raise forms.ValidationError(_("This time is in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_questions(data)
        self._warn_of_personal_data(data)
        return data

    def _warn_of_personal_data(self, data: dict[str, Any]) -> None:
        own = f"{data.get('title', '')}\n{data.get('description', '')}"
        for name, text in {"description": own, **self.typed_texts()}.items():
            found = warned_about(text)
            if found and not data.get("sealed"):
                self._warn(name, found, refused=not data.get("send_anyway"))

    def _warn(self, name: str, found: list[str], *, refused: bool) -> None:
        self.warned = found
        if refused:
            self.add_error(
                name,
                forms.ValidationError(
                    _("It looks as if you have written %(what)s. Remove it, seal the case, or send it as it is."),
                    code="personal_data",
                    params={"what": _(" and ").join(self.warned)},
                ),
            )

    def facts(self) -> dict[str, Any]:
        """What `Case.report` takes, beside the page."""
        names = ("key", "kind", "description", "place", "occurred_at", "consequence", "law_breach", "sealed", "title")
        facts = {name: self.cleaned_data[name] for name in names}
        facts["section"] = self.cleaned_data.get("section", "")
        return facts
