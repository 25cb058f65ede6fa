"""Which steps of a run are finished, told from files alone.

Beside the file of a finished step lies a record with the file's SHA-256 and the key of
everything the step depends on. A step counts as finished only where key and hash
agree; a missing, damaged or foreign file is simply made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from evaluation import __version__
from evaluation.errors import ResultError
from evaluation.pipeline.score import card_sha256
from evaluation.pipeline.settings import StepOutput
from evaluation.storage import TEMPORARY_PREFIX, sha256_of_file, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet

LOCK_FILE = "lock"
_RECORD_SUFFIX = ".done.json"


def run_key(*, test_set: TestSet, model: bytes, card: ModelCard, settings: RunSettings) -> str:
    """SHA-256 over everything that templates, scores and speed depend on."""
    parts = [
        __version__,
        hashlib.sha256(model).hexdigest(),
        card_sha256(card),
        test_set.sha256,
        _reference(settings.detector),
        _reference(settings.recogniser),
        settings.own_detector and hashlib.sha256(settings.own_detector).hexdigest(),
        settings.batch_size,
        settings.score_batch_size,
        settings.crop_quality,
        settings.throughput_seconds,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _reference(model: tuple[bytes, ModelCard] | None) -> list[str] | None:
    return model and [hashlib.sha256(model[0]).hexdigest(), card_sha256(model[1])]


def finish(path: Path, key: str, make: Callable[[], StepOutput]) -> StepOutput:
    """Return the step's file if it is whole and of this key; else make it, and record it.

    Parameters
    ----------
    path : Path
        The step's file.
    key : str
        From `run_key`.
    make : callable
        Makes the file.

    Returns
    -------
    StepOutput
    """
    found = _finished(path, key)
    if found is not None:
        return found
    made = make()
    record = {"key": key, "step": path.name, "sha256": made.sha256, "seconds": made.seconds}
    write_atomically(_record(path), json.dumps(record).encode())
    return made


@contextmanager
def only_run_in(workdir: Path) -> Iterator[None]:
    """Keep a second run out of a folder; ends with the process at the latest.

    Raises
    ------
    ResultError
        Another run works there.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    with (workdir / LOCK_FILE).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ResultError(f"another run is working in {workdir}") from error
        yield


def _finished(path: Path, key: str) -> StepOutput | None:
    try:
        record = json.loads(_record(path).read_bytes())
        as_recorded = (record["key"], record["step"]) == (key, path.name)
        if as_recorded and sha256_of_file(path) == record["sha256"]:
            return StepOutput(path, str(record["sha256"]), float(record["seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _record(path: Path) -> Path:
    return path.with_name(path.name + _RECORD_SUFFIX)


def remove_work(workdir: Path) -> None:
    """Delete the files that a run made in its folder, and the folder if nothing else is there.

    Templates are biometric data: they go as soon as the result stands.
    """
    for pattern in ("templates-*", "comparisons-*", "speed.json*", TEMPORARY_PREFIX + "*"):
        for path in workdir.glob(pattern):
            path.unlink(missing_ok=True)
    (workdir / LOCK_FILE).unlink(missing_ok=True)
    with suppress(OSError):
        workdir.rmdir()
