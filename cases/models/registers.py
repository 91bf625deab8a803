"""The registers that the quality manager looks after: categories and causes."""

from typing import Self
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisation.history import Records


class RegisterQuerySet(models.QuerySet["Register"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Register(models.Model):
    """A word to choose from a list. Made inactive when no longer used, so that old cases keep it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.SlugField(_("code"), max_length=50, unique=True, help_text=_("Short, lasting, for files and feeds."))
    description = models.CharField(_("when to choose it"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(Register):
    """What the case is about."""

    history = Records()

    class Meta(Register.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Cause(Register):
    """Why it happened: the code beside the root cause in words, counted in the statistics (G19)."""

    history = Records()

    class Meta(Register.Meta):
        verbose_name = _("cause")
        verbose_name_plural = _("causes")


class ExternalSystem(Register):
    """A system that takes over cases, and how a case is found there (S34)."""

    NUMBER = "{id}"

    address = models.CharField(
        _("address of a case there"),
        max_length=300,
        blank=True,
        help_text=_("With {id} where the number of the case stands: https://line.example/sak/{id}"),
    )

    history = Records()

    class Meta(Register.Meta):
        verbose_name = _("other system")
        verbose_name_plural = _("other systems")

    def clean(self) -> None:
        """Raise ValidationError when the address has no place for the number, or can't be opened in a browser."""
        if not self.address:
            return
        if self.address.count(self.NUMBER) != 1:
            raise ValidationError({"address": gettext("Write {id} once, where the number of the case stands.")})
        try:
            URLValidator(schemes=["http", "https"])(self.address_of("1"))
        except ValidationError as refused:
            raise ValidationError({"address": refused.messages}) from refused

    def address_of(self, number: str) -> str:
        """Where the case with this number is found; empty when it is not known."""
        return self.address.replace(self.NUMBER, quote(number, safe=""))
