"""Who we are: units in a tree, people, and the roles people hold at units (S2, G1)."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from . import clock
from .absence import LEADERS, NEVER_LENT, Absence
from .generation import Generation
from .history import Records
from .mail import Mail
from .reminders import Reminder
from .roles import RIGHTS, Right, Role
from .throttle import Tries

__all__ = [
    "Absence",
    "Generation",
    "Mail",
    "Reminder",
    "RoleAssignment",
    "Tries",
    "Unit",
    "User",
    "sync_groups",
    "within",
]


class UnitQuerySet(MP_NodeQuerySet):
    def active(self) -> Self:
        return self.filter(active=True)

    def under(self, paths: Iterable[str]) -> Self:
        """The units at these tree paths and below them."""
        return self.filter(within(paths, "path"))


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        """In tree order, with our own methods (treebeard's manager answers with its own queryset)."""
        return UnitQuerySet(self.model, using=self._db).order_by("path")

    def municipality(self) -> "Unit | None":
        """The root of the tree: the organisation itself."""
        return self.filter(depth=1).first()


class Unit(MP_Node):
    """A unit of the organisation. The root is the municipality, its name is the organisation's name."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("Municipality")
        STAFF = "staff", _("Staff and support")
        RESULT_UNIT = "result_unit", _("Result unit")
        DEPARTMENT = "department", _("Department")

    name = models.CharField(_("name"), max_length=120)
    code = models.SlugField(_("code"), max_length=50, unique=True, help_text=_("Short, lasting, for files and feeds."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.RESULT_UNIT)
    active = models.BooleanField(_("active"), default=True)

    history = Records()
    objects = UnitManager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def indented_name(self) -> str:
        """The name with its level shown, for select lists."""
        return f"{' ' * 2 * (self.depth - 1)}{self.name}"

    @property
    def lineage(self) -> list[str]:
        """The tree paths of the unit and of every unit above it: where a right must be held to count here."""
        return [self.path[:length] for length in range(self.steplen, len(self.path) + 1, self.steplen)]

    def holders(self, *roles: Role) -> models.QuerySet["User"]:
        """Active people who hold one of the roles exactly here, by name."""
        return (
            User.objects.filter(
                is_active=True, assignments__in=RoleAssignment.objects.current(), assignments__unit=self
            )
            .filter(assignments__role__in=roles)
            .distinct()
            .order_by("last_name", "first_name")
        )

    @property
    def leader(self) -> "User | None":
        return self.holders(Role.UNIT_LEADER).first()

    def responsible_leaders(self) -> list["User"]:
        """Leader and deputies here, or of the nearest unit above that has any, by name. One query."""
        roles = RoleAssignment.objects.current().filter(
            unit__path__in=self.lineage, role__in=(Role.UNIT_LEADER, Role.DEPUTY), user__is_active=True
        )
        found = list(roles.order_by("-unit__depth", "user__last_name", "user__first_name").select_related("user"))
        return list(dict.fromkeys(role.user for role in found if role.unit_id == found[0].unit_id))

    def move(self, *args: Any, **kwargs: Any) -> None:
        """To another place in the tree, which is written past `save`."""
        with transaction.atomic():
            super().move(*args, **kwargs)
            Generation.change()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Units are made inactive, not deleted: cases, editions and history point at them."""
        raise ValidationError(_("A unit can't be deleted. Make it inactive instead."))


class PeopleManager(UserManager["User"]):
    def active(self) -> models.QuerySet["User"]:
        return self.filter(is_active=True)


class User(AbstractUser):
    """A person with an account. Deactivated when leaving, never deleted: history names people."""

    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )

    history = Records(excluded_fields=["password", "last_login"])
    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["last_name", "first_name", "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        return (
            "".join(part[0] for part in (self.first_name, self.last_name) if part).upper() or self.username[:2].upper()
        )

    @cached_property
    def _roles(self) -> list[tuple[int, Role, str]]:
        """Whose role it is, which, and the tree path where it is held."""
        if not self.is_active or self.pk is None:
            return []
        held = RoleAssignment.objects.held_by(self).values_list("user_id", "role", "unit__path")
        return [(holder, Role(role), path) for holder, role, path in held]

    @property
    def _held(self) -> list[tuple[Role, str]]:
        return [(role, path) for _holder, role, path in self._roles]

    def right_paths(self, right: Right) -> frozenset[str]:
        """Tree paths of the units where the person holds the right; it counts below them too.
        One query the first time, none after (per instance, so per request)."""
        return frozenset(path for role, path in self._held if right in RIGHTS[role])

    def has_right(self, right: Right, unit: Unit | None = None) -> bool:
        """Whether the person holds the right at the unit, or anywhere when no unit is given."""
        paths = self.right_paths(right)
        return bool(paths) if unit is None else any(unit.path.startswith(path) for path in paths)

    @property
    def own_roles(self) -> list[tuple[Role, str]]:
        """The roles held today in person, without those of the people the person stands in for, each with the
        tree path of the unit where it is held."""
        return [(role, path) for holder, role, path in self._roles if holder == self.pk]

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds one of the roles anywhere."""
        return any(role in roles for role, _path in self._held)

    @property
    def led_paths(self) -> frozenset[str]:
        """Tree paths of the units the person leads, as leader or deputy leader."""
        return frozenset(path for role, path in self._held if role in LEADERS)

    def leads(self, unit: Unit) -> bool:
        """Whether the person leads the unit or one above it."""
        return any(unit.path.startswith(path) for path in self.led_paths)

    def sync_groups(self) -> None:
        """Be in exactly the Wagtail groups that the roles held today give."""
        self.__dict__.pop("_roles", None)
        self.groups.set(Group.objects.filter(name__in={role for role, _path in self._held}))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("A user can't be deleted. Deactivate the account instead."))


def within(paths: Iterable[str], field: str) -> Q:
    """A condition: the unit path in `field` is one of `paths` or below it. No paths: nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self) -> Self:
        today = clock.today()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        )

    def held_by(self, user: User) -> Self:
        """What counts for the person today: the person's own roles, and those of the people the person
        stands in for, except what is never lent (G3). Whoever acts, history names the one who did."""
        away = Absence.objects.current().filter(deputy=user, person__is_active=True).values("person")
        lent = Q(user__in=away) & ~Q(role__in=NEVER_LENT)
        return self.current().filter(Q(user=user) | lent)


class RoleAssignment(models.Model):
    """A person holds a role at a unit, for ever or for a period (G1, G3)."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to and including"), null=True, blank=True)

    history = Records()
    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        ordering = ["unit__path", "role", "user__last_name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="one_assignment_per_role_and_unit"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="assignment_ends_after_it_begins",
                violation_error_message=_("The period must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.unit}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            sync_groups(self.user)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            sync_groups(self.user)
        return deleted


def sync_groups(user: User) -> None:
    """Put the person, and who stands in for the person today, in the groups that their roles give."""
    user.sync_groups()
    for absence in Absence.objects.current().filter(person=user).select_related("deputy"):
        absence.deputy.sync_groups()
