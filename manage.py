#!/usr/bin/env python
"""Commands of the portal; ``python manage.py help`` lists them."""

import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
