"""Racial Faces in-the-Wild: four groups with 6,000 pairs each, and landmarks.

``txts/African/African_pairs.txt`` lists trials as LFW does, without a first line: name,
number, number, or name, number, name, number. ``txts/African/African_lmk.txt`` gives a
file below ``data``, a label and five points. Images lie in ``data/African/NAME/``. A
person who stands in two groups is one subject; the group belongs to the image.

References
----------
Wang et al., Racial Faces in the Wild, ICCV 2019, doi:10.1109/ICCV.2019.00078.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import PAIRS_NAME
from evaluation.testsets.importers.files import folders, locate_listed, only_below
from evaluation.testsets.importers.lfw import find_numbered, read_trial
from evaluation.testsets.importers.lines import read_lines
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs, NewSample, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.importers.lfw import Trial
    from evaluation.testsets.new import PairRow

ETHNICITY = "ethnicity"


@dataclass(slots=True)
class _Group:
    """Trials of one group, and its images by name in the order in which they are named."""

    name: str
    images: Path
    pairs: Path
    trials: list[Trial]
    landmarks: dict[str, NDArray[np.float64]]
    files: dict[tuple[str, int], str] = field(default_factory=dict)

    def sample(self, person: tuple[str, int], line: int) -> str:
        """Name of a person's image, which is taken into the set."""
        if person not in self.files:
            self.files[person] = find_numbered(self.images, person, Origin(self.pairs, line))
        return f"{self.name}/{self.files[person]}"

    def samples(self) -> Iterator[NewSample]:
        """Give the images that trials name."""
        first: dict[tuple[str, int], Origin] = {}
        for trial in self.trials:
            for person in (trial.reference, trial.probe):
                first.setdefault(person, Origin(self.pairs, trial.line))
        for person, file in self.files.items():
            origin = first[person]
            if file not in self.landmarks:
                message = f"there are no landmarks of '{file}' in {self.name}_lmk.txt"
                raise TestSetError(message, path=origin.path, line=origin.line)
            yield NewSample(
                sample=f"{self.name}/{file}",
                image=locate_listed(self.images, file, origin),
                suffix=PurePosixPath(file).suffix,
                subject=person[0],
                landmarks=self.landmarks[file],
                attributes={ETHNICITY: self.name},
                origin=origin,
            )


def read_rfw(root: Path, *, folds: int | None = 10) -> Source:
    """Read RFW's test set.

    Parameters
    ----------
    root : Path
        Folder of ``data`` and ``txts``, or the folder above, where it is called ``test``.
    folds : int or None
        Cut each group's trials into so many contiguous folds; None for none.

    Returns
    -------
    Source
        The protocol ``pairs`` over all groups, and one ``pairs_GROUP`` for each.

    Raises
    ------
    TestSetError
        A file is missing or a line is wrong; names the file and line.
    """
    base = only_below(root, "test")
    groups = [_read_group(base, folder.name) for folder in folders(base / "txts")]
    if not groups:
        raise TestSetError("there is no folder of a group", path=base / "txts")
    protocols = [_protocol(group, folds) for group in groups]
    rows = [row for protocol in protocols for row in protocol.rows]
    everything = NewPairs(PAIRS_NAME, "Listed pairs of all groups", rows)
    samples = (sample for group in groups for sample in group.samples())
    return Source(samples, [everything, *protocols], (ETHNICITY,))


def _read_group(base: Path, name: str) -> _Group:
    lists = base / "txts" / name
    pairs = lists / f"{name}_pairs.txt"
    trials = [
        read_trial(line, mated=len(line.fields) < 4, fold=None)
        for line in read_lines(pairs, divider="\t")
    ]
    landmarks = _read_landmarks(lists / f"{name}_lmk.txt", name)
    return _Group(name, base / "data" / name, pairs, trials, landmarks)


def _read_landmarks(path: Path, group: str) -> dict[str, NDArray[np.float64]]:
    landmarks: dict[str, NDArray[np.float64]] = {}
    for line in read_lines(path):
        line.require(12)
        parts = line.fields[0].split("/")
        file = "/".join(parts[-2:])
        if parts[-3:-2] != [group]:
            line.fail(f"'{line.fields[0]}' does not lie in the folder of {group}")
        if file in landmarks:
            line.fail(f"'{file}' has landmarks already")
        points = [line.decimal(position, "landmark") for position in range(2, 12)]
        landmarks[file] = np.array(points).reshape(5, 2)
    return landmarks


def _protocol(group: _Group, folds: int | None) -> NewPairs:
    count = len(group.trials)
    if folds is not None and not 2 <= folds <= count:
        message = f"{count} pairs cannot be cut into {folds} folds"
        raise TestSetError(message, path=group.pairs)
    rows: list[PairRow] = [
        (
            group.sample(trial.reference, trial.line),
            group.sample(trial.probe, trial.line),
            trial.mated,
            None if folds is None else position * folds // count,
        )
        for position, trial in enumerate(group.trials)
    ]
    return NewPairs(f"{PAIRS_NAME}_{group.name.lower()}", f"Listed pairs, {group.name}", rows)
