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
    MatedEvidence,
    NonMatedEvidence,
    TrialEvidence,
)
from evaluation.results import Document
from evaluation.storage import atomic_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.arrays import Array
    from evaluation.results import EvaluationResult

EVIDENCE_FILE: Final = "evidence.npz"

_MATED = ("subject", "trials", "errors")
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
class ModelEvidence:
    """Evidence of one model on one test set, for all protocols that are decided by threshold."""

    identity: EvidenceIdentity
    trials: tuple[TrialEvidence, ...]


class _StoredTrials(Document):
    protocol: str
    title: str
    seed: int
    replicates: int
    points: tuple[EvidencePoint, ...]
    every_two: bool
    n_trials: int | None


class _StoredEvidence(Document):
    schema_version: Literal[1] = 1
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
        identity=evidence.identity,
        trials=tuple(
            _StoredTrials(
                protocol=one.protocol,
                title=one.title,
                seed=one.seed,
                replicates=one.replicates,
                points=one.points,
                every_two=one.non_mated.samples is not None,
                n_trials=None if one.decisions is None else one.decisions.n_trials,
            )
            for one in evidence.trials
        ),
    )
    document = np.frombuffer(stored.model_dump_json().encode(), dtype=np.uint8)
    arrays = {
        f"{k}_{name}": array
        for k, one in enumerate(evidence.trials)
        for name, array in _arrays(one)
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


def _arrays(one: TrialEvidence) -> Iterator[tuple[str, Array]]:
    """Arrays by name, each number in as few bytes as the largest needs."""
    for name in _MATED:
        yield f"mated_{name}", _small(getattr(one.mated, name))
    yield "subject", _small(one.non_mated.subject)
    if one.non_mated.samples is None:
        for name in _LISTED:
            yield name, _small(getattr(one.non_mated, name))
    else:
        yield "samples", _small(one.non_mated.samples)
    for name in _MATCHES:
        yield name, _small(getattr(one.non_mated, name))
    if one.decisions is not None:
        for name in _DECISIONS:
            yield f"decided_{name}", getattr(one.decisions, name)


def _names(stored: _StoredTrials) -> Iterator[str]:
    yield from (f"mated_{name}" for name in _MATED)
    yield "subject"
    yield from ("samples",) if stored.every_two else _LISTED
    yield from _MATCHES
    if stored.n_trials is not None:
        yield from (f"decided_{name}" for name in _DECISIONS)


def _small(numbers: Array) -> Array:
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _trials(stored: _StoredTrials, arrays: dict[str, Any], k: int) -> TrialEvidence:
    def counts(name: str) -> Any:
        return arrays[f"{k}_{name}"].astype(np.int64)

    nobody = np.empty(0, dtype=np.int64)
    listed = [nobody] * len(_LISTED) if stored.every_two else [counts(name) for name in _LISTED]
    trials = TrialEvidence(
        protocol=stored.protocol,
        title=stored.title,
        seed=stored.seed,
        replicates=stored.replicates,
        points=stored.points,
        mated=MatedEvidence(*(counts(f"mated_{name}") for name in _MATED)),
        non_mated=NonMatedEvidence(
            counts("subject"),
            counts("samples") if stored.every_two else None,
            *listed,
            *(counts(name) for name in _MATCHES),
        ),
        decisions=None
        if stored.n_trials is None
        else Decisions(stored.n_trials, *(arrays[f"{k}_decided_{name}"] for name in _DECISIONS)),
    )
    _require_consistent(trials)
    return trials


def _require_consistent(trials: TrialEvidence) -> None:
    mated, different, n_points = trials.mated, trials.non_mated, len(trials.points)
    n_subjects = different.subject.size
    fits = (
        mated.errors.shape == (mated.subject.size, n_points),
        mated.trials.shape == mated.subject.shape,
        bool(np.all(mated.errors <= mated.trials[:, None])),
        bool(np.all(mated.trials > 0)),
        different.samples is None or different.samples.shape == different.subject.shape,
        _are_pairs(n_subjects, different.pair_a, different.pair_b, different.pair_trials),
        _are_pairs(n_subjects, different.match_a, different.match_b, different.match_count),
        different.match_point.shape == different.match_a.shape,
        bool(np.all(different.match_point < n_points)),
        trials.decisions is None or _is_whole(trials.decisions, n_points),
    )
    if not all(fits):
        raise ResultError("the parts do not fit each other")


def _are_pairs(n_subjects: int, a: Array, b: Array, counts: Array) -> bool:
    return a.shape == b.shape == counts.shape and bool(np.all((a < n_subjects) & (b < n_subjects)))


def _is_whole(decisions: Decisions, n_points: int) -> bool:
    n_bytes = -(-decisions.n_trials // 8)
    one_each = decisions.mated.shape == decisions.completed.shape == (n_bytes,)
    return one_each and decisions.match.shape == (n_points, n_bytes)
