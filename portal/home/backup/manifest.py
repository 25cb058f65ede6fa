"""What a backup says of itself: every file with its hash, and the state of the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from evaluation.storage import sha256_of_file

MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files"
FORMAT = 1


class BackupError(Exception):
    """A backup cannot be made or used; the sentence is for operators."""


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a backup.

    Attributes
    ----------
    made_at : datetime
        When the database was copied.
    vendor : str
        Kind of database: ``sqlite`` or ``postgresql``.
    migrations : tuple of (str, str)
        App and name of each that had been applied.
    database : BackedUpFile
    files : dict of str to BackedUpFile
        By path below the data folder.
    """

    made_at: datetime
    vendor: str
    migrations: tuple[tuple[str, str], ...]
    database: BackedUpFile
    files: dict[str, BackedUpFile]

    def to_json(self) -> str:
        document = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(document, indent=1, sort_keys=True) + "\n"

    @property
    def size_bytes(self) -> int:
        return self.database.size_bytes + sum(file.size_bytes for file in self.files.values())


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises
    ------
    BackupError
        There is none, or it is not one that this version reads.
    """
    try:
        document = json.loads((folder / MANIFEST).read_text())
        if document["format"] != FORMAT:
            raise BackupError(f"The backup has format {document['format']}; {FORMAT} is read.")
        return Manifest(
            made_at=datetime.fromisoformat(document["made_at"]),
            vendor=str(document["vendor"]),
            migrations=tuple((str(app), str(name)) for app, name in document["migrations"]),
            database=_file(document["database"]),
            files={_inside(name): _file(told) for name, told in document["files"].items()},
        )
    except FileNotFoundError as error:
        raise BackupError(f"{folder} is not a backup: it has no {MANIFEST}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"The {MANIFEST} of this backup cannot be read.") from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Hold every file against its hash; raises BackupError, which names the first that is off."""
    told = {DATABASE: manifest.database}
    told |= {f"{FILES}/{name}": file for name, file in manifest.files.items()}
    for name, file in told.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            raise BackupError(f"The backup is not whole: {name} is missing.")
        if path.stat().st_size != file.size_bytes or sha256_of_file(path) != file.sha256:
            raise BackupError(f"The backup is damaged: {name} is not what was backed up.")


def copy_hashed(source: Path, destination: Path) -> BackedUpFile:
    """Copy a file, for its owner alone to read, and say what was copied."""
    digest, size = hashlib.sha256(), 0
    destination.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as original, destination.open("xb") as copy:
        destination.chmod(0o600)
        while chunk := original.read(1 << 20):
            copy.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return BackedUpFile(digest.hexdigest(), size)


def _file(told: Any) -> BackedUpFile:
    return BackedUpFile(str(told["sha256"]), int(told["size_bytes"]))


def _inside(name: str) -> str:
    """Return a name unless it leads out of the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise ValueError(name)
    return name
