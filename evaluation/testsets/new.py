"""What is handed in to write a new test set, by names instead of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ConditionSteps, Pooling
    from evaluation.testsets.types import Box


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
    box: Box | None = None


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


@dataclass(frozen=True, slots=True)
class NewTemplatePairs:
    """Trials between templates to write.

    Attributes
    ----------
    members : sequence of (template, sample, medium)
        Names.
    reference, probe : sequence of str
        Names of templates, one entry per trial; mated where their subjects agree.
    """

    name: str
    title: str
    members: Sequence[tuple[str, str, str]]
    reference: Sequence[str]
    probe: Sequence[str]
    pooling: Pooling


@dataclass(frozen=True, slots=True)
class NewIdentification:
    """Names of the samples that are enrolled, and of those that are searched for."""

    name: str
    title: str
    references: Sequence[str]
    probes: Sequence[str]
    gallery_sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewLeaveOneOut:
    """A protocol in which every sample searches all the others."""

    name: str
    title: str


FrameRow = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class NewLive:
    """Names of the watchlist's samples; frames as (sample, passage, seconds)."""

    name: str
    title: str
    references: Sequence[str]
    frames: Sequence[FrameRow]
    gallery_sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRobustness:
    """A protocol that degrades the probes of another, in steps."""

    name: str
    title: str
    base: str
    conditions: tuple[ConditionSteps, ...]


@dataclass(frozen=True, slots=True)
class NewQuality:
    """A protocol that judges quality by the errors of another."""

    name: str
    title: str
    base: str


@dataclass(frozen=True, slots=True)
class NewPresentationAttack:
    """Presentations as (sample, species); the species of a bona fide one is ''."""

    name: str
    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NewFace:
    """One face marked in an image; box and landmarks in px of the image."""

    sample: str
    box: Box
    landmarks: NDArray[np.float64] | None = field(default=None, compare=False)
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class NewDetection:
    """Faces to write; samples without one are images without a face."""

    name: str
    title: str
    faces: Sequence[NewFace]


NewProtocol = (
    NewPairs
    | NewAllPairs
    | NewTemplatePairs
    | NewIdentification
    | NewLeaveOneOut
    | NewLive
    | NewRobustness
    | NewQuality
    | NewPresentationAttack
    | NewDetection
)
