"""MATLAB files that hold a list of image names and one of identity numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.mat_format import MatRefusedError, read_mat
from evaluation.testsets.paths import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.testsets.importers.mat_format import Variable

MAX_MAT_BYTES = 64 << 20


def read_mat_pairs(path: Path, names: str, numbers: str) -> list[tuple[str, int]]:
    """Image names with their identity numbers, in the order of the file.

    Parameters
    ----------
    path : Path
        MATLAB file of a version from 5 to 7.2, at most 64 MiB.
    names, numbers : str
        Variables: a cell array of names, and an array of as many whole numbers.

    Raises
    ------
    TestSetError
        The file is no such MATLAB file, or the variables are missing or do not agree.
    """
    try:
        found = read_mat(read_bounded(path, limit=MAX_MAT_BYTES))
    except MatRefusedError as error:
        raise TestSetError(str(error), path=path) from error
    texts = _list(path, found, names)
    values = _list(path, found, numbers)
    if not texts or len(texts) != len(values):
        message = f"{len(texts)} names in '{names}' and {len(values)} numbers in '{numbers}'"
        raise TestSetError(message, path=path)
    pairs: dict[str, int] = {}
    for entry, (text, value) in enumerate(zip(texts, values, strict=True), start=1):
        if not isinstance(text, str) or not text.strip():
            raise TestSetError(f"'{names}' holds no name at {entry}", path=path)
        if not isinstance(value, (int, float)) or value < 0 or not float(value).is_integer():
            raise TestSetError(f"'{numbers}' holds no whole number at {entry}", path=path)
        if text.strip() in pairs:
            raise TestSetError(f"'{text.strip()}' stands in '{names}' twice", path=path)
        pairs[text.strip()] = int(value)
    return list(pairs.items())


def _list(path: Path, found: dict[str, Variable], name: str) -> list[object]:
    value = found.get(name)
    if not isinstance(value, list):
        raise TestSetError(f"the file has no array '{name}'", path=path)
    return list(value)
