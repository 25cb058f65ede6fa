"""Labeled Faces in the Wild: ``Name/Name_0001.jpg`` and a file of pairs.

The pairs file begins with the number of folds and of pairs per half fold
(``10<TAB>300``), or, as in View 1, with the number of pairs alone. Then each fold
lists its mated pairs (name, number, number) and its non-mated pairs (name, number,
name, number).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import PAIRS_NAME, PAIRS_TITLE
from evaluation.testsets.importers.files import folders, images_below, locate_listed
from evaluation.testsets.importers.lines import Line, read_lines
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs, NewSample, Origin
from evaluation.testsets.paths import IMAGE_SUFFIXES, is_plain_relative, locate_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NUMBERED = re.compile(r"(?P<name>.+)_[0-9]{4,}")


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of a pairs file; a person's image is (name, number)."""

    line: int
    reference: tuple[str, int]
    probe: tuple[str, int]
    mated: bool
    fold: int | None


def read_lfw(
    tree: Path, pairs_txt: Path, *, folds: int | None = None, all_images: bool = False
) -> Source:
    """Read a tree in the layout of LFW with its pairs file.

    Parameters
    ----------
    tree : Path
        Folder of one folder per person.
    pairs_txt : Path
        The pairs file, of several folds or of one block.
    folds : int, optional
        Cut a file of one block into so many folds, in file order.
    all_images : bool
        Take every image of the tree, not only those of the pairs.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line.
    """
    trials = read_pairs_txt(pairs_txt, folds=folds)
    first_named: dict[tuple[str, int], int] = {}
    for trial in trials:
        first_named.setdefault(trial.reference, trial.line)
        first_named.setdefault(trial.probe, trial.line)
    samples = [
        _sample(tree, person, Origin(pairs_txt, line)) for person, line in first_named.items()
    ]
    if all_images:
        known = {sample.sample for sample in samples}
        samples += [sample for sample in _whole_tree(tree) if sample.sample not in known]
    rows = [
        (numbered_name(one.reference), numbered_name(one.probe), one.mated, one.fold)
        for one in trials
    ]
    return Source(samples, [NewPairs(PAIRS_NAME, PAIRS_TITLE, rows)])


def read_pairs_txt(path: Path, *, folds: int | None = None) -> list[Trial]:
    """Trials of a pairs file in the layout of LFW.

    Raises
    ------
    TestSetError
        The file is unreadable, a line has the wrong number of fields or no number
        where one is due, or there are more or fewer lines than the first one says.
    """
    first, *lines = read_lines(path, divider="\t")
    blocks, per_half = _first_line(first)
    expected = 2 * blocks * per_half
    if len(lines) != expected:
        first.fail(f"{len(lines)} pairs follow, but this line promises {expected}")
    fold_size = _fold_size(path, blocks, per_half, folds)
    trials = []
    for position, line in enumerate(lines):
        block, within = divmod(position, 2 * per_half)
        mated = within < per_half
        fold = block if blocks > 1 else within % per_half // fold_size if fold_size else None
        trials.append(read_trial(line, mated=mated, fold=fold))
    return trials


def read_trial(line: Line, *, mated: bool, fold: int | None) -> Trial:
    """Trial of one line: name, number, number, or name, number, name, number.

    Raises
    ------
    TestSetError
        The line has other fields, or compares an image with itself.
    """
    expected = 3 if mated else 4
    if len(line.fields) != expected:
        kind = "mated" if mated else "non-mated"
        line.fail(f"a {kind} pair needs {expected} fields here, not {len(line.fields)}")
    names = (line.fields[0], line.fields[0] if mated else line.fields[2])
    counts = (line.fields[1], line.fields[-1])
    if not all(_is_count(count) for count in counts):
        line.fail("the number of an image is not a whole number from 1")
    if any("/" in name or not is_plain_relative(name) for name in names):
        line.fail("a person's name would lead out of the tree")
    if not mated and names[0] == names[1]:
        line.fail(f"a non-mated pair names '{names[0]}' twice")
    reference, probe = ((name, int(count)) for name, count in zip(names, counts, strict=True))
    if reference == probe:
        line.fail("the pair compares an image with itself")
    return Trial(line.number, reference, probe, mated, fold)


def numbered_name(person: tuple[str, int]) -> str:
    """File name of a person's image without its suffix."""
    return f"{person[0]}_{person[1]:04d}"


def find_numbered(tree: Path, person: tuple[str, int], origin: Origin) -> str:
    """File of a person's image below ``tree``, whatever its suffix.

    Raises
    ------
    TestSetError
        There is none; names the line that asks for it.
    """
    stem = f"{person[0]}/{numbered_name(person)}"
    for suffix in sorted(IMAGE_SUFFIXES):
        if (tree / f"{stem}{suffix}").exists():
            return f"{stem}{suffix}"
    message = f"there is no image {stem} (.jpg, .png, ...) in {tree}"
    raise TestSetError(message, path=origin.path, line=origin.line)


def _sample(tree: Path, person: tuple[str, int], origin: Origin) -> NewSample:
    file = find_numbered(tree, person, origin)
    image = locate_listed(tree, file, origin)
    suffix = PurePosixPath(file).suffix
    return NewSample(numbered_name(person), image, suffix, person[0], origin=origin)


def _first_line(line: Line) -> tuple[int, int]:
    fields = line.fields
    if len(fields) not in (1, 2) or not all(_is_count(field) for field in fields):
        line.fail("the first line must hold the number of pairs, or folds and pairs")
    return (1, int(fields[0])) if len(fields) == 1 else (int(fields[0]), int(fields[1]))


def _fold_size(path: Path, blocks: int, per_half: int, folds: int | None) -> int:
    if folds is None:
        return 0
    if blocks > 1:
        raise TestSetError(f"the file has {blocks} folds of its own", path=path)
    if folds < 2 or per_half % folds:
        raise TestSetError(f"{per_half} pairs cannot be cut into {folds} equal folds", path=path)
    return per_half // folds


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7 and int(text) > 0


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
