"""What is decided, issued or signed, word for word and for ever (G22, G23; ISO 9001 clause 7.5.3)."""

import hashlib
import json
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock
from .models import User


def checksum_of(content: Any) -> str:
    """sha256 of the content, written in one way only. Kept for as long as the records are: the writing never changes."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Frozen(models.Model):
    """Content as it was, with its checksum, who froze it and when. Never changed, guarded in the database
    (`append_only`). A subclass says what it is of."""

    append_only = True

    content = models.JSONField(_("as it was"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("checksum"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("frozen by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        abstract = True

    @classmethod
    def freeze(cls, by: User, content: Any, **of: Any) -> Self:
        """Keep the content with its checksum, in the transaction of the step that calls."""
        facts = {"content": content, "sha256": checksum_of(content), "by": by, "by_name": str(by)}
        return cls._default_manager.create(**facts, **of)

    @property
    def is_whole(self) -> bool:
        """Whether the content is what the checksum was made of."""
        return checksum_of(self.content) == self.sha256
