"""``manage.py backup``: the database and all files, in a folder that is made for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError

from portal.core.wording import filesize_uk
from portal.home.backup import BackupError, make_backup

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Back up the database and all files while the portal works."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Where the backup shall lie; made anew.")

    def handle(self, *_: Any, folder: Path, **__: Any) -> None:
        try:
            made = make_backup(folder, say=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Nothing was backed up: {error.strerror or error}.") from error
        size = filesize_uk(made.size_bytes)
        self.stdout.write(f"Backed up to {folder}. Files: {len(made.files):,}. In all {size}.")
