"""The protocols of a test set in memory: which trials are made, and their ground truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ConditionSteps, Pooling


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


@dataclass(frozen=True, slots=True, eq=False)
class TemplateProtocol:
    """Trials between templates that are each made of several images.

    Attributes
    ----------
    template_names : tuple of str
    member_template, member_sample, member_media : ndarray of int32, shape (n_members,)
        Row k says that sample ``member_sample[k]`` belongs to template
        ``member_template[k]`` and there to medium ``member_media[k]`` (a photograph or
        a video); sorted by template, then medium, then sample.
    template_subject : ndarray of int32, shape (n_templates,)
        Subject of each template, numbered as the test set's ``subject_index``.
    reference, probe : ndarray of int32, shape (n,)
        Indices into the templates.
    mated : ndarray of bool, shape (n,)
    pooling : Pooling
    """

    name: str
    title: str
    template_names: tuple[str, ...]
    member_template: NDArray[np.int32]
    member_sample: NDArray[np.int32]
    member_media: NDArray[np.int32]
    template_subject: NDArray[np.int32]
    reference: NDArray[np.int32]
    probe: NDArray[np.int32]
    mated: NDArray[np.bool_]
    pooling: Pooling


@dataclass(frozen=True, slots=True, eq=False)
class IdentificationProtocol:
    """Searches of a gallery; a probe is mated where its subject is enrolled.

    Attributes
    ----------
    reference : ndarray of int32, shape (n_references,)
        Samples that are enrolled, several of one subject allowed; ascending.
    probe : ndarray of int32, shape (n_probes,)
        Samples that are searched for, none of them enrolled; ascending.
    gallery_sizes : tuple of int
        Numbers of enrolled subjects to measure with, ascending, each below the whole
        number of enrolled subjects, which is measured as well.
    """

    name: str
    title: str
    reference: NDArray[np.int32]
    probe: NDArray[np.int32]
    gallery_sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveOneOutProtocol:
    """Every sample searches all the others; mated where its subject has another sample."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class LiveProtocol:
    """Passages of people before a camera, searched in a watchlist frame by frame.

    Attributes
    ----------
    reference : ndarray of int32, shape (n_references,)
        Samples of the watchlist; ascending.
    frame : ndarray of int32, shape (n_frames,)
        Samples that are frames, ordered by passage, then time.
    passage : ndarray of int32, shape (n_frames,)
        Number of each frame's passage, from 0 without gap; all frames of a passage
        show one subject. The passage is mated where that subject is on the watchlist.
    seconds : ndarray of float64, shape (n_frames,)
        Time since the beginning of the passage, not falling within a passage.
    gallery_sizes : tuple of int
        As for `IdentificationProtocol`, in subjects on the watchlist.
    """

    name: str
    title: str
    reference: NDArray[np.int32]
    frame: NDArray[np.int32]
    passage: NDArray[np.int32]
    seconds: NDArray[np.float64]
    gallery_sizes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RobustnessProtocol:
    """The mated trials of a clean protocol, with the probe's image made worse in steps."""

    name: str
    title: str
    base: str
    conditions: tuple[ConditionSteps, ...]


@dataclass(frozen=True, slots=True)
class QualityProtocol:
    """A quality model judged by the errors of a recognition model on a base protocol."""

    name: str
    title: str
    base: str


@dataclass(frozen=True, slots=True, eq=False)
class PresentationAttackProtocol:
    """Live faces and attacks.

    Attributes
    ----------
    sample : ndarray of int32, shape (n,)
    attack : ndarray of bool, shape (n,)
        False: a bona fide presentation.
    species : tuple of str
        Attack species of each row; '' for bona fide presentations.
    """

    name: str
    title: str
    sample: NDArray[np.int32]
    attack: NDArray[np.bool_]
    species: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DetectionProtocol:
    """Faces marked in images; every sample takes part, with or without a face.

    Attributes
    ----------
    sample : ndarray of int32, shape (n_faces,)
        Which image; ascending.
    boxes : ndarray of float64, shape (n_faces, 4), px
        x, y, width, height.
    landmarks : ndarray of float64, shape (n_faces, 5, 2), px, or None
        NaN where a face has none.
    ignored : ndarray of bool, shape (n_faces,)
        Faces that count neither as found nor as missed.
    """

    name: str
    title: str
    sample: NDArray[np.int32]
    boxes: NDArray[np.float64]
    landmarks: NDArray[np.float64] | None
    ignored: NDArray[np.bool_]


Protocol = (
    PairProtocol
    | AllPairsProtocol
    | TemplateProtocol
    | IdentificationProtocol
    | LeaveOneOutProtocol
    | LiveProtocol
    | RobustnessProtocol
    | QualityProtocol
    | PresentationAttackProtocol
    | DetectionProtocol
)
