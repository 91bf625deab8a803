"""`{% risk_grid assessment rows %}`: the rows of an assessment, to fill in while it is a draft, to read afterwards."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from organisation.fields import person_label
from risk import cells, grid, people, table
from risk.models import Assessment, Risk
from risk.permissions import Act, can

register = template.Library()


@register.inclusion_tag("risk/parts/table.html", takes_context=True)
def risk_grid(context: dict[str, Any], assessment: Assessment, rows: list[Risk]) -> dict[str, Any]:
    user = context["request"].user
    editing = assessment.is_draft and can(user, Act.EDIT, assessment)
    lines = table.lines(user, assessment, rows)
    shown = {
        "assessment": assessment,
        "editing": editing,
        "lines": lines,
        "columns": table.COLUMNS,
        "groups": table.groups(),
        "followed": any(line.follow_up or line.acceptance for line in lines),
        "csrf_token": context.get("csrf_token"),
    }
    if editing:
        shown |= {
            "empty": table.empty_line(),
            "newest": grid.newest(assessment),
            "removed": assessment.rows.exclude(removed_at=None).order_by("-removed_at"),
            "people": [person_label(person) for person in people.near(assessment)],
            "words": words(),
            "longest": cells.LONGEST,
            "short": cells.SHORT,
        }
    return shown


def words() -> dict[str, str]:
    """What the grid says by itself, in the language of the reader."""
    return {
        "saved": _("Saved at %(time)s"),
        "saving": _("Saving …"),
        "waiting": _("Not saved – trying again"),
        "loggedOut": _("Not saved – you are logged out. Log in in another tab, and it is saved from here."),
        "refused": _("Not saved: %(text)s"),
        "toMend": _("Saved, apart from %(count)s cells that must be put right"),
        "toMendOne": _("Saved, apart from one cell that must be put right"),
        "noAccess": _("you may not change this any more."),
        "partly": _("Only the first %(count)s rows are pasted. Paste the rest afterwards."),
        "locked": _("The assessment is decided and locked. Open the page again to see it."),
        "theirs": _("Somebody else wrote: %(text)s"),
        "theirsEmpty": _("Somebody else emptied the cell."),
        "keepMine": _("Keep mine"),
        "useTheirs": _("Use theirs"),
        "goneRow": _("Somebody else removed this row."),
        "putBack": _("Put the row back"),
        "removedByOther": _("Somebody else removed row %(number)s."),
        "changedByOther": _("Others have changed the form. What they wrote is in the table."),
        "removed": _("Row %(number)s is removed. Undo puts it back."),
        "added": _("New row %(number)s"),
        "moved": _("The row is now number %(number)s"),
        "undone": _("Undone"),
        "redone": _("Done again"),
        "nothingToUndo": _("Nothing to undo"),
        "copied": _("%(count)s cells copied"),
        "pasted": _("%(count)s cells pasted"),
        "left": _("%(count)s characters. Write shortly!"),
        "tooLong": _("%(count)s characters. There is room for %(limit)s."),
        "chooseDate": _("Choose a date"),
        "rowMenu": _("Row %(number)s: what can be done"),
        "yes": cells.shown("law_breach", True),
        "editing": _("Editing %(column)s, row %(number)s"),
    }
