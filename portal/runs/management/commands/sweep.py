"""``manage.py sweep``: what the worker's clock does each minute, done once by hand."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from portal.runs import reaper as runs
from portal.submissions import reaper as submissions


class Command(BaseCommand):
    help = (
        "Requeue checks and evaluations whose worker is gone, send lost messages again, settle "
        "cancels that nobody answered, and remove files that no submission needs."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        touched = submissions.sweep() + runs.sweep()
        self.stdout.write(f"{touched} rows needed attention.")
