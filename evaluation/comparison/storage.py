"""Arrays in a ``.npz`` file: no pickles, and the same bytes for the same arrays."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def save_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write the arrays to exactly ``path``; making that atomic is the caller's business."""
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_arrays(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    """Read the named arrays back.

    Raises
    ------
    ResultError
        The file is missing, damaged, or holds something else.
    """
    try:
        # Opened here, because np.load leaves the file of a damaged archive open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ResultError(f"{path.name} does not hold stored comparisons") from error
