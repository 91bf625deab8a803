"""What goes into the sheet: an assessment as it stands, or a form to fill in without net."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify

from risk import cells, content
from risk.models import Assessment, Template


@dataclass(frozen=True)
class Form:
    """One form as it is written: the head in words, the rows by their key, each with the values of its cells."""

    title: str
    template: str = ""
    who: str = ""
    use: str = ""
    unit: str = ""
    year: int | None = None
    restricted: bool = False
    is_draft: bool = True
    key: str = ""
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def filename(self) -> str:
        """The name of the file, from the title."""
        return f"ros-{slugify(self.title)[:60].strip('-') or 'skjema'}"


def of_assessment(assessment: Assessment) -> Form:
    """The assessment as it stands. Two queries, for the rows and whoever leads it."""
    with translation.override(settings.LANGUAGE_CODE):
        use = assessment.use_in_words
    return Form(
        title=assessment.title,
        template=assessment.template_label,
        who=", ".join(filter(None, (assessment.leader.get_full_name(), assessment.leader_function))),
        use=use,
        unit=assessment.unit.name,
        year=assessment.year,
        restricted=assessment.restricted,
        is_draft=assessment.is_draft,
        key=str(assessment.key),
        rows=[
            (str(row.key), {name: getattr(row, name) for name in cells.CELLS})
            for row in assessment.rows.live().select_related("responsible")
        ],
    )


def of_template(template: Template) -> Form:
    """A form to fill in, with the threats of the template."""
    with translation.override(settings.LANGUAGE_CODE):
        use = str(template.get_use_display())
    return Form(
        title=template.name,
        template=f"{template.name} {template.version_label}",
        use=use,
        rows=[("", content.of_threat(threat)) for threat in template.threats.active()],
    )
