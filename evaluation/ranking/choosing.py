"""Which protocol and operating point models are compared at, and whether they may be.

Models are compared on the same trials only: the same test set to the bit, the same
protocol, the same people drawn. Everything else is refused with a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.errors import ResultError
from evaluation.metrics.evidence import evidence_for_target, format_target
from evaluation.metrics.trial_evidence import OperatingMode, SubjectEvidence
from evaluation.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.metrics.trial_evidence import EvidencePoint, TrialEvidence
    from evaluation.ranking.at import At
    from evaluation.ranking.evidence_file import EvidenceIdentity, ModelEvidence


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


def common_protocols(models: Sequence[ModelEvidence], protocol: str | None, at: At) -> list[str]:
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
        offered = [name for name in common if _is_offered(_trials_of(models, name), at)]
        return offered or common[:1]  # whose sentence says what is missing
    for model, names in zip(models, run, strict=True):
        if protocol not in names:
            has = ", ".join(names) or "none that models are compared on"
            raise ResultError(
                f"{_name(model.identity)} has not run protocol {protocol}; it has: {has}"
            )
    return [protocol]


def _is_offered(trials: Sequence[TrialEvidence], at: At) -> bool:
    if at.is_open:
        return bool(list(_shared(trials, at)))
    return all(at.place(one) >= 0 for one in trials)


def _trials_of(models: Sequence[ModelEvidence], protocol: str) -> list[TrialEvidence]:
    return [next(t for t in model.trials if t.protocol == protocol) for model in models]


def entries(models: Sequence[ModelEvidence], protocol: str, at: At) -> list[Entry]:
    """Return the models with the operating point that is compared, best first.

    Raises
    ------
    ResultError
        Other trials, another seed or number of replicates, or a model without the
        operating point.
    """
    trials = _trials_of(models, protocol)
    _require_same_trials(protocol, trials)
    chosen = _chosen(protocol, trials, at) if at.is_open else at
    found = []
    for model, one in zip(models, trials, strict=True):
        place = chosen.place(one)
        if place < 0:
            raise ResultError(f"{_name(model.identity)} {_lacks(chosen)} (protocol {protocol})")
        found.append(Entry(model.identity, one, place))
    return sorted(found, key=_order)


def _lacks(at: At) -> str:
    ranked = "" if at.rank is None else f" with a list of {at.rank}"
    if at.mode is OperatingMode.RECOMMENDED:
        return f"has no recommended threshold{ranked}"
    if at.mode is OperatingMode.INVESTIGATION:
        return f"was not searched without a threshold{ranked}"
    rate = "FPIR" if at.target_fmr is None else "FMR"
    return f"has no threshold for an {rate} of {format_target(at.target or 0.0)}{ranked}"


def _order(entry: Entry) -> tuple[float, str, str, str]:
    identity = entry.identity
    name = (identity.model_name, identity.model_version, identity.model_sha256)
    return (entry.point.false_negative.value, *name)


def _require_same_trials(protocol: str, trials: Sequence[TrialEvidence]) -> None:
    first = trials[0]
    for one in trials[1:]:
        if (one.seed, one.replicates) != (first.seed, first.replicates):
            raise ResultError(
                f"the bootstraps of protocol {protocol} differ: seed {first.seed} with "
                f"{first.replicates} replicates, and seed {one.seed} with {one.replicates}"
            )
        same = (
            one.gallery_size == first.gallery_size,
            np.array_equal(one.mated.subject, first.mated.subject),
            np.array_equal(one.mated.trials, first.mated.trials),
            np.array_equal(one.non_mated.subject, first.non_mated.subject),
            _same_searches(one, first),
            _same_list(one, first),
        )
        if not all(same):
            raise ResultError(f"the models were not measured on the same trials of {protocol}")


def _same_searches(one: TrialEvidence, other: TrialEvidence) -> bool:
    """Whether non-mated searches are the same; comparisons of two may fail, each on its own."""
    mine, its = one.non_mated, other.non_mated
    if isinstance(mine, SubjectEvidence) and isinstance(its, SubjectEvidence):
        return np.array_equal(mine.trials, its.trials)
    return True


def _same_list(one: TrialEvidence, other: TrialEvidence) -> bool:
    if one.decisions is None or other.decisions is None:
        return one.decisions is other.decisions
    return one.decisions.n_trials == other.decisions.n_trials and np.array_equal(
        one.decisions.mated, other.decisions.mated
    )


def _chosen(protocol: str, trials: Sequence[TrialEvidence], at: At) -> At:
    """Lowest target that all models show with enough evidence, or the highest at all.

    Searches that nobody unknown takes part in have no target: they are compared without
    a threshold.
    """
    shared = {one.target: one for one in _shared(trials, at)}
    if not shared:
        raise ResultError(f"the models have no operating point of {protocol} in common")
    targets = [target for target in shared if target is not None]
    if not targets:
        return shared[None]
    counted = [point.false_positive for one in trials for point in one.points]
    fewest = min(rate.trials for rate in counted if rate is not None)
    sure = [t for t in targets if evidence_for_target(t, fewest) is Evidence.SUFFICIENT]
    return shared[min(sure) if sure else max(targets)]


def _shared(trials: Sequence[TrialEvidence], at: At) -> Iterator[At]:
    """Operating points that all models have, among those that are not the suppliers' own."""
    for point in trials[0].points:
        if point.mode is OperatingMode.RECOMMENDED:
            continue
        rate = (point.target, None) if point.rank is None else (None, point.target)
        wanted = replace(at, mode=point.mode, target_fmr=rate[0], target_fpir=rate[1])
        if all(wanted.place(one) >= 0 for one in trials):
            yield wanted


def _name(identity: EvidenceIdentity) -> str:
    return f"{identity.model_name} {identity.model_version}".strip()
