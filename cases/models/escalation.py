"""Escalation (G21): rules, as data, for what lifts a case to a higher leader, who is told, and how soon it is due.

A rule holds when every condition that is filled in holds. A case is read against the rules when it is reported, sorted,
assessed and when its cause is set. Each rule lifts a case once; no rule lowers anything.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cases.stems import stems
from organisation import clock
from organisation.history import Records
from organisation.models import Unit, User
from organisation.roles import Role

if TYPE_CHECKING:
    from .case import Case

SHARED_WORDS = 2
MOST_LOOKED_AT = 500


class Level(models.TextChoices):
    """Who treats a case, lowest first."""

    UNIT = "unit", _lazy("Unit leader")
    ABOVE = "above", _lazy("Leader of the unit above")
    DIRECTOR = "director", _lazy("Municipal director's group")

    @property
    def height(self) -> int:
        return list(Level).index(self)


@dataclass(frozen=True)
class Hit:
    """A rule that holds for a case, and why."""

    rule: "EscalationRule"
    why: str


def kinds() -> Any:
    """The kinds of case."""
    return apps.get_model("cases", "Case").Kind.choices


class EscalationRuleQuerySet(models.QuerySet["EscalationRule"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def hit_by(self, case: "Case") -> list[Hit]:
        """The active rules that hold for the case as it is now. One query, and one more for each rule that counts
        other cases."""
        hits = []
        for rule in self.active():
            why = rule.why(case)
            if why is not None:
                hits.append(Hit(rule, why))
        return hits

    def make_defaults(self) -> None:
        """The rules of a new installation. Nothing when there are rules already, also inactive ones."""
        if not self.exists():
            for facts in default_rules():
                self.create(**facts)


class EscalationRule(models.Model):
    """Conditions, and what follows when all of them hold. What is left empty is not asked.

    The reason in the log counts other cases but never names them: one of them may be sealed later.
    """

    class Tell(models.TextChoices):
        NOBODY = "", _lazy("Nobody more")
        QUALITY = "quality", _lazy("The quality managers")
        PAGE_OWNER = "page_owner", _lazy("The leader of the unit that owns the page")

    name = models.CharField(
        _lazy("name"), max_length=120, unique=True, help_text=_lazy("Shown in the log of the case it lifts.")
    )
    active = models.BooleanField(_lazy("active"), default=True)

    kind = models.CharField(_lazy("kind"), max_length=20, choices=kinds, blank=True)
    category = models.ForeignKey(
        "cases.Category", verbose_name=_lazy("category"), on_delete=models.PROTECT, null=True, blank=True
    )
    assessed = models.BooleanField(
        _lazy("only when assessed"), default=False, help_text=_lazy("What the reporter says is not enough.")
    )
    law_breach = models.BooleanField(_lazy("breach of law or regulation"), default=False)
    consequence_from = models.PositiveSmallIntegerField(
        _lazy("consequence from"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    score_from = models.PositiveSmallIntegerField(
        _lazy("risk from"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(25)],
        help_text=_lazy("Probability × consequence, 1–25."),
    )
    units_from = models.PositiveSmallIntegerField(
        _lazy("reported from so many units"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_lazy("The same page, or the same category and at least two words alike. This case counts."),
    )
    repeats_from = models.PositiveSmallIntegerField(
        _lazy("happened so many times"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_lazy("The same page and the same cause. This case counts."),
    )
    within_days = models.PositiveSmallIntegerField(
        _lazy("within so many days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )

    level = models.CharField(_lazy("treated by"), max_length=10, choices=Level, default=Level.UNIT)
    tell = models.CharField(_lazy("who else is told"), max_length=12, choices=Tell, blank=True, default=Tell.NOBODY)
    highlight = models.BooleanField(_lazy("highlight for others to learn from"), default=False)
    deadline_days = models.PositiveSmallIntegerField(
        _lazy("deadline in days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )

    history = Records()
    objects = EscalationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("escalation rule")
        verbose_name_plural = _lazy("escalation rules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError, by field, for a rule that can't hold or does nothing."""
        counts = self.units_from or self.repeats_from
        if counts and not self.within_days:
            raise ValidationError({"within_days": _("Say within how many days.")})
        if self.within_days and not counts:
            raise ValidationError({"within_days": _("Days count only together with units or times.")})
        if not self.lifts and not self.deadline_days:
            raise ValidationError(_("Say what follows: a level, somebody to tell, a highlight or a deadline."))

    @property
    def lifts(self) -> bool:
        """Whether it does more than set a deadline."""
        return self.level != Level.UNIT or bool(self.tell) or self.highlight

    # Whether it holds

    def why(self, case: "Case") -> str | None:
        """Why the rule holds for the case, in words; None when it does not."""
        if not self._concerns(case):
            return None
        reasons = []
        for reason in self._reasons(case):
            if reason is None:
                return None
            reasons.append(reason)
        return ", ".join(reasons)

    def _concerns(self, case: "Case") -> bool:
        kind = not self.kind or self.kind == case.kind
        category = self.category_id is None or self.category_id == case.category_id
        return kind and category and (not self.assessed or case.assessed_at is not None)

    def _reasons(self, case: "Case") -> Iterator[str | None]:
        """A reason for each condition that is filled in; None for one that does not hold."""
        if self.law_breach:
            yield _("breach of law") if case.law_breach else None
        if self.consequence_from is not None:
            yield _at_least(_("consequence %(value)s"), case.consequence, self.consequence_from)
        if self.score_from is not None:
            yield _at_least(_("risk %(value)s"), case.score, self.score_from)
        if self.units_from is not None:
            yield self._from_units(case)
        if self.repeats_from is not None:
            yield self._repeated(case)

    def _from_units(self, case: "Case") -> str | None:
        alike = [other for other in self._others(case)[:MOST_LOOKED_AT] if _is_alike(other, case)]
        units = {case.place_id, *(other.place_id for other in alike)}
        if len(units) < (self.units_from or 0):
            return None
        text = ngettext(
            "reported from %(n)s units in %(days)s day",
            "reported from %(n)s units in %(days)s days",
            self.within_days or 0,
        )
        return text % {"n": len(units), "days": self.within_days}

    def _repeated(self, case: "Case") -> str | None:
        if not case.page_document_id or not case.cause_id:
            return None
        same = self._others(case).filter(page_document_id=case.page_document_id, cause=case.cause_id)
        times = same.count() + 1
        if times < (self.repeats_from or 0):
            return None
        text = ngettext(
            "happened %(n)s times in %(days)s day",
            "happened %(n)s times in %(days)s days",
            self.within_days or 0,
        )
        return text % {"n": times, "days": self.within_days}

    def _others(self, case: "Case") -> Any:
        """The cases it can be counted with: ordinary ones everybody may know of, not those that were rejected."""
        since = clock.now() - datetime.timedelta(self.within_days or 0)
        others = type(case).objects.exclude(pk=case.pk).exclude(status="rejected")
        return others.filter(sealed=False, needs_triage=False, received_at__gte=since).order_by("-received_at", "-pk")

    # What follows

    def people(self, case: "Case") -> list[User]:
        """Those to tell of the case."""
        return [*_leaders(self.level, case), *self._more_people(case)]

    def _more_people(self, case: "Case") -> list[User]:
        municipality = Unit.objects.municipality()
        if self.tell == self.Tell.QUALITY and municipality:
            return list(municipality.holders(Role.QUALITY_MANAGER))
        if self.tell == self.Tell.PAGE_OWNER and case.page_owner:
            return case.page_owner.responsible_leaders()
        return []


class Escalation(models.Model):
    """A rule has lifted a case. Once for each rule and case."""

    append_only = True

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="escalations")
    rule = models.ForeignKey(EscalationRule, on_delete=models.PROTECT, related_name="escalations")
    why = models.TextField(_lazy("why"))
    at = models.DateTimeField(_lazy("when"), default=clock.now)

    class Meta:
        verbose_name = _lazy("escalation")
        verbose_name_plural = _lazy("escalations")
        constraints = [models.UniqueConstraint(fields=["case", "rule"], name="a_rule_lifts_a_case_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule_id}"


def default_rules() -> list[dict[str, Any]]:
    """What a municipality begins with: 30 days for everything, 14 for what breaks the law seriously, and what reaches
    the municipal director's group (G21)."""
    law = {"law_breach": True, "consequence_from": 4}
    return [
        {"name": _("Every case within 30 days"), "deadline_days": 30},
        {"name": _("Serious breach of law within 14 days"), "deadline_days": 14, **law},
        {
            "name": _("Serious breach of law to the municipal director"),
            "assessed": True,
            "level": Level.DIRECTOR,
            **law,
        },
        {"name": _("Risk from 15 to the municipal director"), "score_from": 15, "level": Level.DIRECTOR},
    ]


def keep_deadlines(apps: Any, schema_editor: Any) -> None:
    """A step of a migration: the rules for an organisation that is there already, so that its cases get the deadlines
    and reach the director as before. Nothing in an empty database, where `set_up` makes them, or when there are rules."""
    rules = apps.get_model("cases", "EscalationRule").objects
    if rules.exists() or not apps.get_model("organisation", "Unit").objects.exists():
        return
    past = apps.get_model("cases", "HistoricalEscalationRule").objects
    with translation.override(settings.LANGUAGE_CODE):
        for facts in default_rules():
            rule = rules.create(**facts)
            past.create(id=rule.pk, history_date=clock.now(), history_type="+", **facts)


def _leaders(level: str, case: "Case") -> list[User]:
    """The leaders of a level above the case's own unit, who know of it already."""
    unit = {Level.ABOVE: case.unit.get_parent, Level.DIRECTOR: Unit.objects.municipality}.get(Level(level))
    above = unit() if unit else None
    return above.responsible_leaders() if above else []


def _at_least(text: str, value: int | None, limit: int) -> str | None:
    return text % {"value": value} if value is not None and value >= limit else None


def _is_alike(other: "Case", case: "Case") -> bool:
    if case.page_document_id and other.page_document_id == case.page_document_id:
        return True
    if not case.category_id or other.category_id != case.category_id:
        return False
    words = stems(f"{case.title} {case.description}") & stems(f"{other.title} {other.description}")
    return len(words) >= SHARED_WORDS
