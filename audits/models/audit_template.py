"""Templates for audits: a purpose, and the questions that belong to it (S70, S71)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.history import Records, VersionedModel


class AuditTemplateQuerySet(models.QuerySet["AuditTemplate"]):
    def active(self) -> Self:
        return self.filter(active=True)


class AuditTemplate(VersionedModel):
    """What an audit can begin from: awareness (do people know it), practice (do they do it), or a theme."""

    class Purpose(models.TextChoices):
        AWARENESS = "awareness", _("Awareness: do people know it?")
        PRACTICE = "practice", _("Practice: is it done?")
        SYSTEM = "system", _("System: is it in place?")

    name = models.CharField(_("name"), max_length=120, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    version_label = models.CharField(_("version"), max_length=20, blank=True)
    about = models.TextField(_("when it is used"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = Records()
    objects = AuditTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit template")
        verbose_name_plural = _("audit templates")
        ordering = ["purpose", "name"]

    def __str__(self) -> str:
        return self.name


class TemplateQuestion(VersionedModel):
    """A question of a template. `look_for` helps who asks it. Made inactive when it goes out of use, never deleted."""

    template = models.ForeignKey(
        AuditTemplate, verbose_name=_("template"), on_delete=models.PROTECT, related_name="questions"
    )
    place = models.PositiveSmallIntegerField(_("place"))
    text = models.CharField(_("question"), max_length=500)
    look_for = models.CharField(_("what to look for"), max_length=500, blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = Records()

    class Meta:
        verbose_name = _("question of an audit template")
        verbose_name_plural = _("questions of audit templates")
        ordering = ["template", "place", "pk"]

    def __str__(self) -> str:
        return self.text
