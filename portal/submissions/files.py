"""Where model files lie, and how one is received: streamed to quarantine and hashed on the way.

A file in quarantine is never served, listed or run before its check. A file that no submission
claims is removed by whoever received it, or after a day if that process died.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn
from uuid import UUID, uuid4

from django.conf import settings

from evaluation.storage import sync_folder
from portal.core import store
from portal.core.errors import InvalidInputError
from portal.submissions.errors import StorageFullError

if TYPE_CHECKING:
    from portal.submissions.models import Submission

logger = logging.getLogger(__name__)
INCOMING_PREFIX = ".incoming-"
_CHUNK_BYTES = 1 << 20
FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class ReceivedModel:
    """A whole file in quarantine that no submission owns yet."""

    path: Path
    name: str
    sha256: str
    size_bytes: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def quarantine() -> Path:
    folder: Path = settings.ASSAY_DATA / "quarantine"
    return folder


def quarantined_file(submission_id: UUID) -> Path:
    return quarantine() / f"{submission_id}.onnx"


def quarantined_detector(submission_id: UUID) -> Path:
    """Place of the face detector that came with a model."""
    return quarantine() / f"{submission_id}.detector.onnx"


def remove_quarantined(submission_id: UUID) -> None:
    """Remove what a submission has in quarantine; what cannot be now, the sweep removes later."""
    for path in (quarantined_file(submission_id), quarantined_detector(submission_id)):
        try:
            store.remove(path)
        except OSError as error:
            logger.warning("%s could not be removed from quarantine: %s", path.name, error)


def accepted_file(sha256: str) -> Path:
    """Place of an accepted model; its name is its content."""
    folder: Path = settings.ASSAY_DATA / "models"
    return folder / sha256[:2] / f"{sha256}.onnx"


def keep_accepted(path: Path, sha256: str) -> Path:
    """Give a checked file its place among the accepted ones, and return it.

    It is linked, not moved: a crash in between leaves both names and loses nothing.
    """
    accepted = accepted_file(sha256)
    accepted.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):  # the same bytes were accepted before
        os.link(path, accepted)
    sync_folder(accepted.parent)
    store.publish(accepted)
    return accepted


def received_model(submission_id: UUID, sha256: str) -> Path:
    """Find a model in quarantine, or among the accepted if a dead attempt had moved it."""
    return _first_of(quarantined_file(submission_id), accepted_file(sha256), sha256=sha256)


def received_detector(submission_id: UUID, sha256: str) -> Path:
    """As `received_model`, of the face detector that came with it."""
    return _first_of(quarantined_detector(submission_id), accepted_file(sha256), sha256=sha256)


def is_received(submission: Submission) -> bool:
    """Whether the files of a submission can be had."""
    found = {submission.model_sha256: received_model, submission.detector_sha256: received_detector}
    try:
        return all(find(submission.pk, sha256).exists() for sha256, find in found.items() if sha256)
    except FileNotFoundError:
        return False


def _first_of(quarantined: Path, accepted: Path, *, sha256: str) -> Path:
    with suppress(FileNotFoundError):
        found = store.fetch(quarantined, sha256=sha256)
        if found.exists():
            return found
    return store.fetch(accepted, sha256=sha256)


def below_data(path: Path) -> str:
    """Path as it is stored in a row."""
    return str(path.relative_to(settings.ASSAY_DATA))


class Receiver:
    """Takes a model file chunk by chunk; refuses it as soon as it can be refused."""

    def __init__(self, name: str, *, field: str = "model_file") -> None:
        self._field = field
        if not name.lower().endswith(".onnx"):
            self._refuse(
                f"{_shown(name)} is not an ONNX file. Choose a file whose name ends in .onnx."
            )
        self._name = name
        self._digest = hashlib.sha256()
        self._size = 0
        self._path = quarantine() / f"{INCOMING_PREFIX}{uuid4()}"
        with _disk_errors():
            quarantine().mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = self._path.open("xb")

    def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > settings.ASSAY_MAX_MODEL_BYTES:
            self._refuse(
                f"The file is larger than {_shown_size(settings.ASSAY_MAX_MODEL_BYTES)}, "
                "the largest that can be submitted."
            )
        self._digest.update(chunk)
        with _disk_errors():
            self._file.write(chunk)

    def finish(self) -> ReceivedModel:
        if not self._size:
            self._refuse("The file is empty. Export the model again and choose the new file.")
        with _disk_errors():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return ReceivedModel(self._path, self._name, self._digest.hexdigest(), self._size)

    def discard(self) -> None:
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _refuse(self, message: str) -> NoReturn:
        raise InvalidInputError(message, field=self._field)


def receive(source: IO[bytes], *, name: str, field: str = "model_file") -> ReceivedModel:
    """Stream an open file to quarantine.

    Raises
    ------
    InvalidInputError
        The name, or the size, is not that of a model that can be submitted.
    StorageFullError
        The disk is full; nothing is left behind.
    """
    receiver = Receiver(name, field=field)
    try:
        while chunk := source.read(_CHUNK_BYTES):
            receiver.write(chunk)
        return receiver.finish()
    except BaseException:
        receiver.discard()
        raise


def kept_upload(file_name: str, *, name: str, sha256: str, size_bytes: int) -> ReceivedModel | None:
    """Find a file again that was received with a form that had errors; None if it is gone."""
    path = quarantine() / file_name
    if not file_name.startswith(INCOMING_PREFIX) or path.parent != quarantine():
        return None
    return ReceivedModel(path, name, sha256, size_bytes) if path.is_file() else None


class _disk_errors:  # noqa: N801 - reads as a statement: with _disk_errors()
    """Turn a full disk into a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError) and error.errno in FULL:
            raise StorageFullError from error


def _shown(name: str) -> str:
    return f"“{name[:80]}”" if name else "The file"


def _shown_size(size_bytes: int) -> str:
    gibibytes, mebibytes = size_bytes / (1 << 30), size_bytes / (1 << 20)
    return f"{gibibytes:g} GiB" if gibibytes >= 1 else f"{mebibytes:.3g} MiB"
