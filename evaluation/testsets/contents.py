"""What goes into a package's folder: images, tables and the manifest, each checked."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from evaluation.errors import ImageError, TestSetError
from evaluation.imaging.align import ARCFACE_SIZE_PX
from evaluation.imaging.decode import decode_image
from evaluation.testsets.manifest import (
    MANIFEST_FILE,
    SAMPLES_FILE,
    ImageKind,
    Manifest,
    TableEntry,
    manifest_bytes,
)
from evaluation.testsets.new import NewAllPairs, NewLeaveOneOut
from evaluation.testsets.paths import IMAGE_SUFFIXES, read_bounded
from evaluation.testsets.protocol_tables import NewTable, WriteContext, entry_of, tables_of
from evaluation.testsets.tables import MAX_NAME_CHARACTERS
from evaluation.testsets.types import BOX_COLUMNS, FIXED_COLUMNS, LANDMARK_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.testsets.new import NewProtocol, NewSample

_IMAGES_PER_FOLDER = 1000
_EMPTY = TableEntry(sha256="0" * 64, rows=1)


def draft_manifest(protocols: Sequence[NewProtocol], **fields: Any) -> Manifest:
    """Manifest whose tables are not yet filled in, so that faults show before any work.

    Raises
    ------
    TestSetError
        A field is invalid, or there is no protocol.
    """
    if not protocols:
        raise TestSetError("a test set needs at least one protocol")
    try:
        entries = tuple(entry_of(protocol) for protocol in protocols)
        files = [SAMPLES_FILE, *(file for entry in entries for file in entry.files)]
        tables = dict.fromkeys(files, _EMPTY)
        return Manifest(tables=tables, protocols=entries, **fields)
    except ValidationError as error:
        item = error.errors()[0]
        place = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        raise TestSetError(f"the manifest's {place or 'fields'}: {message}") from error


def check_image(content: bytes, kind: ImageKind) -> None:
    """Refuse bytes that are no image, or no aligned crop where one is due.

    Raises
    ------
    ImageError
        The image cannot be decoded, or has the wrong size for its kind.
    """
    height, width = decode_image(content).shape[:2]
    if kind is ImageKind.ALIGNED and (height, width) != (ARCFACE_SIZE_PX, ARCFACE_SIZE_PX):
        raise ImageError(f"an aligned crop is 112x112 px, this image is {width}x{height}")


class PackageWriter:
    """Fills one empty folder; used once."""

    def __init__(self, folder: Path, draft: Manifest) -> None:
        self._folder = folder
        self._draft = draft
        self._subject_of: dict[str, str] = {}
        self._rows: list[tuple[NewSample, str, str]] = []
        self._tables: dict[str, TableEntry] = {}

    def add_sample(self, sample: NewSample) -> None:
        """Check one sample and store its image.

        Raises
        ------
        TestSetError
            A name is empty or given twice, an attribute is missing, or the image cannot
            be decoded.
        """
        problem = _fault(sample, self._draft)
        if sample.sample in self._subject_of:
            problem = "it is given twice"
        if problem:
            raise _sample_error(sample, problem)
        content = sample.image if isinstance(sample.image, bytes) else read_bounded(sample.image)
        try:
            check_image(content, self._draft.image_kind)
        except ImageError as error:
            raise _sample_error(sample, str(error)) from error
        number = len(self._rows)
        file = f"images/{number // _IMAGES_PER_FOLDER:04d}/{number:07d}{sample.suffix.lower()}"
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._subject_of[sample.sample] = sample.subject
        # The image is on the disk now; keeping its bytes would hold the whole set in memory.
        kept = replace(sample, image=path)
        self._rows.append((kept, file, hashlib.sha256(content).hexdigest()))

    def add_protocol(self, protocol: NewProtocol) -> None:
        """Check one protocol against the samples and store its tables.

        Raises
        ------
        TestSetError
            It names an unknown sample, compares one with itself, or contradicts the
            subjects.
        """
        if len(self._rows) < 2 and isinstance(protocol, NewAllPairs | NewLeaveOneOut):
            raise TestSetError(f"protocol '{protocol.name}': all pairs of fewer than 2 samples")
        context = WriteContext(self._subject_of, self._draft.subjects_known)
        for table in tables_of(context, protocol, entry_of(protocol)):
            self._store(table)

    def finish(self) -> None:
        """Write the samples table and, last of all, the manifest."""
        landmarks = any(sample.landmarks is not None for sample, _, _ in self._rows)
        boxes = any(sample.box is not None for sample, _, _ in self._rows)
        attributes = self._draft.attributes
        header = (
            *FIXED_COLUMNS,
            *(LANDMARK_COLUMNS if landmarks else ()),
            *(BOX_COLUMNS if boxes else ()),
            *attributes,
        )
        lines = (
            (
                sample.sample,
                file,
                digest,
                sample.subject,
                *(_landmark_cells(sample) if landmarks else ()),
                *(_box_cells(sample) if boxes else ()),
                *(sample.attributes[attribute] for attribute in attributes),
            )
            for sample, file, digest in self._rows
        )
        self._store(NewTable(SAMPLES_FILE, header, lines, len(self._rows)))
        update = {"tables": self._tables, "landmarks": landmarks, "boxes": boxes}
        manifest = self._draft.model_copy(update=update)
        _write_synced(self._folder / MANIFEST_FILE, manifest_bytes(manifest))

    def _store(self, table: NewTable) -> None:
        if not table.count:
            message = f"{table.file} would be empty: a test set needs samples and trials"
            raise TestSetError(message)
        content = table.content()
        path = self._folder / table.file
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(path, content)
        digest = hashlib.sha256(content).hexdigest()
        self._tables[table.file] = TableEntry(sha256=digest, rows=table.count)


def _fault(sample: NewSample, draft: Manifest) -> str:
    for word, value in (("its name", sample.sample), ("its subject", sample.subject)):
        if not _is_name(value):
            return f"{word} is empty, padded, longer than {MAX_NAME_CHARACTERS} or unprintable"
    if sample.suffix.lower() not in IMAGE_SUFFIXES:
        return f"'{sample.suffix}' is no suffix of an image file"
    points = sample.landmarks
    if points is not None and not (points.shape == (5, 2) and bool(np.all(np.abs(points) < 1e6))):
        return "its landmarks are not five finite points"
    box = sample.box
    if box is not None and not (max(map(abs, box)) < 1e6 and min(box[2:]) > 0):
        return "its box has no area or is no box"
    return _attribute_fault(sample, draft)


def _sample_error(sample: NewSample, problem: str) -> TestSetError:
    message = f"sample '{sample.sample}': {problem}"
    if sample.origin is not None:
        return TestSetError(message, path=sample.origin.path, line=sample.origin.line)
    return TestSetError(message, path=sample.image if isinstance(sample.image, Path) else None)


def _attribute_fault(sample: NewSample, draft: Manifest) -> str:
    for attribute in draft.attributes:
        if attribute not in sample.attributes:
            return f"it has no attribute '{attribute}'"
        value = sample.attributes[attribute]
        if not value.isprintable() or len(value) > MAX_NAME_CHARACTERS:
            return f"its attribute '{attribute}' is too long or unprintable"
    return ""


def _is_name(value: str) -> bool:
    return 0 < len(value) <= MAX_NAME_CHARACTERS and value.isprintable() and value == value.strip()


def _landmark_cells(sample: NewSample) -> tuple[str, ...]:
    if sample.landmarks is None:
        return ("",) * len(LANDMARK_COLUMNS)
    return tuple(repr(float(value)) for value in sample.landmarks.ravel())


def _box_cells(sample: NewSample) -> tuple[str, ...]:
    if sample.box is None:
        return ("",) * len(BOX_COLUMNS)
    return tuple(repr(float(value)) for value in sample.box)


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
