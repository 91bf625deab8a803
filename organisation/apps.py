from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from simple_history.signals import pre_create_historical_record

from .append_only import guard_append_only_tables


class OrganisationConfig(AppConfig):
    name = "organisation"
    verbose_name = _("Organisation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .generation import shared_by_all  # noqa: PLC0415  (defines a model; not before apps are loaded)
        from .history import label_actor  # noqa: PLC0415  (the same)
        from .models import RoleAssignment, Unit, User  # noqa: PLC0415  (the same)

        # SQLite rebuilds a table when it is altered and drops its triggers with it, so the guards
        # are put back after every migration instead of in one.
        post_migrate.connect(guard_append_only_tables, sender=self, dispatch_uid="organisation.append_only")
        pre_create_historical_record.connect(label_actor, dispatch_uid="organisation.label_actor")
        for model in (Unit, RoleAssignment):
            shared_by_all(model)
        shared_by_all(User, but=["last_login", "password"])
