"""Files that a run's steps handed on: of a run that has ended nobody needs them.

They hold templates of sequestered people, so they are not kept longer than they are used. What
stays is the result and, beside it, the counts by which models are compared.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from portal.core import store
from portal.runs import files
from portal.runs.models import ACTIVE_RUN_STATES, EvaluationRun

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)
AT_ONCE = 100
"""Runs in one sweep; what is over waits for the next."""


def remove_step_files() -> int:
    """Remove the step files of runs that have ended; returns of how many runs.

    What cannot be removed now stays for the next sweep.
    """
    ended = EvaluationRun.objects.exclude(state__in=ACTIVE_RUN_STATES)
    cleared = 0
    for run in ended.filter(step_files_removed=False)[:AT_ONCE]:
        try:
            _clear(run)
        except OSError as error:
            logger.warning("step files of run %s could not be removed: %s", run.pk, error)
            continue
        cleared += EvaluationRun.objects.filter(pk=run.pk).update(step_files_removed=True)
    return cleared


def _clear(run: EvaluationRun) -> None:
    kept = files.kept_of(run)
    for path, _ in list(store.files_of(files.folder_of(run))):
        if path not in kept:
            store.remove(path)
    for half_written in files.folder_of(run).glob(".*"):  # by a worker that was killed
        half_written.unlink(missing_ok=True)
    _remove_if_empty(files.folder_of(run))


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
