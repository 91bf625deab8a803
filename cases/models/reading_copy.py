"""A sealed case retold for colleagues, so that they can learn from it while the case stays sealed (G18, S30)."""

import uuid
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import masking
from cases.permissions import Act, can
from organisation.history import Records, VersionedModel
from organisation.models import User

from .case import Case
from .timeline import Entry


class ReadingCopyQuerySet(models.QuerySet["ReadingCopy"]):
    def published(self) -> Self:
        """What all employees read, by title: an order in time would tell when the case came."""
        return self.filter(state=ReadingCopy.State.PUBLISHED).order_by("title", "key")


class ReadingCopy(VersionedModel):
    """The title and text for colleagues. Its address has nothing to do with the case's reference."""

    class State(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        PUBLISHED = "published", _lazy("Published")
        WITHDRAWN = "withdrawn", _lazy("Withdrawn")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="reading_copy")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_lazy("title"), max_length=120)
    text = models.TextField(_lazy("text"))
    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)

    history = Records()
    objects = ReadingCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("reading copy")
        verbose_name_plural = _lazy("reading copies")

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("cases:reading_copy", args=[self.key])

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @classmethod
    def of(cls, case: Case) -> "ReadingCopy":
        """The copy of the case; one not saved yet, with the case's own texts masked, when there is none."""
        names = {part for name in case.names() for part in (name, *name.split())}
        return cls.objects.filter(case=case).first() or cls(
            case=case, title=masking.mask(case.title, names), text=masking.mask(case.description, names), version=0
        )

    def write(self, by: User, *, title: str, text: str, version: int | None = None) -> None:
        """Change the texts. What is published is a draft again, and gone from the colleagues' list, until it is
        published anew."""
        self._demand(by)
        for name, value in (("title", title), ("text", text)):
            if not value.strip():
                raise ValidationError({name: _("Write a text for the colleagues.")})
        if self.pk is None:
            self.title, self.text, self.version = title.strip(), text.strip(), 1
            self.save_by(by)
            return
        with self.changing(by, version=version):
            self._demand(by)
            self.title, self.text, self.state = title.strip(), text.strip(), self.State.DRAFT

    def publish(self, by: User, *, version: int | None = None) -> None:
        """Let all employees read it. Refused while it holds numbers, addresses or names of the case."""
        self._demand(by)
        with transaction.atomic(), self.changing(by, version=version):
            self._demand(by)
            if not self.case.sealed:
                raise ValidationError(_("The case is open to all employees, so it needs no reading copy."))
            if self.tells_on():
                raise ValidationError(_("Take out numbers, addresses and names first."))
            self.state = self.State.PUBLISHED
            self.case._log(by, Entry.Event.COPY_PUBLISHED)

    def withdraw(self, by: User, *, version: int | None = None) -> None:
        """Colleagues can no longer read it."""
        self._demand(by)
        with transaction.atomic(), self.changing(by, version=version):
            self._demand(by)
            if not self.is_published:
                raise ValidationError(_("It is not published."))
            self.state = self.State.WITHDRAWN
            self.case._log(by, Entry.Event.COPY_WITHDRAWN)

    def tells_on(self) -> list[str]:
        """What the copy holds that it must not: numbers and addresses, the reference, and full names of the case."""
        whole = f"{self.title}\n{self.text}"
        named = [name for name in [*self.case.names(), self.case.reference] if name.lower() in whole.lower()]
        return [*(["▒"] if masking.hides_in(whole) else []), *named]

    def may_tell_on(self) -> list[str]:
        """What to look at once more: parts of names, and words about health."""
        whole = f"{self.title}\n{self.text}"
        parts = {part for name in self.case.names() for part in name.split() if len(part) > 2}
        words = {word.strip(".,:;!?").lower() for word in whole.split()}
        return [*sorted(part for part in parts if part.lower() in words), *masking.health_words_in(whole)]

    def _demand(self, by: User) -> None:
        if not can(by, Act.SEAL, self.case):
            raise PermissionDenied
