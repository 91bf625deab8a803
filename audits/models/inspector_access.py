"""What an inspector from outside is shown for one inspection, by a secret link, for a while (S41)."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.control_permissions import Act, can
from cases.models import Case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.mail import Mail, post
from organisation.models import User
from organisation.tokens import checksum, new_token
from risk.models import Assessment

from .inspection import Inspection
from .inspection_file import InspectionFile

MOST_DAYS = 90


class InspectorAccess(VersionedModel):
    """One person from outside reads what is chosen, and nothing else. Only the checksum of the address is kept."""

    inspection = models.ForeignKey(
        Inspection, verbose_name=_lazy("inspection"), on_delete=models.PROTECT, related_name="accesses"
    )
    name = models.CharField(_lazy("name"), max_length=120)
    email = models.EmailField(_lazy("e-mail"))
    authority = models.CharField(_lazy("authority"), max_length=120)
    valid_from = models.DateField(_lazy("from"))
    valid_to = models.DateField(_lazy("to and including"))
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("given by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_lazy("given"), default=clock.now)
    ended_at = models.DateTimeField(_lazy("ended"), null=True, editable=False)

    history = Records(excluded_fields=["sha256"])

    class Meta:
        verbose_name = _lazy("access for an inspector")
        verbose_name_plural = _lazy("accesses for inspectors")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="access_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("audits:access", args=[self.inspection.kind, self.inspection_id, self.pk])

    @property
    def is_usable(self) -> bool:
        """Whether the link leads somewhere today."""
        return self.ended_at is None and self.valid_from <= clock.today() <= self.valid_to

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.valid_to < clock.today()

    @classmethod
    def give(
        cls,
        by: User,
        inspection: Inspection,
        *,
        name: str,
        email: str,
        authority: str,
        valid_from: datetime.date,
        valid_to: datetime.date,
    ) -> tuple["InspectorAccess", str]:
        """Let somebody in, with nothing to see yet; and the token. The link goes to them by mail, never what it shows.

        Raises PermissionDenied, and ValidationError by field.
        """
        facts = {"name": name.strip(), "email": email.strip(), "authority": authority.strip()}
        with transaction.atomic():
            current = Inspection.objects.select_for_update(of=("self",)).select_related("unit").get(pk=inspection.pk)
            if not can(by, Act.SHOW, current):
                raise PermissionDenied
            if current.is_closed:
                raise ValidationError(_("The inspection is closed."))
            _check(**facts, valid_from=valid_from, valid_to=valid_to)
            token = new_token()
            access = cls(inspection=current, sha256=checksum(token), made_by=by, made_at=clock.now(), **facts)
            access.valid_from, access.valid_to = valid_from, valid_to
            access.save_by(by)
            access._post(token)
        return access, token

    @classmethod
    def find(cls, token: str) -> "InspectorAccess | None":
        """The access with this token, as long as it leads somewhere; None when unknown, ended, or not of today."""
        found = cls.objects.select_related("inspection__unit").filter(sha256=checksum(token)).first()
        return found if found and found.is_usable else None

    def new_link(self, by: User, *, version: int | None = None) -> str:
        """A new address by mail; the old one leads nowhere. Raises PermissionDenied, StaleVersion, ValidationError."""
        self._demand(by)
        with self.changing(by, version=version):
            self._demand_usable()
            token = new_token()
            self.sha256 = checksum(token)
        self._post(token)
        return token

    def end(self, by: User, *, version: int | None = None) -> None:
        """Shut it at once. Raises PermissionDenied, StaleVersion, and ValidationError when it is over already."""
        self._demand(by)
        with self.changing(by, version=version):
            if self.ended_at is not None:
                raise ValidationError(_("The access is ended already."))
            self.ended_at = clock.now()

    def show(self, by: User, **thing: Any) -> "ShownThing":
        """Show one more thing: `document`, `case`, `assessment` or `file`; what is shown already stays.

        Raises PermissionDenied, and ValidationError by field for a sealed case, a restricted assessment, a page that is
        not in force, and a file of another inspection.
        """
        self._demand(by)
        ((field, value),) = thing.items()
        ShownThing.demand_showable(by, self, field, value)
        with self.changing(by):
            self._demand_usable()
            if there := self.things.filter(**thing).first():
                return there
            shown = ShownThing(access=self, added_by=by, added_at=clock.now(), **thing)
            shown._history_user = by  # type: ignore[attr-defined]
            shown.save()
        return shown

    def hide(self, by: User, thing: "ShownThing") -> None:
        """Show it no more; the log of what was seen stays. Raises PermissionDenied."""
        self._demand(by)
        with self.changing(by):
            thing._history_user = by  # type: ignore[attr-defined]
            thing.delete()

    def _demand(self, by: User) -> None:
        if not can(by, Act.SHOW, self.inspection):
            raise PermissionDenied

    def _demand_usable(self) -> None:
        if self.is_over:
            raise ValidationError(_("The access is over. Give a new one."))

    def _post(self, token: str) -> None:
        """The link by mail, after the transaction: where and until when, never what is shown."""
        if not clock.is_live():
            return
        address = settings.BASE_URL + reverse("audits:inspector", args=[token])
        with translation.override(settings.LANGUAGE_CODE):
            context = {"access": self, "address": address, "site_name": settings.WAGTAIL_SITE_NAME}
            body = render_to_string("audits/email/access.txt", context)
            subject = _("Access to documents for your inspection")
        about = f"inspector:{self.pk}:{self.sha256[:12]}"
        post([Mail(about=about, to=self.email, subject=subject, body=body)])


def _check(*, name: str, email: str, authority: str, valid_from: datetime.date, valid_to: datetime.date) -> None:
    wrong: dict[str, Any] = {}
    if not name:
        wrong["name"] = _("Write who it is for.")
    if not authority:
        wrong["authority"] = _("Write which authority the person comes from.")
    try:
        validate_email(email)
    except ValidationError as error:
        wrong["email"] = error
    if valid_from < clock.today():
        wrong["valid_from"] = _("Choose today or a later day.")
    if valid_to < valid_from:
        wrong["valid_to"] = _("The period must end after it begins.")
    elif (valid_to - valid_from).days > MOST_DAYS:
        wrong["valid_to"] = _("At most %(days)s days. Give a new access when more is needed.") % {"days": MOST_DAYS}
    if wrong:
        raise ValidationError(wrong)


class ShownThingQuerySet(models.QuerySet["ShownThing"]):
    def for_list(self) -> Self:
        return self.select_related("document__page", "case__reporter", "case__handler", "assessment", "file")


class ShownThing(models.Model):
    """One thing that is shown: exactly one of page, case, risk assessment and file."""

    wagtail_reference_index_ignore = True
    FIELDS = ("document", "case", "assessment", "file")

    access = models.ForeignKey(InspectorAccess, on_delete=models.PROTECT, related_name="things")
    document = models.ForeignKey(
        "handbook.Document", verbose_name=_lazy("page"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    case = models.ForeignKey(Case, verbose_name=_lazy("case"), on_delete=models.PROTECT, null=True, related_name="+")
    assessment = models.ForeignKey(
        Assessment, verbose_name=_lazy("risk assessment"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    file = models.ForeignKey(
        InspectionFile, verbose_name=_lazy("file"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    history = Records()
    objects = ShownThingQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("thing that is shown")
        verbose_name_plural = _lazy("things that are shown")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["access", name], name=f"a_{name}_is_shown_once")
            for name in ("document", "case", "assessment", "file")
        ]

    def __str__(self) -> str:
        return str(self.thing)

    @property
    def kind(self) -> str:
        """Which of the four it is."""
        return next(name for name in self.FIELDS if getattr(self, f"{name}_id"))

    @property
    def thing(self) -> Any:
        return getattr(self, self.kind)

    @property
    def may_be_shown(self) -> bool:
        """Whether it may still be shown: a case can be sealed, a page withdrawn, an assessment restricted, a file taken
        away since."""
        return _may_be_shown(self.kind, self.thing)

    @staticmethod
    def demand_showable(by: User, access: InspectorAccess, field: str, thing: Any) -> None:
        """Raise ValidationError by field for what can't be shown, or what the person does not read."""
        wrong = {
            "document": _("Choose a page that is in force."),
            "case": _("There is no such case that can be shown. Sealed cases never are."),
            "assessment": _("Choose a risk assessment in force that is not restricted."),
            "file": _("Choose a file of this inspection."),
        }
        allowed = _may_be_shown(field, thing)
        if field == "case":
            allowed = allowed and Case.objects.visible_to(by).filter(pk=thing.pk).exists()
        if field == "file":
            allowed = allowed and thing.inspection_id == access.inspection_id
        if not allowed:
            raise ValidationError({field: wrong[field]})


def _may_be_shown(kind: str, thing: Any) -> bool:
    if kind == "document":
        return thing.edition_in_force() is not None
    if kind == "case":
        return not (thing.sealed or thing.needs_triage)
    if kind == "assessment":
        return thing.is_in_force and not thing.restricted
    return not thing.is_taken_away


class InspectorLook(models.Model):
    """The inspector opened something. Never changed, guarded in the database."""

    append_only = True

    access = models.ForeignKey(InspectorAccess, on_delete=models.PROTECT, related_name="looks")
    what = models.CharField(_lazy("what was opened"), max_length=300)
    at = models.DateTimeField(_lazy("when"), default=clock.now)

    class Meta:
        verbose_name = _lazy("look by an inspector")
        verbose_name_plural = _lazy("looks by inspectors")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.what

    @classmethod
    def note(cls, access: InspectorAccess, what: str) -> None:
        """One more line in the log that the keeper reads."""
        cls.objects.create(access=access, what=what[:300], at=clock.now())
