from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the apps together; here only for its commands (translations)."""

    name = "config"
    default_auto_field = "django.db.models.BigAutoField"
