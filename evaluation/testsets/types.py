"""The test set in memory: its samples, and what belongs to all its protocols."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.paths import read_inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import Manifest
    from evaluation.testsets.protocols import Protocol

Box = tuple[float, float, float, float]
FIXED_COLUMNS = ("sample", "file", "sha256", "subject")
BOX_COLUMNS = ("box_x", "box_y", "box_width", "box_height")
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
    box : tuple of float, or None
        x, y, width, height of the face in pixels of the image.
    """

    sample: str
    file: str
    sha256: str
    subject: str
    landmarks: NDArray[np.float64] | None = field(default=None, compare=False)
    attributes: Mapping[str, str] = field(default_factory=dict)
    box: Box | None = None


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
