"""The handbook's fixed choices."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What sort of document it is (S15)."""

    CHAPTER = "chapter", _("Chapter")
    POLICY = "policy", _("Policy")
    PROCESS = "process", _("Process")
    PROCEDURE = "procedure", _("Procedure")
    CHECKLIST = "checklist", _("Checklist")
    GUIDELINE = "guideline", _("Guideline")
    FORM = "form", _("Form")
    SUPPLEMENT = "supplement", _("Local supplement")
    LESSON = "lesson", pgettext_lazy("kind of document", "Lesson")


# What an editor chooses between; chapters, processes and supplements are page types of their own.
DOCUMENT_KINDS = (Kind.PROCEDURE, Kind.POLICY, Kind.GUIDELINE, Kind.CHECKLIST, Kind.FORM, Kind.LESSON)


class Principle(models.TextChoices):
    """The four principles of the management system (S46)."""

    USERS = "users", _("User focus")
    INVOLVEMENT = "involvement", _("Anchoring and participation")
    PROCESSES = "processes", _("Process orientation")
    IMPROVEMENT = "improvement", _("Continual improvement")


class Audience(models.TextChoices):
    """Whose task a lesson is about (S21)."""

    REPORTER = "reporter", _("Everyone who reports")
    HANDLER = "handler", _("Case handlers")
    LEADER = "leader", _("Leaders")
    EDITOR = "editor", _("Editors")
    AUDITOR = "auditor", _("Auditors")


class ChangeKind(models.TextChoices):
    """Whether an edition asks people to do something differently."""

    MAJOR = "major", _("Substantial: people must do something differently")
    EDITORIAL = "editorial", _("Editorial: wording, links, spelling")
