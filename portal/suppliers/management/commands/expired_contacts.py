"""``manage.py expired_contacts``: what the worker's clock does each hour, done by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand
from django.utils import timezone

from portal.suppliers import retention

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Delete the contacts at suppliers whose details were to be kept no longer than today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say which, and delete none of them"
        )

    def handle(self, *_: Any, dry_run: bool, **__: Any) -> None:
        today = timezone.localdate()
        if dry_run:
            for contact in retention.expired_contacts(today):
                self.stdout.write(
                    f"{contact} of {contact.supplier}, kept until {contact.keep_until}"
                )
            return
        deleted = retention.delete_expired_contacts(today)
        self.stdout.write(f"Contacts deleted: {deleted}.")
