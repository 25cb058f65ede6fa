"""Take pictures of every page for each role, to be looked at.

Run it with ``python -m tests.journeys.pictures FOLDER``; ``--roles official jsarc`` takes fewer.
The pages and their records are those of the tests, in a database of their own.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROLES = ("supplier", "jsarc", "official", "administrator")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--roles", nargs="+", default=ROLES, choices=ROLES)
    asked = parser.parse_args(argv)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop here
    import django

    django.setup()
    from portal.accounts.models import Role
    from tests.journeys.album import take_all

    take_all(asked.folder, [Role(role) for role in asked.roles])


if __name__ == "__main__":
    main(sys.argv[1:])
