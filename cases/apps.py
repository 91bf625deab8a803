from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from search import sources


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .findable import Cases  # noqa: PLC0415  (uses models; not before apps are loaded)

        sources.register(Cases())
