"""Celebrities in Frontal-Profile: FP (frontal against profile) and FF (both frontal).

``Protocol/Pair_list_F.txt`` and ``Pair_list_P.txt`` number the frontal and the profile
images (``1 ../Data/Images/001/frontal/01.jpg``); each fold ``Protocol/Split/FP/01`` has a
``same.txt`` and a ``diff.txt`` of two such numbers a line (``12,345``).

References
----------
Sengupta et al., Frontal to Profile Face Verification in the Wild, WACV 2016,
doi:10.1109/WACV.2016.7477558.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.files import folders, locate_listed
from evaluation.testsets.importers.lines import read_lines
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs, NewSample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evaluation.testsets.importers.lines import Line
    from evaluation.testsets.new import Origin, PairRow

VIEW = "view"
FRONTAL, PROFILE = "frontal", "profile"
_LISTS = {FRONTAL: "Pair_list_F.txt", PROFILE: "Pair_list_P.txt"}
_PROTOCOLS = {
    "FP": ("frontal_profile", "Frontal against profile", PROFILE),
    "FF": ("frontal_frontal", "Frontal against frontal", FRONTAL),
}


@dataclass(frozen=True, slots=True)
class _Image:
    file: str
    subject: str
    view: str
    origin: Origin


_Numbered = dict[int, _Image]


def read_cfp(root: Path) -> Source:
    """Read CFP with the protocols FP and FF, or whichever of them is there.

    Parameters
    ----------
    root : Path
        Folder of ``Data`` and ``Protocol``.

    Raises
    ------
    TestSetError
        A file is missing or a line is wrong; names the file and line.
    """
    protocol = root / "Protocol"
    splits = [folder for folder in folders(protocol / "Split") if folder.name in _PROTOCOLS]
    if not splits:
        raise TestSetError("there is neither a folder FP nor FF", path=protocol / "Split")
    lists = {view: _read_list(protocol / name, view) for view, name in _LISTS.items()}
    protocols = [_read_split(split, lists) for split in splits]
    used = {name for one in protocols for row in one.rows for name in row[:2]}
    return Source(_samples(root, lists, used), protocols, (VIEW,))


def _read_list(path: Path, view: str) -> _Numbered:
    images: _Numbered = {}
    for line in read_lines(path):
        line.require(2)
        number = line.whole(0, "number", least=1)
        if number in images:
            line.fail(f"number {number} stands on line {images[number].origin.line} already")
        # Paths are written from the folder Protocol; no other step upwards is followed.
        file = line.fields[1].removeprefix("../")
        parts = PurePosixPath(file).parts
        if len(parts) < 3:
            line.fail(f"'{line.fields[1]}' is not ../Data/Images/PERSON/{view}/FILE")
        images[number] = _Image(file, parts[-3], view, line.origin)
    return images


def _read_split(folder: Path, lists: Mapping[str, _Numbered]) -> NewPairs:
    name, title, second = _PROTOCOLS[folder.name]
    rows: list[PairRow] = []
    for fold, part in enumerate(folders(folder)):
        for file, mated in (("same.txt", True), ("diff.txt", False)):
            for line in read_lines(part / file, divider=","):
                rows.append(_row(line, lists[FRONTAL], lists[second], mated=mated, fold=fold))
    if not rows:
        raise TestSetError("there is no folder of a fold", path=folder)
    return NewPairs(name, title, rows)


def _row(
    line: Line, references: _Numbered, probes: _Numbered, *, mated: bool, fold: int
) -> PairRow:
    line.require(2)
    images = []
    for position, images_of in enumerate((references, probes)):
        number = line.whole(position, "number", least=1)
        if number not in images_of:
            line.fail(f"no image has the number {number}")
        images.append(images_of[number])
    reference, probe = images
    if reference.file == probe.file:
        line.fail(f"the pair compares '{reference.file}' with itself")
    if mated != (reference.subject == probe.subject):
        said = "mated" if mated else "non-mated"
        line.fail(f"the pair is {said}, but shows '{reference.subject}' and '{probe.subject}'")
    return reference.file, probe.file, mated, fold


def _samples(root: Path, lists: Mapping[str, _Numbered], used: set[str]) -> Iterator[NewSample]:
    for images in lists.values():
        for image in images.values():
            if image.file in used:
                used.remove(image.file)
                yield NewSample(
                    sample=image.file,
                    image=locate_listed(root, image.file, image.origin),
                    suffix=PurePosixPath(image.file).suffix,
                    subject=image.subject,
                    attributes={VIEW: image.view},
                    origin=image.origin,
                )
