"""The test set in memory, and what is handed in to write a new one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.paths import read_inside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import Manifest

FIXED_COLUMNS = ("sample", "file", "sha256", "subject")
LANDMARK_COLUMNS = tuple(f"{axis}{point}" for point in range(5) for axis in "xy")


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of one subject.

    Attributes
    ----------
    sample, subject : str
        Names, unique within the test set.
    file : str
        Path of the image inside the package, with forward slashes.
    sha256 : str
        Of the image file's bytes, lower-case hexadecimal.
    landmarks : ndarray of float64, shape (5, 2), or None
        Pixels (x, y) in the image: image-left eye, image-right eye, nose,
        image-left and image-right mouth corner.
    attributes : mapping of str to str
        Value of every attribute that the manifest lists; '' where unknown.
    """

    sample: str
    file: str
    sha256: str
    subject: str
    landmarks: NDArray[np.float64] | None = field(default=None, compare=False)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PairProtocol:
    """A list of trials.

    Attributes
    ----------
    reference, probe : ndarray of int32, shape (n,)
        Indices into the test set's samples.
    mated : ndarray of bool, shape (n,)
        Ground truth: both samples are of the same subject.
    fold : ndarray of int16, shape (n,), or None
        Fold of each trial, from 0.
    """

    name: str
    title: str
    reference: NDArray[np.int32]
    probe: NDArray[np.int32]
    mated: NDArray[np.bool_]
    fold: NDArray[np.int16] | None = None


@dataclass(frozen=True, slots=True)
class AllPairsProtocol:
    """Every unordered pair of two different samples; mated where subjects agree."""

    name: str
    title: str


Protocol = PairProtocol | AllPairsProtocol


@dataclass(frozen=True, eq=False)
class TestSet:
    """A test set whose manifest and tables have been checked.

    Attributes
    ----------
    sha256 : str
        Of the manifest's bytes; names the whole test set.
    subject_index : ndarray of int32, shape (n_samples,)
        Number of each sample's subject, from 0 in order of first appearance.
    """

    root: Path
    manifest: Manifest
    sha256: str
    samples: tuple[Sample, ...]
    protocols: tuple[Protocol, ...]
    subject_index: NDArray[np.int32]

    @property
    def n_subjects(self) -> int:
        """Number of different subjects."""
        return int(self.subject_index.max()) + 1

    def protocol(self, name: str) -> Protocol:
        """Find a protocol by its name.

        Raises
        ------
        TestSetError
            The test set has no such protocol.
        """
        for protocol in self.protocols:
            if protocol.name == name:
                return protocol
        known = ", ".join(protocol.name for protocol in self.protocols)
        raise TestSetError(f"there is no protocol '{name}'; there are {known}", path=self.root)

    def read_image(self, index: int) -> bytes:
        """Bytes of one sample's image file, checked against its SHA-256.

        Raises
        ------
        TestSetError
            The file is missing, leads out of the package, or was changed.
        """
        sample = self.samples[index]
        content = read_inside(self.root, sample.file)
        if hashlib.sha256(content).hexdigest() != sample.sha256:
            raise TestSetError(
                f"the image of sample '{sample.sample}' was changed: its SHA-256 differs",
                path=self.root / sample.file,
            )
        return content


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was named, for the message when it proves wrong."""

    path: Path
    line: int | None = None


@dataclass(frozen=True, slots=True)
class NewSample:
    """One image to write; ``image`` is the file's bytes or where to read them."""

    sample: str
    image: bytes | Path
    suffix: str
    subject: str
    landmarks: NDArray[np.float64] | None = field(default=None, compare=False)
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin | None = None


PairRow = tuple[str, str, bool, int | None]


@dataclass(frozen=True, slots=True)
class NewPairs:
    """Trials to write, as (reference sample, probe sample, mated, fold or None)."""

    name: str
    title: str
    rows: Sequence[PairRow]


@dataclass(frozen=True, slots=True)
class NewAllPairs:
    """A protocol of all pairs to write."""

    name: str
    title: str


NewProtocol = NewPairs | NewAllPairs
