"""``manage.py up``: the portal and a worker on what is already there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import BaseCommand

from portal.home import serving
from portal.home.supervisor import Supervisor, start_web, start_worker
from portal.submissions.execution import sandbox_in_words

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Serve the portal on this machine with one worker, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port to serve on.")
        parser.add_argument("--concurrency", type=int, default=2, help="Processes of the worker.")

    def handle(self, *_: Any, port: int, concurrency: int, **__: Any) -> None:
        serving.end_on_sigterm()
        serving.look_before(port)
        try:
            with serving.plain_failures(), Supervisor() as supervisor:
                serving.prepare_database()
                start_worker(supervisor, concurrency=concurrency)
                serving.collect_static_files()
                start_web(supervisor, port=port)
                serving.wait_until_served(supervisor, port=port)
                self.stdout.write(sandbox_in_words()[0])
                self.stdout.write(f"Assay serves on http://127.0.0.1:{port}  (Ctrl-C ends it)")
                self.stdout.write(f"Logs: {settings.ASSAY_DATA / 'logs'}")
                serving.serve_for_ever(supervisor)
        except KeyboardInterrupt:
            self.stdout.write("\nAssay has stopped.")
