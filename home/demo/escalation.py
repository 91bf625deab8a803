"""The escalation rules of the demo."""

from cases.models import EscalationRule

from .organisation import read


def load_rules() -> None:
    """Make the rules that are not there yet."""
    EscalationRule.objects.make_defaults()
    for row in read("escalation.toml")["rule"]:
        EscalationRule.objects.get_or_create(name=row["name"], defaults=row)
