"""Who holds a role nearest to a unit: there, or at the nearest unit above that has anybody (S2, G3)."""

from .absence import stand_ins
from .models import RoleAssignment, Unit, User
from .roles import Role


class Nearest:
    """The holders of some roles by unit; for who is away today, the deputy. Two queries for any number of units."""

    def __init__(self, *roles: Role) -> None:
        held = RoleAssignment.objects.current().filter(role__in=roles, user__is_active=True)
        found = list(held.select_related("user", "unit").order_by("unit__path", "pk"))
        today = stand_ins({assignment.user for assignment in found})
        self.by_path: dict[str, list[User]] = {}
        for assignment in found:
            people = self.by_path.setdefault(assignment.unit.path, [])
            if today[assignment.user] not in people:
                people.append(today[assignment.user])

    def at(self, path: str, *, but: User | None = None) -> list[User]:
        """Those nearest to the unit with this tree path, leaving out one person; empty when there is nobody."""
        while path:
            if people := [person for person in self.by_path.get(path, ()) if person != but]:
                return people
            path = path[: -Unit.steplen]
        return []

    def everybody(self) -> list[User]:
        return list(dict.fromkeys(person for people in self.by_path.values() for person in people))
