"""Counts that tell a person what a test set can and cannot show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.card import Task
from evaluation.testsets.manifest import ProtocolKind
from evaluation.testsets.protocols import (
    AllPairsProtocol,
    DetectionProtocol,
    IdentificationProtocol,
    LeaveOneOutProtocol,
    LiveProtocol,
    PairProtocol,
    PresentationAttackProtocol,
    QualityProtocol,
    RobustnessProtocol,
    TemplateProtocol,
)

if TYPE_CHECKING:
    from evaluation.testsets.manifest import Manifest
    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet

_TASKS = {
    ProtocolKind.QUALITY: Task.QUALITY,
    ProtocolKind.PRESENTATION_ATTACK: Task.PAD,
    ProtocolKind.DETECTION: Task.DETECTION,
}
"""The other kinds measure embedding models."""


@dataclass(frozen=True, slots=True)
class ProtocolDescription:
    """What one protocol holds.

    Attributes
    ----------
    n_mated, n_non_mated : int
        Trials, searches or passages; bona fide and attack presentations; 0 where a
        protocol has neither.
    n_folds : int
        0 where the protocol has no folds.
    smallest_printable_rate : float or None
        Three divided by the non-mated trials (rule of 3), a proportion: of an FMR or an
        FPIR; None where fewer than three let nothing be printed.
    counts : mapping of str to int
        What else can be counted, in words.
    gallery_sizes : tuple of int
        People enrolled, for each gallery or watchlist that is searched, the whole one last.
    base : str
        Name of the protocol on whose comparisons this one is built; '' where there is none.
    """

    name: str
    title: str
    kind: ProtocolKind
    task: Task
    n_mated: int = 0
    n_non_mated: int = 0
    n_folds: int = 0
    smallest_printable_rate: float | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    gallery_sizes: tuple[int, ...] = ()
    base: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a test set holds; attribute values are counted by samples, most first."""

    n_samples: int
    n_subjects: int
    n_subjects_with_one_sample: int
    max_samples_per_subject: int
    n_with_landmarks: int
    n_with_boxes: int
    attributes: Mapping[str, Mapping[str, int]]
    protocols: tuple[ProtocolDescription, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks of the models that the set can measure, in the order of its protocols."""
        return tuple(dict.fromkeys(protocol.task for protocol in self.protocols))


def task_of(kind: ProtocolKind) -> Task:
    """Task of the models that a kind of protocol measures."""
    return _TASKS.get(kind, Task.EMBEDDING)


def describe_test_set(test_set: TestSet) -> Description:
    """Count a test set's samples, subjects, attribute values and trials."""
    sizes = np.bincount(test_set.subject_index)
    attributes = {
        attribute: dict(
            Counter(sample.attributes[attribute] for sample in test_set.samples).most_common()
        )
        for attribute in test_set.manifest.attributes
    }
    return Description(
        n_samples=len(test_set.samples),
        n_subjects=test_set.n_subjects,
        n_subjects_with_one_sample=int(np.count_nonzero(sizes == 1)),
        max_samples_per_subject=int(sizes.max()),
        n_with_landmarks=sum(sample.landmarks is not None for sample in test_set.samples),
        n_with_boxes=sum(sample.box is not None for sample in test_set.samples),
        attributes=attributes,
        protocols=tuple(
            _describe(test_set, test_set.manifest, protocol) for protocol in test_set.protocols
        ),
    )


def _describe(test_set: TestSet, manifest: Manifest, protocol: Protocol) -> ProtocolDescription:
    kind = next(entry.kind for entry in manifest.protocols if entry.name == protocol.name)
    found = _COUNTERS[type(protocol)](test_set, protocol)
    n_non_mated = found.get("n_non_mated", 0)
    can_print = n_non_mated >= 3 and task_of(kind) is Task.EMBEDDING
    return ProtocolDescription(
        name=protocol.name,
        title=protocol.title,
        kind=kind,
        task=task_of(kind),
        smallest_printable_rate=3 / n_non_mated if can_print else None,
        **found,
    )


def _pairs(_: TestSet, protocol: PairProtocol) -> dict[str, Any]:
    n_mated = int(np.count_nonzero(protocol.mated))
    return {
        "n_mated": n_mated,
        "n_non_mated": protocol.mated.size - n_mated,
        "n_folds": 0 if protocol.fold is None else np.unique(protocol.fold).size,
    }


def _all_pairs(test_set: TestSet, _: AllPairsProtocol) -> dict[str, Any]:
    sizes = np.bincount(test_set.subject_index).astype(np.int64)
    n_samples = len(test_set.samples)
    n_mated = int((sizes * (sizes - 1) // 2).sum())
    return {"n_mated": n_mated, "n_non_mated": n_samples * (n_samples - 1) // 2 - n_mated}


def _template_pairs(_: TestSet, protocol: TemplateProtocol) -> dict[str, Any]:
    n_mated = int(np.count_nonzero(protocol.mated))
    return {
        "n_mated": n_mated,
        "n_non_mated": protocol.mated.size - n_mated,
        "counts": {
            "templates": len(protocol.template_names),
            "media": np.unique(protocol.member_media).size,
            "images in templates": protocol.member_sample.size,
        },
    }


def _identification(test_set: TestSet, protocol: IdentificationProtocol) -> dict[str, Any]:
    enrolled = np.unique(test_set.subject_index[protocol.reference])
    mated = np.isin(test_set.subject_index[protocol.probe], enrolled)
    return {
        "n_mated": int(mated.sum()),
        "n_non_mated": int((~mated).sum()),
        "counts": {
            "enrolled subjects": enrolled.size,
            "references": protocol.reference.size,
            "gallery sizes": len(protocol.gallery_sizes) + 1,
        },
        "gallery_sizes": (*protocol.gallery_sizes, enrolled.size),
    }


def _leave_one_out(test_set: TestSet, _: LeaveOneOutProtocol) -> dict[str, Any]:
    sizes = np.bincount(test_set.subject_index)
    alone = int(np.count_nonzero(sizes == 1))
    return {
        "n_mated": len(test_set.samples) - alone,
        "n_non_mated": alone,
        "gallery_sizes": (test_set.n_subjects,),
    }


def _live(test_set: TestSet, protocol: LiveProtocol) -> dict[str, Any]:
    enrolled = np.unique(test_set.subject_index[protocol.reference])
    _, first = np.unique(protocol.passage, return_index=True)
    mated = np.isin(test_set.subject_index[protocol.frame[first]], enrolled)
    return {
        "n_mated": int(mated.sum()),
        "n_non_mated": int((~mated).sum()),
        "counts": {
            "people on the watchlist": enrolled.size,
            "references": protocol.reference.size,
            "frames": protocol.frame.size,
            "watchlist sizes": len(protocol.gallery_sizes) + 1,
        },
        "gallery_sizes": (*protocol.gallery_sizes, enrolled.size),
    }


def _robustness(test_set: TestSet, protocol: RobustnessProtocol) -> dict[str, Any]:
    steps = {
        "conditions": len(protocol.conditions),
        "steps": sum(len(one.steps) for one in protocol.conditions),
    }
    return {"counts": steps | _comparisons_of_base(test_set, protocol), "base": protocol.base}


def _quality(test_set: TestSet, protocol: QualityProtocol) -> dict[str, Any]:
    return {"counts": _comparisons_of_base(test_set, protocol), "base": protocol.base}


def _comparisons_of_base(
    test_set: TestSet, protocol: RobustnessProtocol | QualityProtocol
) -> dict[str, int]:
    base = test_set.protocol(protocol.base)
    found = _COUNTERS[type(base)](test_set, base)
    return {
        "mated comparisons of the base": found["n_mated"],
        "non-mated comparisons of the base": found["n_non_mated"],
    }


def _presentation_attack(_: TestSet, protocol: PresentationAttackProtocol) -> dict[str, Any]:
    species = Counter(name for name in protocol.species if name)
    return {
        "n_mated": int(np.count_nonzero(~protocol.attack)),
        "n_non_mated": int(np.count_nonzero(protocol.attack)),
        "counts": {f"attacks: {name}": count for name, count in sorted(species.items())},
    }


def _detection(test_set: TestSet, protocol: DetectionProtocol) -> dict[str, Any]:
    with_faces = np.unique(protocol.sample).size
    return {
        "counts": {
            "faces": int(np.count_nonzero(~protocol.ignored)),
            "faces that do not count": int(np.count_nonzero(protocol.ignored)),
            "images without a face": len(test_set.samples) - with_faces,
        }
    }


_COUNTERS: dict[type[Any], Callable[[TestSet, Any], dict[str, Any]]] = {
    PairProtocol: _pairs,
    AllPairsProtocol: _all_pairs,
    TemplateProtocol: _template_pairs,
    IdentificationProtocol: _identification,
    LeaveOneOutProtocol: _leave_one_out,
    LiveProtocol: _live,
    RobustnessProtocol: _robustness,
    QualityProtocol: _quality,
    PresentationAttackProtocol: _presentation_attack,
    DetectionProtocol: _detection,
}
