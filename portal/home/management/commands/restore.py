"""``manage.py restore``: from a backup to a portal that goes on where it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError

from portal.core.wording import uk_datetime
from portal.home.backup import BackupError, check_backup, restore_backup

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Restore a backup, with no web process and no worker running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="The backup.")
        parser.add_argument("--check", action="store_true", help="Check the backup, and no more.")
        parser.add_argument("--replace", action="store_true", help="Lose what is here already.")

    def handle(self, *_: Any, folder: Path, check: bool, replace: bool, **__: Any) -> None:
        try:
            if check:
                manifest = check_backup(folder, say=self.stdout.write)
                made_at = uk_datetime(manifest.made_at)
                n_files = f"{len(manifest.files):,}"
                self.stdout.write(f"The backup of {made_at} is whole. Files: {n_files}.")
                return
            restored = restore_backup(folder, replace=replace, say=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"It was not restored: {error.strerror or error}.") from error
        made_at = uk_datetime(restored.manifest.made_at)
        self.stdout.write(f"Restored the backup of {made_at}. Everybody is signed out.")
        self.stdout.write(
            f"Unfinished, and going on once a worker runs: checks {restored.checks:,}, "
            f"evaluations {restored.runs:,}."
        )
