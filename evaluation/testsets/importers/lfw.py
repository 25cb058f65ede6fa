"""Labeled Faces in the Wild: ``Name/Name_0001.jpg`` and a file of pairs.

The pairs file begins with the number of folds and of pairs per half fold
(``10<TAB>300``), or, as in View 1, with the number of pairs alone. Then each fold
lists its mated pairs (name, number, number) and its non-mated pairs (name, number,
name, number).
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NoReturn

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import (
    ALL_PAIRS_NAME,
    ALL_PAIRS_TITLE,
    PAIRS_NAME,
    PAIRS_TITLE,
)
from evaluation.testsets.importers.files import folders, images_below
from evaluation.testsets.new import NewAllPairs, NewPairs, NewSample, Origin
from evaluation.testsets.paths import IMAGE_SUFFIXES, is_plain_relative, locate_inside, read_bounded
from evaluation.testsets.tables import MAX_TABLE_BYTES
from evaluation.testsets.writing import require_free, write_test_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.testsets.importers.details import Progress, SetDetails
    from evaluation.testsets.new import NewProtocol
    from evaluation.testsets.types import TestSet

_NUMBERED = re.compile(r"(?P<name>.+)_[0-9]{4,}")


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of a pairs file; a person's image is (name, number)."""

    line: int
    reference: tuple[str, int]
    probe: tuple[str, int]
    mated: bool
    fold: int | None


def import_lfw(
    tree: Path,
    pairs_txt: Path,
    destination: Path,
    details: SetDetails,
    *,
    folds: int | None = None,
    all_images: bool = False,
    all_pairs: bool = False,
    progress: Progress | None = None,
) -> TestSet:
    """Import a tree in the layout of LFW with its pairs file.

    Parameters
    ----------
    tree : Path
        Folder of one folder per person.
    pairs_txt : Path
        The pairs file, of several folds or of one block.
    destination : Path
        Folder to make.
    folds : int, optional
        Cut a file of one block into so many folds, in file order.
    all_images : bool
        Take every image of the tree, not only those of the pairs.
    all_pairs : bool
        Add the protocol of all pairs.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line.
    """
    require_free(destination)
    trials = read_pairs_txt(pairs_txt, folds=folds)
    first_named: dict[tuple[str, int], int] = {}
    for trial in trials:
        first_named.setdefault(trial.reference, trial.line)
        first_named.setdefault(trial.probe, trial.line)
    samples = [_find(tree, person, Origin(pairs_txt, line)) for person, line in first_named.items()]
    if all_images:
        known = {sample.sample for sample in samples}
        samples += [sample for sample in _whole_tree(tree) if sample.sample not in known]
    rows = [
        (_sample_name(one.reference), _sample_name(one.probe), one.mated, one.fold)
        for one in trials
    ]
    protocols: list[NewProtocol] = [NewPairs(PAIRS_NAME, PAIRS_TITLE, rows)]
    if all_pairs:
        protocols.append(NewAllPairs(ALL_PAIRS_NAME, ALL_PAIRS_TITLE))
    return write_test_set(
        destination, **asdict(details), samples=samples, protocols=protocols, progress=progress
    )


def read_pairs_txt(path: Path, *, folds: int | None = None) -> list[Trial]:
    """Trials of a pairs file in the layout of LFW.

    Raises
    ------
    TestSetError
        The file is unreadable, a line has the wrong number of fields or no number
        where one is due, or there are more or fewer lines than the first one says.
    """
    try:
        text = read_bounded(path, limit=MAX_TABLE_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TestSetError("this is not UTF-8 text", path=path) from error
    numbered = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    filled = [(number, line) for number, line in numbered if line]
    if not filled:
        raise TestSetError("the file is empty", path=path)
    blocks, per_half = _first_line(path, *filled[0])
    lines = filled[1:]
    expected = 2 * blocks * per_half
    if len(lines) != expected:
        message = f"{len(lines)} pairs follow, but this line promises {expected}"
        raise TestSetError(message, path=path, line=filled[0][0])
    fold_size = _fold_size(path, blocks, per_half, folds)
    trials = []
    for position, (number, line) in enumerate(lines):
        block, within = divmod(position, 2 * per_half)
        mated = within < per_half
        fold = block if blocks > 1 else within % per_half // fold_size if fold_size else None
        trials.append(_trial(path, number, line, mated=mated, fold=fold))
    return trials


def _first_line(path: Path, number: int, line: str) -> tuple[int, int]:
    fields = line.split()
    if len(fields) not in (1, 2) or not all(_is_count(field) for field in fields):
        _fail(path, number, "the first line must hold the number of pairs, or folds and pairs")
    return (1, int(fields[0])) if len(fields) == 1 else (int(fields[0]), int(fields[1]))


def _fold_size(path: Path, blocks: int, per_half: int, folds: int | None) -> int:
    if folds is None:
        return 0
    if blocks > 1:
        raise TestSetError(f"the file has {blocks} folds of its own", path=path)
    if folds < 2 or per_half % folds:
        raise TestSetError(f"{per_half} pairs cannot be cut into {folds} equal folds", path=path)
    return per_half // folds


def _trial(path: Path, number: int, line: str, *, mated: bool, fold: int | None) -> Trial:
    fields = line.split("\t") if "\t" in line else line.split()
    expected = 3 if mated else 4
    if len(fields) != expected:
        kind = "mated" if mated else "non-mated"
        _fail(path, number, f"a {kind} pair needs {expected} fields here, not {len(fields)}")
    names = (fields[0], fields[0] if mated else fields[2])
    counts = (fields[1], fields[-1])
    if not all(_is_count(count) for count in counts):
        _fail(path, number, "the number of an image is not a whole number from 1")
    if any("/" in name or not is_plain_relative(name) for name in names):
        _fail(path, number, "a person's name would lead out of the tree")
    if not mated and names[0] == names[1]:
        _fail(path, number, f"a non-mated pair names '{names[0]}' twice")
    reference, probe = ((name, int(count)) for name, count in zip(names, counts, strict=True))
    if reference == probe:
        _fail(path, number, "the pair compares an image with itself")
    return Trial(number, reference, probe, mated, fold)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7 and int(text) > 0


def _sample_name(person: tuple[str, int]) -> str:
    return f"{person[0]}_{person[1]:04d}"


def _find(tree: Path, person: tuple[str, int], origin: Origin) -> NewSample:
    stem = f"{person[0]}/{_sample_name(person)}"
    for suffix in sorted(IMAGE_SUFFIXES):
        if not (tree / f"{stem}{suffix}").exists():
            continue
        try:
            image = locate_inside(tree, f"{stem}{suffix}")
        except TestSetError as error:
            raise TestSetError(str(error), path=origin.path, line=origin.line) from error
        return NewSample(_sample_name(person), image, suffix, person[0], origin=origin)
    message = f"there is no image {stem} (.jpg, .png, ...) in {tree}"
    raise TestSetError(message, path=origin.path, line=origin.line)


def _whole_tree(tree: Path) -> Iterator[NewSample]:
    for folder in folders(tree):
        for file in images_below(tree, folder.name):
            name = file.rsplit("/", 1)[-1]
            stem, _, suffix = name.rpartition(".")
            numbered = _NUMBERED.fullmatch(stem)
            if numbered is None or numbered["name"] != folder.name:
                message = f"the file's name is not {folder.name}_ and a number"
                raise TestSetError(message, path=tree / file)
            yield NewSample(stem, locate_inside(tree, file), f".{suffix}", folder.name)


def _fail(path: Path, line: int, message: str) -> NoReturn:
    raise TestSetError(message, path=path, line=line)
