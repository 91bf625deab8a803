"""What the guidance says as tables: uses, scales and keys (S49, S55, S77). The running text is in the template."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from cases.risk import LEVELS, colour
from risk.uses import SUB_KINDS, Use

Text = str | Promise


@dataclass(frozen=True)
class UseGuide:
    """One use: what it is about, and what asks for it."""

    use: Use
    about: Text
    asked_by: Text

    @property
    def sub_kinds(self) -> list[Text]:
        return [sub_kind.label for sub_kind in SUB_KINDS.get(self.use, ())]


@dataclass(frozen=True)
class ScoreLevel:
    """The scores from `low` to `high`, and what is done about such a risk."""

    low: int
    high: int
    word: Text
    what: Text

    @property
    def colour(self) -> str:
        return colour(self.high).value


USES = [
    UseGuide(
        Use.PLANNING,
        _lazy("What can happen in an area when a plan is carried out: flood, landslide, traffic, pollution."),
        _lazy("The Planning and Building Act section 4-3"),
    ),
    UseGuide(
        Use.PREPAREDNESS,
        _lazy("What can shake the local community, or stop a service people can't be without."),
        _lazy("The Civil Protection Act section 14, the regulation on municipal preparedness duty"),
    ),
    UseGuide(
        Use.BUSINESS,
        _lazy("What can keep us from our goals, also ethical risk. When plans, agreements and targets are made."),
        _lazy("The Local Government Act section 25-1, ISO 9001 clause 6.1"),
    ),
    UseGuide(
        Use.ENVIRONMENT,
        _lazy("How the unit affects the environment every day, and what can give great harm at once."),
        _lazy("The Pollution Control Act, ISO 14001 clause 6.1.2"),
    ),
    UseGuide(
        Use.SECURITY,
        _lazy("What can reveal, change or take away information. For the whole, for one system or for one asset."),
        _lazy("The General Data Protection Regulation article 32, ISO 27001 clause 6.1.2"),
    ),
    UseGuide(
        Use.PROJECT,
        _lazy("What can make a project dearer, later or worse than agreed. Before each decision to go on."),
        _lazy("ISO 9001 clause 6.1"),
    ),
    UseGuide(
        Use.WORKING_ENVIRONMENT,
        _lazy("What can harm those who work here. The safety representative takes part."),
        _lazy("The Working Environment Act section 3-1, the internal control regulation section 5"),
    ),
]

PROBABILITY: list[tuple[Text, Text]] = [
    (_lazy("Hardly ever"), _lazy("More seldom than every tenth year")),
    (_lazy("Seldom"), _lazy("Every third to tenth year")),
    (_lazy("Now and then"), _lazy("About every year")),
    (_lazy("Often"), _lazy("Every month")),
    (_lazy("Very often"), _lazy("Every week or more often")),
]

# Word, people, service, money, environment, reputation.
CONSEQUENCE: list[tuple[Text, Text, Text, Text, Text, Text]] = [
    (
        _lazy("Harmless"),
        _lazy("Discomfort"),
        _lazy("Hardly noticed"),
        _lazy("Under 50,000 kroner"),
        _lazy("No trace in nature"),
        _lazy("Known to a few in the unit"),
    ),
    (
        _lazy("Small"),
        _lazy("Small injury without treatment"),
        _lazy("Some hours late"),
        _lazy("50,000 to 500,000 kroner"),
        _lazy("Cleaned up the same day"),
        _lazy("Some complaints"),
    ),
    (
        _lazy("Serious"),
        _lazy("Injury that needs treatment"),
        _lazy("The service stops for a day"),
        _lazy("0.5 to 5 million kroner"),
        _lazy("Nature recovers within a year"),
        _lazy("In the local newspaper"),
    ),
    (
        _lazy("Very serious"),
        _lazy("Serious or lasting injury"),
        _lazy("The service stops for several days"),
        _lazy("5 to 20 million kroner"),
        _lazy("Nature needs several years"),
        _lazy("In national news, and people trust us less"),
    ),
    (
        _lazy("Disastrous"),
        _lazy("Death, or several seriously injured"),
        _lazy("The service is gone for weeks"),
        _lazy("Over 20 million kroner"),
        _lazy("Lasting harm"),
        _lazy("People don't trust us for a long time"),
    ),
]

SCORES = [
    ScoreLevel(1, 4, _lazy("low"), _lazy("Live with it, and keep an eye on it.")),
    ScoreLevel(5, 10, _lazy("medium"), _lazy("Consider simple measures. Nothing is demanded.")),
    ScoreLevel(12, 25, _lazy("high"), _lazy("Set a measure. It becomes a case in Dialogen.")),
]

KEYS: list[tuple[list[Text], Text]] = [
    ([_lazy("Arrow keys"), "Tab"], _lazy("Go to another cell")),
    (["Enter", "F2"], _lazy("Write in the cell. Enter again saves it")),
    ([_lazy("Letters and digits")], _lazy("Write at once, in place of what is there")),
    (["Alt+Enter"], _lazy("New line in a text")),
    (["Esc"], _lazy("Cancel what you are writing. Once more takes you out of the table")),
    ([_lazy("Space")], _lazy("Yes or no to breach of law")),
    ([_lazy("Shift+arrow keys")], _lazy("Select several cells")),
    (["Ctrl+C", "Ctrl+X", "Ctrl+V"], _lazy("Copy, cut and paste, also to and from Excel and LibreOffice")),
    (["Ctrl+Z", "Ctrl+Y"], _lazy("Undo, and do again")),
    (["Delete"], _lazy("Empty the cells")),
    (["Ctrl+Enter"], _lazy("New row below")),
    (["Alt+↑", "Alt+↓"], _lazy("Move the row up or down")),
    (["Ctrl+D"], _lazy("Copy the row")),
]


def tables() -> dict[str, list]:
    """Everything the page shows as a table, the scales numbered from 1 to 5."""
    return {
        "uses": USES,
        "probability": list(zip(LEVELS, PROBABILITY, strict=True)),
        "consequence": list(zip(LEVELS, CONSEQUENCE, strict=True)),
        "scores": SCORES,
        "keys": KEYS,
    }
