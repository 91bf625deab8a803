from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import engines, indexing  # noqa: PLC0415  (they use models; not before apps are loaded)

        post_migrate.connect(engines.set_up, sender=self, dispatch_uid="search.set_up")
        indexing.connect()  # last: the apps above have said what they have
