"""Packages of test sets on disk: which lie there, what they hold, and taking one in."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings

from evaluation.card import Task
from evaluation.testsets import TestSetError, describe_test_set, open_test_set, verify_test_set
from portal.core import store
from portal.core.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.testsets import Description, TestSet

logger = logging.getLogger(__name__)
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that opened: its tables are what the manifest says."""

    name: str
    test_set: TestSet
    description: Description

    @property
    def needs_detector(self) -> bool:
        """Whether faces must be found: photographs that do not all have landmarks.

        Where nothing but detection is asked, the model that is measured finds them.
        """
        photographs = self.test_set.manifest.image_kind == "photograph"
        is_asked_more = set(self.description.tasks) != {Task.DETECTION}
        without = self.description.n_with_landmarks < self.description.n_samples
        return photographs and is_asked_more and without


def package_names() -> list[str]:
    """Folders below the test sets' folder that hold a manifest, here or in the bucket."""
    folder: Path = settings.ASSAY_TEST_SETS
    found = set()
    try:
        found |= store.folders_of(folder)
    except OSError:
        logger.exception("the bucket does not say which test sets it holds")
    if folder.is_dir():
        found |= {entry.name for entry in folder.iterdir() if (entry / MANIFEST).is_file()}
    return sorted(name for name in found if not name.startswith("."))


def open_package(name: str) -> Package:
    """Open a package below the test sets' folder and count what it holds.

    Raises
    ------
    InvalidInputError
        No package has this name, or it is wrong; the message names the file and the line.
    OSError
        The bucket that holds it does not answer.
    """
    if name not in package_names():
        raise InvalidInputError(f"There is no test-set package called {name}.", field="package")
    folder = store.fetch_folder(settings.ASSAY_TEST_SETS / name)
    try:
        test_set = open_test_set(folder)
    except TestSetError as error:
        raise _wrong(folder, error.path, error.line, error.message) from error
    return Package(name, test_set, describe_test_set(test_set))


def verify_images(folder: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Check every image of a package too.

    Raises
    ------
    InvalidInputError
        An image is missing, changed or cannot be decoded; names the first.
    """
    problems = [one for one in verify_test_set(folder, progress) if one.is_fatal]
    if problems:
        first = problems[0]
        raise _wrong(folder, first.path, first.line, first.message)


def take_in(folder: Path) -> str:
    """Return the name of a package below the test sets' folder, copying it there if need be.

    Raises
    ------
    InvalidInputError
        There is no package, or another one of this name lies there already.
    """
    folder = folder.resolve()
    shelf: Path = settings.ASSAY_TEST_SETS
    if not (folder / MANIFEST).is_file():
        raise InvalidInputError(
            f"{folder} is not a test-set package: it has no {MANIFEST}.", field="package"
        )
    if folder.parent == shelf.resolve():
        return folder.name
    if (shelf / folder.name).exists():
        raise InvalidInputError(
            f"Another package is called {folder.name}. Rename the folder first.", field="package"
        )
    shelf.mkdir(parents=True, exist_ok=True)
    part = shelf / f".{uuid4()}"  # a copy that was cut short is never taken for a package
    try:
        shutil.copytree(folder, part)
        part.rename(shelf / folder.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder.name


def _wrong(folder: Path, path: Path | None, line: int | None, message: str) -> InvalidInputError:
    # The page names the file inside the package, never where the package lies.
    inside = path.relative_to(folder) if path and path.is_relative_to(folder) else None
    place = "" if inside is None else f" In {inside}" + (f", line {line}" if line else "") + ":"
    return InvalidInputError(f"The package cannot be used.{place} {message}", field="package")
