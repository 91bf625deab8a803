"""What is kept of a case: its choices and its fields."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import VersionedModel
from organisation.models import Unit

from .escalation import Level


class CaseFacts(VersionedModel):
    """What is kept of a `Case`; what each part of its road stands on."""

    class Kind(models.TextChoices):
        DEVIATION = "deviation", _lazy("Deviation")
        IMPROVEMENT = "improvement", _lazy("Improvement")
        POSITIVE = "positive", _lazy("Positive")
        ROS_MEASURE = "ros_measure", _lazy("ROS measure")
        INSPECTION_FINDING = "inspection_finding", _lazy("Inspection finding")
        AUDIT_FINDING = "audit_finding", _lazy("Audit finding")
        REVIEW_DECISION = "review_decision", _lazy("Review decision")

    class Status(models.TextChoices):
        RECEIVED = "received", _lazy("Received")
        ASSESSED = "assessed", _lazy("Assessed")
        IN_PROGRESS = "in_progress", _lazy("Measures under way")
        AWAITING_EVALUATION = "awaiting_evaluation", _lazy("Awaiting effect evaluation")
        CLOSED = "closed", _lazy("Closed")
        REJECTED = "rejected", _lazy("Rejected")
        DUPLICATE = "duplicate", _lazy("Duplicate")
        TAKEN_OVER = "taken_over", _lazy("Taken over")

    class Channel(models.TextChoices):
        PAGE = "page", _lazy("Handbook page")
        FORM = "form", _lazy("Report form")
        PHONE = "phone", _lazy("Phone or counter")
        WEB = "web", _lazy("Inhabitants' form")
        EMAIL = "email", _lazy("E-mail")
        CARD = "card", _lazy("Report card")
        API = "api", _lazy("Another system")
        ROS = "ros", _lazy("Risk assessment")
        CONTROL = "control", _lazy("Inspection or audit")
        REVIEW = "review", _lazy("Management review")
        INDICATOR = "indicator", _lazy("Indicator or plan")

    class Anonymity(models.TextChoices):
        NAMED = "named", _lazy("With my name")
        COLLEAGUES = "colleagues", _lazy("Anonymous to colleagues")
        ALL = "all", _lazy("Anonymous to all")

    class PageOutcome(models.TextChoices):
        CHANGED = "changed", _lazy("The page is changed")
        UNCHANGED = "unchanged", _lazy("The page needs no change")

    class Audience(models.TextChoices):
        """Whom the story of a case is material for (S38)."""

        USER = "user", _lazy("Users")
        INHABITANT = "inhabitant", _lazy("Inhabitants")
        PUBLIC = "public", _lazy("The public")
        POLITICIANS = "politicians", _lazy("Politicians")
        EMPLOYEES = "employees", _lazy("Employees")
        EMPLOYER = "employer", _lazy("The employer")

    Level = Level

    REPORTABLE = (Kind.DEVIATION, Kind.IMPROVEMENT, Kind.POSITIVE)
    WITHOUT_RISK = (Kind.POSITIVE, Kind.REVIEW_DECISION)  # need no probability and consequence
    NEEDS_CAUSE = (Kind.DEVIATION, Kind.INSPECTION_FINDING, Kind.AUDIT_FINDING)
    OPEN = (Status.RECEIVED, Status.ASSESSED, Status.IN_PROGRESS, Status.AWAITING_EVALUATION)
    ENDED = (Status.CLOSED, Status.REJECTED, Status.DUPLICATE, Status.TAKEN_OVER)

    # A case shows itself on its page; Wagtail need not index that at every save.
    wagtail_reference_index_ignore = True

    reference = models.CharField(_lazy("reference"), max_length=20, unique=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_lazy("kind"), max_length=20, choices=Kind)
    status = models.CharField(_lazy("status"), max_length=20, choices=Status, default=Status.RECEIVED, editable=False)
    channel = models.CharField(_lazy("reported through"), max_length=10, choices=Channel, default=Channel.FORM)
    title = models.CharField(_lazy("title"), max_length=120)
    description = models.TextField(_lazy("what happened"))
    occurred_at = models.DateTimeField(_lazy("when"), null=True, blank=True)
    received_at = models.DateTimeField(_lazy("received"), default=clock.now, editable=False)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("reported by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_cases",
    )
    anonymity = models.CharField(
        _lazy("who sees the reporter's name"), max_length=10, choices=Anonymity, default=Anonymity.NAMED, editable=False
    )
    needs_triage = models.BooleanField(_lazy("to be sorted"), default=False, editable=False)
    place = models.ForeignKey(
        Unit, verbose_name=_lazy("where"), on_delete=models.PROTECT, related_name="cases_from_here"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_lazy("handled by unit"), on_delete=models.PROTECT, related_name="cases"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("case handler"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_cases",
    )
    deadline = models.DateField(_lazy("deadline"), null=True, blank=True)
    level = models.CharField(_lazy("treated by"), max_length=10, choices=Level, default=Level.UNIT, editable=False)

    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("reported from"), max_length=300, blank=True, editable=False)
    page_owner = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    edition_label = models.CharField(_lazy("version of the page"), max_length=10, blank=True, editable=False)
    section = models.CharField(_lazy("section of the page"), max_length=200, blank=True)

    category = models.ForeignKey(
        "cases.Category", verbose_name=_lazy("category"), on_delete=models.PROTECT, null=True, blank=True
    )
    law_breach = models.BooleanField(_lazy("breach of law or regulation"), default=False)
    sealed = models.BooleanField(_lazy("sealed"), default=False, editable=False)
    probability = models.PositiveSmallIntegerField(_lazy("probability"), null=True, blank=True)
    consequence = models.PositiveSmallIntegerField(_lazy("consequence"), null=True, blank=True)
    residual_probability = models.PositiveSmallIntegerField(_lazy("probability after"), null=True, blank=True)
    residual_consequence = models.PositiveSmallIntegerField(_lazy("consequence after"), null=True, blank=True)

    root_cause = models.TextField(_lazy("root cause"), blank=True)
    whys = models.JSONField(_lazy("five whys"), default=list, blank=True)
    cause = models.ForeignKey(
        "cases.Cause", verbose_name=_lazy("cause"), on_delete=models.PROTECT, null=True, blank=True
    )

    page_outcome = models.CharField(_lazy("the page"), max_length=10, choices=PageOutcome, blank=True)
    page_outcome_note = models.TextField(_lazy("what was changed, or why not"), blank=True)
    public_story = models.TextField(_lazy("told in the public list"), blank=True)
    lesson = models.TextField(_lazy("lesson"), blank=True)
    story = models.TextField(_lazy("the story"), blank=True)
    material_for = models.CharField(_lazy("material for"), max_length=80, blank=True)  # codes of Audience, with a space
    highlighted = models.BooleanField(_lazy("highlight for others to learn from"), default=False)
    assessed_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_lazy("closed"), null=True, blank=True, editable=False)

    duplicate_of = models.ForeignKey(
        "cases.Case",
        verbose_name=_lazy("duplicate of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
    )
    external_system = models.CharField(_lazy("taken over by"), max_length=60, blank=True)
    external_id = models.CharField(_lazy("number there"), max_length=60, blank=True)

    origin_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    origin_id = models.PositiveBigIntegerField(null=True, editable=False)
    origin = GenericForeignKey("origin_type", "origin_id")

    class Meta:
        abstract = True
