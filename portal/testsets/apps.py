from django.apps import AppConfig


class TestSetsConfig(AppConfig):
    name = "portal.testsets"
    label = "testsets"
    default_auto_field = "django.db.models.BigAutoField"
