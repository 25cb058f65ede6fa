from django.apps import AppConfig


class ExplorationConfig(AppConfig):
    name = "portal.exploration"
    label = "exploration"
    default_auto_field = "django.db.models.BigAutoField"
