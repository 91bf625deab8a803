"""Forms of the delegation register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from handbook.models import Delegation, Document
from handbook.models.delegation import DelegationQuerySet
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import Unit, User
from organisation.record_step import RecordForm
from organisation.roles import Right

IN_FORCE, COMING, OVER = "gjelder", "kommer", "over"
STATES = [("", _("In force")), (COMING, _("Coming")), (OVER, _("Expired or withdrawn")), ("alle", _("All"))]
SORTINGS = {
    "unit": (_("Unit"), ["unit__path", "mandate", "pk"]),
    "person": (_("Who has it"), ["to_person__last_name", "to_person__first_name", "pk"]),
    "newest": (_("Newest first"), ["-first_day", "-pk"]),
}
PARAMETERS = {"unit": "enhet", "words": "q", "kind": "type", "state": "status", "sorting": "sorter"}


class DelegationFilters(FilterForm):
    """What to show of the register. An invalid value in the address is left out."""

    words = forms.CharField(
        label=_("Person or mandate"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    unit = UnitField(label=_("Unit and those below"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Delegation.Kind.choices], required=False)
    state = forms.ChoiceField(label=_("Status"), choices=STATES, required=False)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    parameters = PARAMETERS

    def delegations(self) -> DelegationQuerySet:
        """What the filters leave, sorted."""
        self.is_valid()
        chosen = self.cleaned_data
        every = Delegation.objects.all()
        states = {COMING: every.coming, OVER: every.over, "alle": every.all}
        found = states.get(chosen.get("state", ""), every.in_force)()
        if unit := chosen.get("unit"):
            found = found.filter(unit__path__startswith=unit.path)
        if kind := chosen.get("kind"):
            found = found.filter(kind=kind)
        for word in chosen.get("words", "").split():
            found = found.holding(word)
        fields = SORTINGS.get(chosen.get("sorting", ""), SORTINGS["unit"])[1]
        return found.select_related("from_person", "to_person", "unit").order_by(*fields)


class PageField(forms.CharField):
    """A page of the handbook by its number ("2.4.1") or document id ("FL-0042"). Cleans to the `Page`."""

    def clean(self, value: Any) -> Page | None:  # type: ignore[override]
        text = super().clean(value).strip().split(" ")[0]
        if not text:
            return None
        documents = Document.objects.filter(page__isnull=False).select_related("page")
        document = documents.filter(document_id=text.upper()).first() or documents.filter(number=text).first()
        if document is None:
            raise forms.ValidationError(_("No page has this number or document id."))
        return document.page


class DelegationForm(forms.ModelForm):
    """A new mandate. Who looks after the system may register it on behalf of others."""

    from_person = PersonField(label=_("From"), help_text=_("Who has the right and gives it."))
    to_person = PersonField(label=_("To"))
    unit = UnitField(label=_("Where does it count?"), help_text=_("There and in the units below."))
    first_day = date_field(_("First day"))
    last_day = date_field(_("Last day"), required=False, help_text=_("Empty: until it is withdrawn."))
    page = PageField(
        label=_("Grounded in"), max_length=40, help_text=_("The number or document id of the page, such as 2.4.1.")
    )

    class Meta:
        model = Delegation
        fields = ["mandate", "covers", "kind", "from_person", "to_person", "unit", "page", "first_day", "last_day"]
        widgets = {"covers": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["kind"].choices = [("", _("Choose")), *Delegation.Kind.choices]  # type: ignore[attr-defined]
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]
        self.fields["to_person"].suggest(User.objects.active().filter(unit=user.unit_id).exclude(pk=user.pk))  # type: ignore[attr-defined]
        if user.has_right(Right.MANAGE_SYSTEM):
            self.initial.setdefault("from_person", user)
        else:
            del self.fields["from_person"]
            self.instance.from_person = user

    def clean(self) -> dict[str, Any]:
        """What the model refuses about who gives it stands where it can be mended."""
        cleaned = super().clean()
        giver, unit = cleaned.get("from_person"), cleaned.get("unit")
        if giver and unit and giver != self.user and not self.user.has_right(Right.MANAGE_SYSTEM, unit):
            self.add_error("unit", _("You can't register mandates for others at this unit."))
        return cleaned

    def _update_errors(self, errors: Any) -> None:
        """One's own missing right is about the unit that was chosen: there is no field for oneself."""
        if "from_person" not in self.fields and "from_person" in getattr(errors, "error_dict", {}):
            errors.error_dict["unit"] = errors.error_dict.pop("from_person")
        super()._update_errors(errors)  # type: ignore[misc]

    def save(self, commit: bool = True) -> Delegation:
        facts = {name: getattr(self.instance, name) for name in self._meta.fields}
        return Delegation.give(self.user, **facts)


class WithdrawDelegationForm(RecordForm):
    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write why it is withdrawn.")},
    )
