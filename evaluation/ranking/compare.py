"""Any number of models at one operating point of a protocol that all of them have run.

Every model keeps the threshold that its own trials gave at the target FMR; thresholds
are held fixed while people are drawn, and the FMR that each really gives stands beside
its FNMR. Searches likewise have FPIR and FNIR. Differences are paired: the same subjects
are drawn for every model.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from evaluation.metrics.bootstrap import percentile_interval
from evaluation.metrics.multiplicity import holm
from evaluation.ranking.at import At
from evaluation.ranking.choosing import common_protocols, entries, require_one_test_set
from evaluation.ranking.differences import false_negative_difference, probability_above
from evaluation.ranking.document import (
    ComparedModel,
    ModelComparison,
    PairedDifference,
    Ranking,
    RateDifference,
    Searched,
    TieGroup,
)
from evaluation.ranking.draws import (
    false_negative_replicates,
    false_positive_replicates,
    mated_errors,
)
from evaluation.ranking.groups import rank_intervals, ranks, tie_groups
from evaluation.ranking.mcnemar import mcnemar_of_mated, mcnemar_of_non_mated
from evaluation.results import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluation.arrays import FloatArray, IntArray
    from evaluation.metrics.trial_evidence import Decisions
    from evaluation.ranking.choosing import Entry
    from evaluation.ranking.differences import Difference
    from evaluation.ranking.document import McNemarTest
    from evaluation.ranking.evidence_file import ModelEvidence
    from evaluation.ranking.groups import Group

_ANYWHERE = At()


def compare_models(
    models: Sequence[ModelEvidence],
    *,
    protocol: str | None = None,
    at: At = _ANYWHERE,
) -> ModelComparison:
    """Compare models on one test set.

    Parameters
    ----------
    models : sequence of ModelEvidence
        Two or more, in any order, which does not show in the outcome.
    protocol : str, optional
        By default all that every model has run with the operating point.
    at : At, optional
        By default the lowest target that the trials of all models show with enough
        evidence, or else the highest that they show at all; searches that can show none
        without a threshold.

    Returns
    -------
    ModelComparison

    Raises
    ------
    ResultError
        Fewer than two models, other test sets or trials, no common protocol or
        operating point, or bootstraps of another seed or number of replicates.
    """
    require_one_test_set(models)
    first = models[0].identity
    return ModelComparison(
        test_set_name=first.test_set_name,
        test_set_title=first.test_set_title,
        test_set_sha256=first.test_set_sha256,
        rankings=tuple(
            _ranking(entries(models, name, at)) for name in common_protocols(models, protocol, at)
        ),
    )


def _ranking(ranked: Sequence[Entry]) -> Ranking:
    evidence = [entry.trials for entry in ranked]
    first, errors = evidence[0], mated_errors(evidence, [entry.place for entry in ranked])
    drawn = false_negative_replicates(errors, first)
    pairs = list(combinations(range(len(ranked)), 2))
    found = {
        (a, b): false_negative_difference(
            errors[:, a], errors[:, b], first.mated.trials, drawn[:, a] - drawn[:, b]
        )
        for a, b in pairs
    }
    groups = tie_groups(len(ranked), lambda a, b: found[a, b].p)
    return Ranking(
        protocol=first.protocol,
        title=first.title,
        searched=_searched(ranked[0]),
        mode=ranked[0].point.mode,
        target=ranked[0].point.target,
        seed=first.seed,
        replicates=first.replicates,
        n_mated=int(first.mated.trials.sum()),
        n_mated_subjects=int(first.mated.subject.size),
        models=_models(ranked, errors, drawn, groups),
        differences=_differences(ranked, found, drawn),
        groups=tuple(
            TieGroup(number=number, **group._asdict())
            for number, group in enumerate(groups, start=1)
        ),
    )


def _searched(entry: Entry) -> Searched | None:
    size, rank = entry.trials.gallery_size, entry.point.rank
    return None if size is None or rank is None else Searched(gallery_size=size, rank=rank)


def _models(
    ranked: Sequence[Entry], errors: IntArray, drawn: FloatArray, groups: Sequence[Group]
) -> tuple[ComparedModel, ...]:
    observed, intervals = ranks(errors.sum(axis=0)), rank_intervals(drawn).tolist()
    group_of = {
        model: number for number, group in enumerate(groups, start=1) for model in group.members
    }
    return tuple(
        ComparedModel(
            name=entry.identity.model_name,
            version=entry.identity.model_version,
            sha256=entry.identity.model_sha256,
            threshold=entry.point.threshold,
            false_negative=entry.point.false_negative,
            false_positive=entry.point.false_positive,
            rank=observed[k],
            rank_low=intervals[k][0],
            rank_high=intervals[k][1],
            group=group_of[k],
        )
        for k, entry in enumerate(ranked)
    )


def _differences(
    ranked: Sequence[Entry],
    found: dict[tuple[int, int], Difference],
    drawn: FloatArray,
) -> tuple[PairedDifference, ...]:
    adjusted = holm([difference.p for difference in found.values()])
    false_positive = _drawn_false_positives(ranked)
    return tuple(
        PairedDifference(
            a=a,
            b=b,
            false_negative=RateDifference(
                value=difference.value, low=difference.low, high=difference.high
            ),
            p=difference.p,
            p_adjusted=p_adjusted,
            probability_a_above_b=probability_above(drawn[:, a] - drawn[:, b]),
            false_positive=_false_positive_difference(ranked, false_positive, a, b),
            mcnemar_mated=_mcnemar(mcnemar_of_mated, ranked[a], ranked[b]),
            mcnemar_non_mated=_mcnemar_of_others(ranked[a], ranked[b]),
        )
        for ((a, b), difference), p_adjusted in zip(found.items(), adjusted, strict=True)
    )


def _drawn_false_positives(ranked: Sequence[Entry]) -> dict[int, FloatArray]:
    """Replicates' FMR or FPIR of the models whose false positives are known one by one."""
    known = [k for k, entry in enumerate(ranked) if entry.point.false_positives_known]
    if not known:
        return {}
    drawn = false_positive_replicates(
        [ranked[k].trials for k in known], [ranked[k].place for k in known]
    )
    return dict(zip(known, drawn.T, strict=True))


def _false_positive_difference(
    ranked: Sequence[Entry], drawn: dict[int, FloatArray], a: int, b: int
) -> RateDifference | None:
    rate_a, rate_b = ranked[a].point.false_positive, ranked[b].point.false_positive
    if rate_a is None or rate_b is None:
        return None
    value = rate_a.value - rate_b.value
    unknown = Evidence.NOT_ENOUGH in (rate_a.evidence, rate_b.evidence)
    if unknown or a not in drawn or b not in drawn:
        return RateDifference(value=value)
    low, high = percentile_interval(drawn[a] - drawn[b])
    return RateDifference(value=value, low=low, high=high)


def _mcnemar_of_others(a: Entry, b: Entry) -> McNemarTest | None:
    """Compare false positives, where there are thresholds to have them at."""
    if a.point.false_positive is None or b.point.false_positive is None:
        return None
    return _mcnemar(mcnemar_of_non_mated, a, b)


def _mcnemar(
    test: Callable[[Decisions, Decisions, tuple[int, int]], McNemarTest], a: Entry, b: Entry
) -> McNemarTest | None:
    if a.trials.decisions is None or b.trials.decisions is None:
        return None
    return test(a.trials.decisions, b.trials.decisions, (a.place, b.place))
