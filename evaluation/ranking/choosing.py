"""Which protocol and operating point models are compared at, and whether they may be.

Models are compared on the same trials only: the same test set to the bit, the same
protocol, the same people drawn. Everything else is refused with a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from evaluation.errors import ResultError
from evaluation.metrics.evidence import evidence_for_target, format_target
from evaluation.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.metrics.trial_evidence import EvidencePoint, TrialEvidence
    from evaluation.ranking.evidence_file import EvidenceIdentity, ModelEvidence

RECOMMENDED: Final = "recommended"
"""Stands for each supplier's own threshold in place of a target FMR."""


class Entry(NamedTuple):
    """One model's part in a ranking."""

    identity: EvidenceIdentity
    trials: TrialEvidence
    place: int

    @property
    def point(self) -> EvidencePoint:
        """Operating point at which it is compared."""
        return self.trials.points[self.place]


def require_one_test_set(models: Sequence[ModelEvidence]) -> None:
    """Refuse fewer than two models, and models on different test sets.

    Raises
    ------
    ResultError
        With a sentence that names the two.
    """
    if len(models) < 2:
        raise ResultError("a comparison needs at least two models")
    first = models[0].identity
    for other in (model.identity for model in models[1:]):
        if other.test_set_sha256 != first.test_set_sha256:
            raise ResultError(
                f"{_name(first)} and {_name(other)} were measured on different test sets: "
                f"{first.test_set_title} and {other.test_set_title} "
                f"(SHA-256 {first.test_set_sha256[:16]} and {other.test_set_sha256[:16]})"
            )


def common_protocols(
    models: Sequence[ModelEvidence], protocol: str | None, target_fmr: float | str | None
) -> list[str]:
    """Name the protocols to compare: those that all models have run with the operating point.

    Raises
    ------
    ResultError
        There is none, or a model has not run the one asked for.
    """
    run = [[one.protocol for one in model.trials] for model in models]
    common = [name for name in run[0] if all(name in names for names in run)]
    if protocol is None:
        if not common:
            raise ResultError("the models have run no protocol in common")
        offered = [name for name in common if _is_offered(models, name, target_fmr)]
        return offered or common[:1]  # whose sentence says what is missing
    for model, names in zip(models, run, strict=True):
        if protocol not in names:
            has = ", ".join(names) or "none that is decided by a threshold"
            raise ResultError(
                f"{_name(model.identity)} has not run protocol {protocol}; it has: {has}"
            )
    return [protocol]


def _is_offered(models: Sequence[ModelEvidence], protocol: str, target: float | str | None) -> bool:
    trials = _trials_of(models, protocol)
    if target is None:
        return bool(_common_targets(trials))
    return all(_place(one, target) >= 0 for one in trials)


def _trials_of(models: Sequence[ModelEvidence], protocol: str) -> list[TrialEvidence]:
    return [next(t for t in model.trials if t.protocol == protocol) for model in models]


def entries(
    models: Sequence[ModelEvidence], protocol: str, target_fmr: float | str | None
) -> list[Entry]:
    """Return the models with the operating point that is compared, best first.

    Raises
    ------
    ResultError
        Other trials, another seed or number of replicates, or a model without the
        operating point.
    """
    trials = _trials_of(models, protocol)
    _require_same_trials(protocol, trials)
    target = _chosen_target(protocol, trials) if target_fmr is None else target_fmr
    found = []
    for model, one in zip(models, trials, strict=True):
        place = _place(one, target)
        if place < 0:
            raise ResultError(f"{_name(model.identity)} {_lacks(target)} (protocol {protocol})")
        found.append(Entry(model.identity, one, place))
    return sorted(found, key=_order)


def _place(trials: TrialEvidence, target: float | str) -> int:
    """Position of an operating point, or -1."""
    wanted = None if target == RECOMMENDED else target
    targets = [point.target_fmr for point in trials.points]
    return targets.index(wanted) if wanted in targets else -1


def _lacks(target: float | str) -> str:
    if target == RECOMMENDED:
        return "recommends no threshold"
    return f"has no threshold for an FMR of {format_target(float(target))}"


def _order(entry: Entry) -> tuple[float, str, str, str]:
    identity = entry.identity
    name = (identity.model_name, identity.model_version, identity.model_sha256)
    return (entry.point.fnmr.value, *name)


def _require_same_trials(protocol: str, trials: Sequence[TrialEvidence]) -> None:
    first = trials[0]
    for one in trials[1:]:
        if (one.seed, one.replicates) != (first.seed, first.replicates):
            raise ResultError(
                f"the bootstraps of protocol {protocol} differ: seed {first.seed} with "
                f"{first.replicates} replicates, and seed {one.seed} with {one.replicates}"
            )
        same = (
            np.array_equal(one.mated.subject, first.mated.subject),
            np.array_equal(one.mated.trials, first.mated.trials),
            np.array_equal(one.non_mated.subject, first.non_mated.subject),
            _same_list(one, first),
        )
        if not all(same):
            raise ResultError(f"the models were not measured on the same trials of {protocol}")


def _same_list(one: TrialEvidence, other: TrialEvidence) -> bool:
    if one.decisions is None or other.decisions is None:
        return one.decisions is other.decisions
    return one.decisions.n_trials == other.decisions.n_trials and np.array_equal(
        one.decisions.mated, other.decisions.mated
    )


def _chosen_target(protocol: str, trials: Sequence[TrialEvidence]) -> float:
    """Lowest target that all models show with enough evidence, or the highest at all."""
    common = _common_targets(trials)
    if not common:
        raise ResultError(f"the models have no operating point of {protocol} in common")
    fewest = min(point.fmr.trials for one in trials for point in one.points)
    sure = [t for t in common if evidence_for_target(t, fewest) is Evidence.SUFFICIENT]
    return min(sure) if sure else max(common)


def _common_targets(trials: Sequence[TrialEvidence]) -> set[float]:
    targets = [{point.target_fmr for point in one.points} - {None} for one in trials]
    return {target for target in set.intersection(*targets) if target is not None}


def _name(identity: EvidenceIdentity) -> str:
    return f"{identity.model_name} {identity.model_version}".strip()
