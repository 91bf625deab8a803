from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from search import sources


class RiskConfig(AppConfig):
    name = "risk"
    verbose_name = _("Risk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from organisation.generation import shared_by_all  # noqa: PLC0415  (a model; not before apps are loaded)

        from .findable import Assessments, Risks  # noqa: PLC0415  (they use models; not before apps are loaded)

        sources.register(Assessments())
        sources.register(Risks())
        shared_by_all(apps.get_model("risk", "Link"))
