"""Following a case, a page or a unit (S30): news about it comes as a notice."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.permissions import Act, can, may_follow, visible_condition
from organisation import clock
from organisation.models import Unit, User

from .notice import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .case import Case

MOST = 200  # things one person follows


class FollowingQuerySet(models.QuerySet["Following"]):
    def visible_to(self, user: User) -> Self:
        """The person's own, without cases the person may no longer read."""
        return self.filter(Q(case=None) | visible_condition(user, "case__"), user=user)

    def concerning(self, case: "Case") -> Self:
        """Those who follow the case, its page, or its unit or one above it."""
        units = Unit.objects.filter(path__in=case.unit.lineage).values("pk")
        found = Q(case=case) | Q(unit__in=units)
        return self.filter(found | Q(page=case.page_id)) if case.page_id else self.filter(found)


class Following(models.Model):
    """One person follows one thing. The person's own and nobody else's to see, so it has no history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="followings")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField(default=clock.now)

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("following")
        verbose_name_plural = _lazy("followings")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", field], condition=Q(**{f"{field}__isnull": False}), name=f"follows_{field}_once"
            )
            for field in ("case", "page", "unit")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.case or self.page or self.unit}"

    @classmethod
    def begin(cls, by: User, **thing: Any) -> "Following":
        """Follow `case`, `page` or `unit`. Again is the same as once.

        Raises PermissionDenied for who changes nothing (an auditor) or may not read the case.
        """
        case = thing.get("case")
        if not may_follow(by) or (case and not can(by, Act.READ, case)):
            raise PermissionDenied
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)
            if cls.objects.filter(user=by).count() >= MOST:
                raise ValidationError(_("You follow very much already. Stop following something first."))
            return cls.objects.get_or_create(user=by, **thing)[0]


def tell_followers(case: "Case", *, by: User | None, told: "Iterable[User | None]" = ()) -> None:
    """Tell those who follow the case, its page or unit, but not those `told` of the same in another notice. Of a
    sealed case nobody is told (G18)."""
    if case.sealed:
        return
    followers = User.objects.filter(pk__in=Following.objects.concerning(case).values("user"), is_active=True)
    Notice.tell(set(followers) - set(told), Notice.Kind.FOLLOWED, case, by=by)
