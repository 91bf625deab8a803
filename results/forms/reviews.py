"""The forms of the steps of a management review and of the yearly report. What a step demands is the model's to say."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import User
from organisation.record_step import RecordForm
from results.models import ReviewDecision, SignOff
from results.periods import Length, Period
from results.review_permissions import units_to_review

SUGGESTIONS = 200
OTHER_DAYS = "dager"
LONGEST = 4000
OFFERED = {Length.TERTIAL: 4, Length.HALF: 3, Length.YEAR: 3}  # how many of each, the newest first


def periods_offered() -> Iterator[tuple[str, str]]:
    """The periods people review, as address codes with their names."""
    for length, number in OFFERED.items():
        newest = Period.containing(clock.today(), length)
        for step in range(number):
            period = newest.shifted(-step)
            yield period.code, str(period)


def usual_period() -> Period:
    """The last tertial that is over."""
    return Period.containing(clock.today(), Length.TERTIAL).previous()


class HeadForm(RecordForm):
    """The head of a review."""

    period = forms.ChoiceField(label=_("Period"))
    first = date_field(_("From"), required=False, help_text=_("Only for other days."))
    last = date_field(_("To and including"), required=False)
    meeting_date = date_field(_("Date of the meeting"), required=False)
    chair = PersonField(label=_("Who chairs the meeting"), help_text=_("Name, e-mail or user name."))
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Leave it empty to get unit and period.")
    )
    restricted = forms.BooleanField(
        label=_("Restricted: only for those who take part, and leaders and auditors of the unit"),
        required=False,
        help_text=_("Otherwise all employees read the minutes when they are closed."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [*periods_offered(), (OTHER_DAYS, _("Other days"))]
        self.fields["chair"].suggest(User.objects.active()[:SUGGESTIONS])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code = cleaned.get("period")
        if code == OTHER_DAYS:
            self._demand_days(cleaned)
        elif code and (period := Period.read(code)):
            cleaned["first"], cleaned["last"] = period.first, period.last
        return cleaned

    def _demand_days(self, cleaned: dict[str, Any]) -> None:
        for name in ("first", "last"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Write the day, or choose a period above."))

    def head(self) -> dict[str, Any]:
        """The fields of the review."""
        names = ("first", "last", "meeting_date", "chair", "title", "restricted")
        return {name: self.cleaned_data[name] for name in names}


class BeginForm(HeadForm):
    """A new review."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = UnitField(label=_("Unit"))
    field_order = ["unit", "period", "first", "last", "meeting_date", "chair", "title"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["unit"].offer(units_to_review(user))


class ParticipantForm(RecordForm):
    """Somebody who takes part: an employee, or a person from outside by name."""

    person = PersonField(label=_("Employee"), required=False, help_text=_("May read and comment. Name or user name."))
    name = forms.CharField(label=_("Or somebody from outside"), max_length=200, required=False)
    function = forms.CharField(label=_("Function"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].suggest(User.objects.active()[:SUGGESTIONS])


class CommentForm(RecordForm):
    """What is said about one input. `version` 0 is that of a comment nobody has written yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    text = text_field(_("Comment"), rows=6, required=False, max_length=LONGEST)
    raised = forms.BooleanField(label=_("Lift it to the level above"), required=False)
    gone_through = forms.BooleanField(label=_("Gone through in the meeting"), required=False)

    def __init__(self, *args: Any, in_meeting: bool, is_top: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not in_meeting:
            del self.fields["gone_through"]
        if is_top:
            del self.fields["raised"]


class DecisionForm(RecordForm):
    """A decision with its owner and deadline."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = text_field(_("What is decided"), rows=4, max_length=2000)
    category = forms.ChoiceField(label=_("Kind of decision"), choices=ReviewDecision.Category)
    section = forms.ChoiceField(label=_("Comes from"), required=False)
    owner = PersonField(label=_("Responsible"), help_text=_("Name, e-mail or user name."))
    deadline = date_field(_("Deadline"))
    raised = forms.BooleanField(label=_("Lift it to the level above"), required=False)

    def __init__(self, *args: Any, inputs: list[tuple[str, str]], is_top: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [("", _("None in particular")), *inputs]
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])
        if is_top:
            del self.fields["raised"]

    def facts(self) -> dict[str, Any]:
        """The fields of the decision."""
        names = ("text", "category", "section", "owner", "deadline")
        return {name: self.cleaned_data[name] for name in names} | {"raised": self.cleaned_data.get("raised", False)}


class SignOffForm(RecordForm):
    """What becomes of an earlier decision. `version` 0 is that of a sign-off nobody has given yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    outcome = forms.ChoiceField(label=_("What becomes of it"), choices=SignOff.Outcome, widget=forms.RadioSelect)
    note = text_field(
        _("Note"), required=False, max_length=2000, help_text=_("Must be written when it goes on or is dropped.")
    )


class StartForm(RecordForm):
    """The meeting starts."""


class CloseForm(RecordForm):
    """The conclusion of ISO 9001 clause 9.3.1: suitable, adequate, effective."""

    conclusion = text_field(
        _("Conclusion"),
        rows=6,
        max_length=LONGEST,
        help_text=_("Is the system suitable, adequate and effective? Does it fit where we are going?"),
    )


class ReasonForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000)


class ReviewFilters(FilterForm):
    """What to show of the reviews."""

    HELD, UNDER_WAY, LACKING, DUE = "holdt", "i-gang", "mangler", "frist"

    unit = UnitField(label=_("Unit and those below"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=2000, max_value=2100)
    state = forms.ChoiceField(
        label=_("Review"),
        choices=[
            ("", _("All")),
            (HELD, _("Held")),
            (UNDER_WAY, _("Under way")),
            (LACKING, _("Lacking")),
            (DUE, _("Must be held within two months")),
        ],
        required=False,
    )
    parameters = {"unit": "enhet", "year": "ar", "state": "vis"}


class ReportYearForm(RecordForm):
    """Which year to report on."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class ReportTextsForm(RecordForm):
    """What is written by hand in the yearly report."""

    introduction = text_field(_("Introduction"), rows=6, required=False, max_length=LONGEST)
    assessment = text_field(
        _("The municipal director's assessment"),
        rows=8,
        required=False,
        max_length=LONGEST,
        help_text=_("How internal control has worked this year, what the state found, and what comes next."),
    )
