from importlib import import_module

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "portal.submissions"
    label = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what checks, workers and monitoring ask; it needs the models loaded."""
        import_module("portal.submissions.checks")
        import_module("portal.submissions.worker_start")
        import_module("portal.submissions.monitoring")
