"""Checks a whole package, images included, and reports every problem rather than the first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.errors import EvaluationError, TestSetError
from evaluation.testsets.contents import check_image
from evaluation.testsets.manifest import MANIFEST_FILE, SAMPLES_FILE
from evaluation.testsets.reading import open_test_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evaluation.testsets.types import TestSet

_FIRST_LINE = 2  # of a package's tables: the header is line 1, and each row has one line


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes
    ----------
    line : int or None
        None where no line is to blame.
    is_fatal : bool
        False where the package is what its manifest says and can be measured, but what
        it says is doubtful.
    """

    path: Path
    line: int | None
    message: str
    is_fatal: bool = True

    def __str__(self) -> str:
        """Place and message on one line."""
        place = f"{self.path}" if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.message}"


def verify_test_set(
    root: Path, progress: Callable[[int, int], None] | None = None
) -> list[Problem]:
    """Check manifest, tables, every image's SHA-256 and decodability, and doubtful subjects.

    The same image under two subjects cannot be right of both. Public sets hold such
    images, so it hinders no measurement and is reported after all that does.

    Parameters
    ----------
    root : Path
        Folder that holds ``manifest.json``.
    progress : callable, optional
        Called with the number of images checked so far and their total.

    Returns
    -------
    list of Problem
        Empty where all is well. A fault of the manifest or of a table is reported
        alone, since without them the images cannot be judged.
    """
    try:
        test_set = open_test_set(root)
    except TestSetError as error:
        return [Problem(error.path or root, error.line, error.message)]
    problems: list[Problem] = []
    total = len(test_set.samples)
    for index in range(total):
        problems += _image_problems(test_set, index, line=index + _FIRST_LINE)
        if progress is not None:
            progress(index + 1, total)
    return [*problems, *_strays(test_set), *_shared_images(test_set)]


def _image_problems(test_set: TestSet, index: int, *, line: int) -> Iterator[Problem]:
    sample = test_set.samples[index]
    try:
        check_image(test_set.read_image(index), test_set.manifest.image_kind)
    except EvaluationError as error:
        message = error.message if isinstance(error, TestSetError) else str(error)
        yield Problem(test_set.root / SAMPLES_FILE, line, f"{sample.file}: {message}")


def _shared_images(test_set: TestSet) -> Iterator[Problem]:
    if not test_set.manifest.subjects_known:  # then one person may be several subjects
        return
    first: dict[str, int] = {}
    for index, sample in enumerate(test_set.samples):
        other = first.setdefault(sample.sha256, index)
        if test_set.samples[other].subject != sample.subject:
            message = (
                f"the image of sample '{sample.sample}', subject '{sample.subject}', is also that "
                f"of subject '{test_set.samples[other].subject}' on line {other + _FIRST_LINE}"
            )
            path = test_set.root / SAMPLES_FILE
            yield Problem(path, index + _FIRST_LINE, message, is_fatal=False)


def _strays(test_set: TestSet) -> Iterator[Problem]:
    expected = {MANIFEST_FILE, *test_set.manifest.tables}
    expected |= {sample.file for sample in test_set.samples}
    for path in sorted(test_set.root.rglob("*")):
        name = path.relative_to(test_set.root).as_posix()
        if name not in expected and not path.is_dir():
            yield Problem(path, None, "this file is named by no table")
