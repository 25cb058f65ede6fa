from importlib import import_module

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "portal.runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Join runs to submissions; these modules need every model loaded."""
        import_module("portal.runs.receivers")
        import_module("portal.runs.monitoring")
        panels = import_module("portal.submissions.panels")
        panels.add_panel(import_module("portal.runs.panels").runs_panel)
