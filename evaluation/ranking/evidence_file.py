"""A model's evidence of trials in one ``.npz`` file beside its result, without pickles.

The file binds the counts to the model and the test set by their SHA-256. It holds
numbers of subjects, no names, files, scores or templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from pydantic import ValidationError

from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ResultError
from evaluation.metrics.trial_evidence import (
    Decisions,
    EvidencePoint,
    SubjectEvidence,
    SubjectPairEvidence,
    TrialEvidence,
)
from evaluation.results import Document
from evaluation.storage import atomic_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.arrays import Array, IntArray
    from evaluation.results import EvaluationResult

EVIDENCE_FILE: Final = "evidence.npz"

_BY_SUBJECT = ("subject", "trials", "errors")
_LISTED = ("pair_a", "pair_b", "pair_trials")
_MATCHES = ("match_a", "match_b", "match_point", "match_count")
_DECISIONS = ("mated", "completed", "match")


class EvidenceIdentity(Document):
    """Whose trials, on which test set."""

    model_name: str
    model_version: str
    model_sha256: str
    test_set_name: str
    test_set_title: str
    test_set_sha256: str


def evidence_identity(result: EvaluationResult) -> EvidenceIdentity:
    """Identity of a result's model and test set."""
    model, test_set = result.model, result.test_set
    return EvidenceIdentity(
        model_name=model.name,
        model_version=model.version,
        model_sha256=model.sha256,
        test_set_name=test_set.name,
        test_set_title=test_set.title,
        test_set_sha256=test_set.sha256,
    )


@dataclass(frozen=True, slots=True, eq=False)
class MatedEvidence:
    """One model's mated trials of one protocol: all that false negative rates are ranked by."""

    identity: EvidenceIdentity
    protocol: str
    seed: int
    replicates: int
    gallery_size: int | None
    points: tuple[EvidencePoint, ...]
    mated: SubjectEvidence


@dataclass(frozen=True, slots=True, eq=False)
class ModelEvidence:
    """Evidence of one model on one test set, for all protocols that are decided by threshold."""

    identity: EvidenceIdentity
    trials: tuple[TrialEvidence, ...]


class _StoredTrials(Document):
    protocol: str
    title: str
    seed: int
    replicates: int
    gallery_size: int | None
    points: tuple[EvidencePoint, ...]
    every_two: bool
    """Whether every two samples were compared."""
    n_trials: int | None


class _StoredEvidence(Document):
    schema_version: Literal[2] = 2
    identity: EvidenceIdentity
    trials: tuple[_StoredTrials, ...]


def save_evidence(path: Path, evidence: ModelEvidence) -> None:
    """Write the evidence atomically; equal evidence gives equal bytes.

    Raises
    ------
    OSError
        The folder cannot be written; an earlier file is unchanged.
    """
    stored = _StoredEvidence(
        identity=evidence.identity, trials=tuple(map(_stored, evidence.trials))
    )
    document = np.frombuffer(stored.model_dump_json().encode(), dtype=np.uint8)
    arrays = {
        f"{k}_{name}": array
        for k, (one, its) in enumerate(zip(evidence.trials, stored.trials, strict=True))
        for name, array in _arrays(one, its)
    }
    with atomic_path(path) as temporary:
        save_arrays(temporary, {"document": document, **arrays})


def load_evidence(path: Path) -> ModelEvidence:
    """Read back what `save_evidence` wrote.

    Raises
    ------
    ResultError
        The file is missing, damaged, of another version, or contradicts itself.
    """
    try:
        document = load_arrays(path, ("document",))["document"].tobytes()
        stored = _StoredEvidence.model_validate_json(document)
        names = tuple(f"{k}_{name}" for k, one in enumerate(stored.trials) for name in _names(one))
        arrays = load_arrays(path, names)
        trials = tuple(_trials(one, arrays, k) for k, one in enumerate(stored.trials))
    except (ResultError, ValidationError, TypeError, ValueError) as error:
        raise ResultError(f"{path} holds no evidence of trials of this version of Assay") from error
    return ModelEvidence(stored.identity, trials)


def load_mated(path: Path, protocol: str) -> MatedEvidence:
    """Read the mated trials of one protocol alone, which are a small part of the file.

    Raises
    ------
    ResultError
        The file is missing, damaged or of another version, or has no such protocol.
    """
    try:
        document = load_arrays(path, ("document",))["document"].tobytes()
        stored = _StoredEvidence.model_validate_json(document)
        k = [one.protocol for one in stored.trials].index(protocol)
        one, names = stored.trials[k], tuple(f"{k}_mated_{name}" for name in _BY_SUBJECT)
        arrays = load_arrays(path, names)
        mated = SubjectEvidence(*(arrays[name].astype(np.int64) for name in names))
        _require(_is_fit(mated, len(one.points)))
    except (ResultError, ValidationError, TypeError, ValueError) as error:
        raise ResultError(f"{path} holds no mated trials of {protocol}") from error
    return MatedEvidence(
        identity=stored.identity,
        protocol=protocol,
        seed=one.seed,
        replicates=one.replicates,
        gallery_size=one.gallery_size,
        points=one.points,
        mated=mated,
    )


def _stored(one: TrialEvidence) -> _StoredTrials:
    return _StoredTrials(
        protocol=one.protocol,
        title=one.title,
        seed=one.seed,
        replicates=one.replicates,
        gallery_size=one.gallery_size,
        points=one.points,
        every_two=isinstance(one.non_mated, SubjectPairEvidence)
        and one.non_mated.samples is not None,
        n_trials=None if one.decisions is None else one.decisions.n_trials,
    )


def _arrays(one: TrialEvidence, stored: _StoredTrials) -> Iterator[tuple[str, Array]]:
    """Arrays by name, each number in as few bytes as the largest needs."""
    for name in _BY_SUBJECT:
        yield f"mated_{name}", _small(getattr(one.mated, name))
    for name in _names_of_non_mated(stored):
        yield f"non_mated_{name}", _small(getattr(one.non_mated, name))
    if one.decisions is not None:
        for name in _DECISIONS:
            yield f"decided_{name}", getattr(one.decisions, name)


def _names(stored: _StoredTrials) -> Iterator[str]:
    yield from (f"mated_{name}" for name in _BY_SUBJECT)
    yield from (f"non_mated_{name}" for name in _names_of_non_mated(stored))
    if stored.n_trials is not None:
        yield from (f"decided_{name}" for name in _DECISIONS)


def _names_of_non_mated(stored: _StoredTrials) -> tuple[str, ...]:
    if stored.gallery_size is not None:
        return _BY_SUBJECT
    return ("subject", *(("samples",) if stored.every_two else _LISTED), *_MATCHES)


def _small(numbers: Array) -> Array:
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _trials(stored: _StoredTrials, arrays: dict[str, Any], k: int) -> TrialEvidence:
    def counts(name: str) -> Any:
        return arrays[f"{k}_{name}"].astype(np.int64)

    decided = [arrays[f"{k}_decided_{name}"] for name in _DECISIONS if stored.n_trials is not None]
    trials = TrialEvidence(
        protocol=stored.protocol,
        title=stored.title,
        seed=stored.seed,
        replicates=stored.replicates,
        gallery_size=stored.gallery_size,
        points=stored.points,
        mated=SubjectEvidence(*(counts(f"mated_{name}") for name in _BY_SUBJECT)),
        non_mated=_non_mated(
            stored, {name: counts(f"non_mated_{name}") for name in _names_of_non_mated(stored)}
        ),
        decisions=None if stored.n_trials is None else Decisions(stored.n_trials, *decided),
    )
    _require_consistent(trials)
    return trials


def _non_mated(
    stored: _StoredTrials, counts: dict[str, IntArray]
) -> SubjectPairEvidence | SubjectEvidence:
    if stored.gallery_size is not None:
        return SubjectEvidence(**counts)
    held = dict.fromkeys(_LISTED, np.empty(0, dtype=np.int64)) | counts
    return SubjectPairEvidence(
        samples=counts.get("samples"),
        **{name: held[name] for name in ("subject", *_LISTED, *_MATCHES)},
    )


def _require_consistent(trials: TrialEvidence) -> None:
    n_points, other = len(trials.points), trials.non_mated
    fits = (
        _is_fit(trials.mated, n_points),
        _fit_by_subject(other, n_points)
        if isinstance(other, SubjectEvidence)
        else _fit_by_two(other, n_points),
        trials.decisions is None or _is_whole(trials.decisions, n_points),
    )
    _require(all(fits))


def _require(fits: bool) -> None:
    if not fits:
        raise ResultError("the parts do not fit each other")


def _is_fit(mated: SubjectEvidence, n_points: int) -> bool:
    return _fit_by_subject(mated, n_points) and bool(mated.subject.size)


def _fit_by_subject(counts: SubjectEvidence, n_points: int) -> bool:
    return (
        counts.errors.shape == (counts.subject.size, n_points)
        and counts.trials.shape == counts.subject.shape
        and bool(np.all(counts.errors <= counts.trials[:, None]))
        and bool(np.all(counts.trials > 0))
    )


def _fit_by_two(counts: SubjectPairEvidence, n_points: int) -> bool:
    n_subjects = counts.subject.size
    return (
        (counts.samples is None or counts.samples.shape == counts.subject.shape)
        and _are_pairs(n_subjects, counts.pair_a, counts.pair_b, counts.pair_trials)
        and _are_pairs(n_subjects, counts.match_a, counts.match_b, counts.match_count)
        and counts.match_point.shape == counts.match_a.shape
        and bool(np.all(counts.match_point < n_points))
    )


def _are_pairs(n_subjects: int, a: Array, b: Array, counts: Array) -> bool:
    return a.shape == b.shape == counts.shape and bool(np.all((a < n_subjects) & (b < n_subjects)))


def _is_whole(decisions: Decisions, n_points: int) -> bool:
    n_bytes = -(-decisions.n_trials // 8)
    one_each = decisions.mated.shape == decisions.completed.shape == (n_bytes,)
    return one_each and decisions.match.shape == (n_points, n_bytes)
