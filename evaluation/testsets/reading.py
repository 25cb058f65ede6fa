"""Opens a test set: the manifest and every table are checked, images are not yet read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from evaluation.errors import TestSetError
from evaluation.testsets.manifest import MANIFEST_FILE, SAMPLES_FILE, Manifest
from evaluation.testsets.paths import is_plain_relative, read_bounded
from evaluation.testsets.protocol_tables import ReadContext, read_protocol
from evaluation.testsets.tables import MAX_TABLE_BYTES, Row, require_rows, stream_table
from evaluation.testsets.types import (
    BOX_COLUMNS,
    FIXED_COLUMNS,
    LANDMARK_COLUMNS,
    Sample,
    TestSet,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.types import Box

MAX_MANIFEST_BYTES = 1 << 20
_HEX = frozenset("0123456789abcdef")


def open_test_set(root: Path) -> TestSet:
    """Open a test-set package.

    Parameters
    ----------
    root : Path
        Folder that holds ``manifest.json``.

    Returns
    -------
    TestSet
        With samples and protocols in the order of their tables.

    Raises
    ------
    TestSetError
        The manifest is missing or invalid, a table differs from its SHA-256, or a
        line of a table is wrong; names the file and line.
    """
    manifest, digest = read_manifest(root)
    for file, entry in manifest.tables.items():
        content = read_bounded(root / file, limit=MAX_TABLE_BYTES)
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise TestSetError("the table was changed: its SHA-256 differs", path=root / file)
    samples = _read_samples(root, manifest)
    index = {sample.sample: number for number, sample in enumerate(samples)}
    subject_index = _number_subjects(samples)
    context = ReadContext(root, manifest, samples, index, subject_index)
    protocols = tuple(read_protocol(context, entry) for entry in manifest.protocols)
    return TestSet(root, manifest, digest, samples, protocols, subject_index)


def read_manifest(root: Path) -> tuple[Manifest, str]:
    """Manifest of a package, and the SHA-256 of its bytes.

    Raises
    ------
    TestSetError
        There is no manifest, or it is invalid.
    """
    path = root / MANIFEST_FILE
    if not path.is_file():
        raise TestSetError("this is no test set: it holds no manifest.json", path=root)
    content = read_bounded(path, limit=MAX_MANIFEST_BYTES)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        item = error.errors()[0]
        place = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        raise TestSetError(f"{place}: {message}" if place else message, path=path) from error
    return manifest, hashlib.sha256(content).hexdigest()


def _read_samples(root: Path, manifest: Manifest) -> tuple[Sample, ...]:
    path = root / SAMPLES_FILE
    needed = (
        *FIXED_COLUMNS,
        *(LANDMARK_COLUMNS if manifest.landmarks else ()),
        *(BOX_COLUMNS if manifest.boxes else ()),
        *manifest.attributes,
    )
    _, rows = stream_table(path, needed)
    seen: dict[str, int] = {}
    samples = []
    for row in rows:
        sample = _sample(row, manifest)
        if sample.sample in seen:
            row.fail(f"sample '{sample.sample}' stands already on line {seen[sample.sample]}")
        seen[sample.sample] = row.line
        samples.append(sample)
    require_rows(path, len(samples), manifest.tables[SAMPLES_FILE].rows)
    return tuple(samples)


def _sample(row: Row, manifest: Manifest) -> Sample:
    file, digest = row.name("file"), row.name("sha256")
    if not (is_plain_relative(file) and file.startswith("images/")):
        row.fail(f"file {file!r} is not a path inside images/")
    if len(digest) != 64 or not set(digest) <= _HEX:
        row.fail("sha256 is not 64 lower-case hexadecimal digits")
    return Sample(
        sample=row.name("sample"),
        file=file,
        sha256=digest,
        subject=row.name("subject"),
        landmarks=_landmarks(row) if manifest.landmarks else None,
        attributes={attribute: row.text(attribute) for attribute in manifest.attributes},
        box=_box(row) if manifest.boxes else None,
    )


def _landmarks(row: Row) -> NDArray[np.float64] | None:
    given = [bool(row.values[column]) for column in LANDMARK_COLUMNS]
    if not any(given):
        return None
    points = np.array([row.number(column) for column in LANDMARK_COLUMNS]).reshape(5, 2)
    points.setflags(write=False)
    return points


def _box(row: Row) -> Box | None:
    if not any(row.values[column] for column in BOX_COLUMNS):
        return None
    x, y, width, height = (row.number(column) for column in BOX_COLUMNS)
    if not (width > 0 and height > 0):
        row.fail(f"a box of {width:g} x {height:g} px has no area")
    return x, y, width, height


def _number_subjects(samples: tuple[Sample, ...]) -> NDArray[np.int32]:
    numbers: dict[str, int] = {}
    index = [numbers.setdefault(sample.subject, len(numbers)) for sample in samples]
    return np.array(index, dtype=np.int32)
