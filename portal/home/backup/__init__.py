"""A copy of everything that people entered and that was measured, and the way back from it."""

from portal.home.backup.making import make_backup
from portal.home.backup.manifest import BackupError, Manifest, read_manifest
from portal.home.backup.restoring import Restored, check_backup, restore_backup

__all__ = [
    "BackupError",
    "Manifest",
    "Restored",
    "check_backup",
    "make_backup",
    "read_manifest",
    "restore_backup",
]
