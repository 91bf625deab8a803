"""What a page is made of. One template each in `templates/blocks/`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from handbook import drawing
from handbook.models.document import Document
from handbook.terms import Audience
from organisation.models import Unit

INLINE = ["bold", "italic", "link", "document-link"]
RUNNING = ["bold", "italic", "h3", "ul", "ol", "link", "document-link"]
DOCUMENT_PAGES = ["handbook.ChapterPage", "handbook.ProcessPage", "handbook.ProcedurePage"]


TONES = {
    "info": _("Information"),
    "warning": _("Warning"),
    "danger": _("Danger"),
    "success": _("Good practice"),
}


# The charts of the statistics that a page can show: their codes there, and what they are called.
CHARTS = [
    ("meldt", _("Received, by kind")),
    ("restanser", _("Received, closed and open")),
    ("arsaker", _("Causes")),
    ("kategorier", _("Categories")),
    ("enheter", _("Units")),
    ("kapitler", _("Chapters")),
    ("sider", _("Pages with most cases")),
    ("svartid", _("Days to the first answer")),
    ("behandlingstid", _("Days to closed")),
    ("meldekultur", _("Reports for each employee")),
    ("ros", _("Improvements and praise, year by year")),
    ("effekt", _("Effect of measures")),
    ("gjentakelser", _("The same cause on the same page")),
]


class StepBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(label=_("What is done"), features=INLINE)
    role = blocks.CharBlock(label=_("Who"), required=False, max_length=120)
    deadline = blocks.CharBlock(label=_("When"), required=False, max_length=120)

    class Meta:
        icon = "tick"
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Heading"), default=_("How we do it"), max_length=120)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("What is done, by whom and when")
        template = "blocks/steps.html"


class Callout(blocks.StructValue):
    @property
    def tone_label(self) -> str:
        """The tone as a word, for callouts without a heading: colour alone says nothing to many."""
        return TONES[self["tone"]]


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(label=_("Kind"), choices=list(TONES.items()), default="info")
    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=[*INLINE, "ul"])

    class Meta:
        icon = "warning"
        label = _("Callout")
        description = _("What must not be missed")
        template = "blocks/callout.html"
        value_class = Callout


class TableBlock(blocks.StructBlock):
    table = TypedTableBlock([("text", blocks.RichTextBlock(label=_("Text"), features=INLINE))], label=_("Table"))

    def normalize(self, value: Any) -> Any:
        """Takes the caption beside the table too, as texts from elsewhere (import, demo data) have it."""
        caption = value.get("caption") if isinstance(value, dict) else None
        normal = super().normalize(value if caption is None else {"table": value["table"]})
        if caption:
            normal["table"].caption = caption
        return normal

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Rows and columns, with a caption")
        template = "blocks/table.html"


class RecordBlock(blocks.StructBlock):
    what = blocks.CharBlock(label=_("What"), max_length=200)
    where = blocks.CharBlock(label=_("Where"), required=False, max_length=200)
    keep = blocks.CharBlock(label=_("Kept for"), required=False, max_length=120)

    class Meta:
        label = _("Record")


class RiskBlock(blocks.StructBlock):
    risk = blocks.CharBlock(label=_("What can go wrong"), max_length=300)
    measure = blocks.CharBlock(label=_("What we do about it"), required=False, max_length=300)

    class Meta:
        label = _("Risk")


class ReferenceBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    note = blocks.CharBlock(label=_("Note"), required=False, max_length=200)
    url = blocks.URLBlock(label=_("Address"), required=False)

    class Meta:
        label = _("Reference")


class TermBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=_("Term"), max_length=120)
    meaning = blocks.TextBlock(label=_("Meaning"), rows=2)

    class Meta:
        label = _("Term")


class AttachmentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    note = blocks.CharBlock(label=_("Note"), required=False, max_length=200)

    class Meta:
        label = _("Attachment")


class AttachmentsBlock(blocks.ListBlock):
    """Files to download. An edition leads to its own copies: see `freezing`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(AttachmentBlock(), **kwargs)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["rows"] = [{"file": row["document"], "note": row["note"]} for row in value if row["document"]]
        return context

    class Meta:
        icon = "doc-full"
        label = _("Attachments")
        description = _("Files to download")
        template = "blocks/attachments.html"


class PagesBlock(blocks.ListBlock):
    """Related pages, shown with number and title and linked by document id. Those right below the
    page are left out: chapters and processes list them by themselves, always up to date."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(blocks.PageChooserBlock(label=_("Page"), page_type=DOCUMENT_PAGES), **kwargs)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        here = (parent_context or {}).get("page")
        pages = [page for page in value if page and not (here and here.pk and page.is_child_of(here))]
        documents = {d.page_id: d for d in Document.objects.filter(page_id__in=[page.pk for page in pages])}
        context["documents"] = [documents[page.pk] for page in pages if page.pk in documents]
        return context

    class Meta:
        icon = "doc-full-inverse"
        label = _("Related pages")
        description = _("Other pages in the handbook")
        template = "blocks/pages.html"


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture with a text for those who don't see it")
        template = "blocks/image.html"


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Heading"), default=_("Checklist"), max_length=120)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Point"), max_length=300), label=_("Points"))

    class Meta:
        icon = "list-ul"
        label = _("Checklist")
        description = _("Points to tick off")
        template = "blocks/checklist.html"


class Drawing(blocks.StructValue):
    @property
    def flow(self) -> drawing.Flow:
        return drawing.read(self["source"])

    @property
    def svg(self) -> str:
        return drawing.picture(self.flow, self["title"])


class DrawingBlock(blocks.StructBlock):
    """A process as a drawing (G12), kept as its source: the picture and the words are made from it."""

    title = blocks.CharBlock(label=_("Heading"), default=_("The process step by step"), max_length=120)
    source = blocks.TextBlock(
        label=_("Steps, or BPMN"),
        rows=10,
        help_text=_(
            "One step a line: “Who: what is done”. A line that ends with “?” is a question; write its answers"
            " indented under it: “Yes -> Who: what”, “No -> steg 2” or “No -> slutt”."
            " Or paste a BPMN 2.0 file."
        ),
    )

    def clean(self, value: Any) -> Any:
        """Refuses at the field a source that can't be drawn."""
        cleaned = super().clean(value)
        try:
            drawing.read(cleaned["source"])
        except drawing.NotUnderstood as error:
            raise blocks.StructBlockValidationError({"source": ValidationError(str(error))}) from error
        return cleaned

    class Meta:
        icon = "resubmit"
        label = _("Process drawing")
        description = _("Who does what in which order, drawn from text or BPMN")
        template = "blocks/drawing.html"
        value_class = Drawing


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=200)
    right = blocks.BooleanBlock(label=_("This is right"), required=False)

    class Meta:
        label = _("Answer")


class QuestionBlock(blocks.StructBlock):
    """One question with one right answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=300)
    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2, max_num=6)
    why = blocks.TextBlock(label=_("Why it is right"), rows=2, help_text=_("Shown when the question is answered."))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if sum(option["right"] for option in cleaned["options"]) != 1:
            raise blocks.StructBlockValidationError(
                {"options": ValidationError(_("Mark exactly one answer as right."))}
            )
        return cleaned

    class Meta:
        icon = "help"
        label = _("Question")


class QuizBlock(blocks.StructBlock):
    """Makes the page a lesson (S21): who has read it can show that it is understood."""

    audience = blocks.ChoiceBlock(label=_("For"), choices=Audience.choices)
    minutes = blocks.IntegerBlock(label=_("Minutes it takes"), min_value=1, max_value=60, default=5)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1, max_num=20)

    class Meta:
        icon = "help"
        label = _("Quiz")
        description = _("Questions that show whether the page is understood. The page becomes a lesson.")
        template = "blocks/quiz.html"


class DashboardBlock(blocks.StructBlock):
    """A chart of the statistics. The page keeps where the figures are found, never the figures: an edition would show them
    as true for ever. The newest edition shows them live; see `results.dashboards`."""

    chart = blocks.ChoiceBlock(label=_("Chart"), choices=CHARTS, default="meldt")
    unit = blocks.CharBlock(
        label=_("Code of the unit"), required=False, max_length=50, help_text=_("Empty for the whole municipality.")
    )

    def clean(self, value: Any) -> Any:
        """Refuses at the field a unit that isn't there."""
        cleaned = super().clean(value)
        if cleaned["unit"] and not Unit.objects.filter(code=cleaned["unit"]).exists():
            raise blocks.StructBlockValidationError({"unit": ValidationError(_("No unit has this code."))})
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["title"] = dict(CHARTS)[value["chart"]]
        context["unit"] = Unit.objects.filter(code=value["unit"]).first() if value["unit"] else None
        return context

    class Meta:
        icon = "view"
        label = _("Figures")
        description = _("A chart of the statistics, always up to date")
        template = "blocks/dashboard.html"


def rows(block: blocks.StructBlock, *, label: str, icon: str, description: str, template: str) -> blocks.ListBlock:
    """A list of rows of one shape, shown under a heading of its own."""
    return blocks.ListBlock(block, label=label, icon=icon, description=description, template=template)


class BodyBlock(blocks.StreamBlock):
    """The body of a handbook page."""

    purpose = blocks.RichTextBlock(
        label=_("Purpose"),
        icon="crosshairs",
        description=_("Why we have this"),
        features=RUNNING,
        template="blocks/purpose.html",
    )
    scope = blocks.RichTextBlock(
        label=_("Scope"),
        icon="globe",
        description=_("Where and for whom it applies"),
        features=RUNNING,
        template="blocks/scope.html",
    )
    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", description=_("A new section"), max_length=120, template="blocks/heading.html"
    )
    text = blocks.RichTextBlock(
        label=_("Text"), icon="pilcrow", description=_("Running text"), features=RUNNING, template="blocks/text.html"
    )
    steps = StepsBlock()
    callout = CalloutBlock()
    table = TableBlock()
    checklist = ChecklistBlock()
    drawing = DrawingBlock()
    dashboard = DashboardBlock()
    quiz = QuizBlock()
    records = rows(
        RecordBlock(),
        label=_("Records"),
        icon="folder-open-inverse",
        description=_("What is documented, where and how long"),
        template="blocks/records.html",
    )
    risks = rows(
        RiskBlock(),
        label=_("Risks"),
        icon="warning",
        description=_("What can go wrong, and what we do about it"),
        template="blocks/risks.html",
    )
    references = rows(
        ReferenceBlock(),
        label=_("References"),
        icon="link",
        description=_("Laws, standards and other sources"),
        template="blocks/references.html",
    )
    pages = PagesBlock()
    attachments = AttachmentsBlock()
    image = PictureBlock()
    definitions = rows(
        TermBlock(),
        label=_("Definitions"),
        icon="openquote",
        description=_("Terms and what they mean"),
        template="blocks/definitions.html",
    )
