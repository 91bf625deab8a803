import gc

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the apps together."""

    name = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The code is loaded and stays: the garbage collector need not walk through it again and again.
        # A sixth of the time of `migrate`, and workers that are forked share the memory.
        gc.freeze()
