"""A PDF of many documents, made outside the request (G10)."""

import datetime
import hashlib
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from handbook.models.edition import Edition
from organisation import clock
from organisation.models import User

from .document import Document
from .kept_file import private_storage

KEPT = datetime.timedelta(days=7)
STUCK = datetime.timedelta(minutes=30)


def place_of(printout: "Printout", filename: str) -> str:
    return f"printouts/{printout.pk}.pdf"


class PrintoutQuerySet(models.QuerySet["Printout"]):
    def usable(self) -> Self:
        """Those that are ready, and those on their way that have not got stuck."""
        fresh = clock.now() - STUCK
        return self.filter(
            Q(state=Printout.State.READY)
            | Q(state__in=[Printout.State.WAITING, Printout.State.WORKING], asked_at__gt=fresh)
        )

    def outdated(self) -> Self:
        return self.filter(asked_at__lt=clock.now() - KEPT)


class Printout(models.Model):
    """Somebody's PDF of a chapter or of the handbook. A job and its result, not a record: it has no
    history, and is deleted after some days (`printouts.clean`). Personal, since it bears a name."""

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="printouts"
    )
    asked_at = models.DateTimeField(_("asked for"), default=clock.now)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="printouts",
        help_text=_("It and everything below it. Empty: the whole handbook."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), default=0)
    contents_sha256 = models.CharField(_("checksum of the contents"), max_length=64)
    file = models.FileField(_("file"), storage=private_storage, upload_to=place_of, blank=True)

    objects = PrintoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("printout")
        verbose_name_plural = _("printouts")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("handbook:printout", args=[self.pk])

    @property
    def title(self) -> str:
        return str(self.document) if self.document else _("The whole handbook")

    @property
    def filename(self) -> str:
        return f"{self.title} {self.asked_at:%Y-%m-%d}.pdf".replace("/", " ")

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state in (self.State.READY, self.State.FAILED)

    def editions(self) -> "models.QuerySet[Edition]":
        """What is in it: the editions in force, in the handbook's order."""
        found = Edition.objects.in_force().select_related("document__page").order_by("document__page__path")
        return found.under(self.document.page) if self.document else found

    def checksum(self, look: str) -> str:
        """A checksum of what it would hold if it were made now, in this look."""
        standing = self.editions().values_list("sha256", "document__number", "document__page__path")
        said = [look, *(" ".join(row) for row in standing)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    @classmethod
    def ask(cls, by: User, document: Document | None, look: str) -> tuple["Printout", bool]:
        """The person's printout of the document and all below it, and whether it must be made. The one
        that is there is used as long as nothing has changed; a double click makes one."""
        wanted = cls(asked_by=by, document=document)
        wanted.contents_sha256 = wanted.checksum(look)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)
            same = cls.objects.usable().filter(asked_by=by, document=document, contents_sha256=wanted.contents_sha256)
            there = same.first()
            if there is None:
                wanted.save()
        return (there, False) if there else (wanted, True)

    def report(self, progress: int) -> None:
        """Say how far it has come, for whoever waits."""
        self.state, self.progress = self.State.WORKING, progress
        self.save(update_fields=["state", "progress"])

    def finish(self, content: Any) -> None:
        """Keep the file: the printout is ready."""
        self.file.save("x.pdf", content, save=False)
        self.state, self.progress = self.State.READY, 100
        self.save(update_fields=["state", "progress", "file"])

    def fail(self) -> None:
        self.state = self.State.FAILED
        self.save(update_fields=["state"])
