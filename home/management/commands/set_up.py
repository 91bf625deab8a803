"""The first start of an installation: the organisation, its handbook and the one who looks after users and roles.

Nothing in our rules is given by being a superuser, so somebody must be made administrator from the outside, once.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.text import slugify

from audits import audit_templates
from cases.models import EscalationRule
from handbook.chapters import ensure_site
from organisation.groups import sync_roles
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from results import perspective_register

NEXT = """{unit} is ready, and {user} is its administrator. Next, as {user} at /admin/:
- Registers → Units: the units below {unit}
- Registers → Users: the people, and who holds which role where
and on the command line, when wanted:
- manage.py load_requirements: the clauses of the ISO standards and the law
- manage.py load_risk_templates: forms with threats to begin a risk assessment from
- manage.py import_word FOLDER: procedures you have in Word"""


class Command(BaseCommand):
    help = "Make the organisation, the eight chapters of its handbook, the first escalation rules, the audit templates, the perspectives of the scorecard and its first administrator (idempotent)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the organisation is called, such as “Asker kommune”")
        parser.add_argument("--administrator", required=True, help="the user name of somebody with an account")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        unit = self._organisation(options["name"].strip())
        user = self._administrator(options["administrator"], unit)
        ensure_site()
        sync_roles()
        EscalationRule.objects.make_defaults()
        audit_templates.load()
        perspective_register.load()
        call_command("rebuild_search", verbosity=0)
        if options["verbosity"] > 0:
            self.stdout.write(NEXT.format(unit=unit, user=user.username))

    def _organisation(self, name: str) -> Unit:
        unit = Unit.objects.municipality()
        if unit is None:
            unit = Unit(name=name, code=slugify(name), kind=Unit.Kind.MUNICIPALITY)
            try:
                unit.full_clean(exclude=["path", "depth"])
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            return Unit.add_root(instance=unit)
        if unit.name != name:
            raise CommandError(f"The organisation is called {unit} already. Its name is changed under Units.")
        return unit

    def _administrator(self, username: str, unit: Unit) -> User:
        user = User.objects.active().filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody active has the user name “{username}”. Make one with createsuperuser.")
        if user.unit is None:
            user.unit = unit
            user.save()
        if not RoleAssignment.objects.held_by(user).filter(role=Role.ADMINISTRATOR, unit=unit).exists():
            RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=unit)
        return user
