from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Start page, Min side, search, and what every page shows around its content."""

    name = "home"
    default_auto_field = "django.db.models.BigAutoField"
