"""Register a test-set package from the command line, after checking every image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.errors import DomainError
from portal.testsets import packages
from portal.testsets.services import register_test_set

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = (
        "Register a test-set package, so that models are evaluated on it. A package that lies "
        "elsewhere is copied into the data folder. Every image is checked first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="folder that holds manifest.json")
        parser.add_argument(
            "--not-sequestered",
            action="store_true",
            help="the images are public, so suppliers may know them",
        )
        parser.add_argument(
            "--not-in-use",
            action="store_true",
            help="register it, but evaluate no new model on it yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            packages.verify_images(options["path"])
            test_set = register_test_set(
                package=packages.take_in(options["path"]),
                by=None,
                is_sequestered=not options["not_sequestered"],
                is_active=not options["not_in_use"],
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Registered {test_set.title} as {test_set.slug}: "
            f"{test_set.n_samples:,} samples of {test_set.n_subjects:,} subjects."
        )
