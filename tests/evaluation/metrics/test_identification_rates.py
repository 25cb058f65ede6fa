"""Oracles: searches counted one by one, and a bootstrap that draws people in a Python loop."""

import math

import numpy as np
import pytest

from evaluation.errors import EmptyTrialsError, NonFiniteScoreError
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.identification import NOBODY
from evaluation.metrics.identification_rates import MatedSearchRates, NonMatedSearchRates
from evaluation.metrics.identification_trials import MatedSearches, NonMatedSearches
from evaluation.metrics.uncertainty import clopper_pearson, wilson
from evaluation.results import Evidence, IntervalMethod

THRESHOLDS = np.array([-0.5, 0.0, 0.25, 0.5])


def make_mated(seed, n=300, per_subject=3, failing=0.1):
    rng = np.random.default_rng(seed)
    score = np.round(rng.normal(0.4, 0.3, n) * 8) / 8
    score[rng.random(n) < failing] = -math.inf
    rank = rng.integers(1, 12, n)
    return MatedSearches(score=score, rank=rank, subject=rng.permutation(n) // per_subject + 7)


def make_non_mated(seed, n=300, per_subject=3, failing=0.1):
    rng = np.random.default_rng(seed)
    top = np.round(rng.normal(0.2, 0.2, n) * 16) / 16
    top[rng.random(n) < failing] = -math.inf
    return NonMatedSearches(top_score=top, subject=rng.permutation(n) // per_subject * 5)


@pytest.mark.parametrize("seed", range(4))
def test_fnir_counts_mates_behind_the_list_below_the_threshold_or_without_template(seed):
    searches = make_mated(seed)
    at = np.append(NOBODY, THRESHOLDS)
    rates = MatedSearchRates(searches, {1: at, 5: at, 20: at}, replicates=50, seed=1)

    for rank in (1, 5, 20):
        for threshold in at.tolist():
            rate = rates.at(rank, threshold)
            missed = sum(
                not (s >= threshold and r <= rank)
                for s, r in zip(searches.score.tolist(), searches.rank.tolist(), strict=True)
            )
            assert (rate.errors, rate.trials) == (missed, 300)
            assert rate.failures == np.count_nonzero(searches.score == -math.inf)
            assert rate.method is IntervalMethod.SUBJECT_BOOTSTRAP
            assert rate.low <= rate.value <= rate.high


@pytest.mark.parametrize("seed", range(4))
def test_fpir_counts_searches_with_a_candidate_and_no_failure_raises_it(seed):
    searches = make_non_mated(seed)
    rates = NonMatedSearchRates(searches, THRESHOLDS, targets=[], replicates=50, seed=1)

    for threshold in THRESHOLDS.tolist():
        rate = rates.at(threshold)
        assert rate.errors == sum(top >= threshold for top in searches.top_score.tolist())
        assert (rate.trials, rate.failures) == (300, 0)


def test_where_everyone_is_searched_for_once_intervals_are_those_of_independent_trials():
    mated, non_mated = make_mated(1, per_subject=1), make_non_mated(1, per_subject=1)
    fnir = MatedSearchRates(mated, {5: THRESHOLDS}, replicates=50, seed=1).at(5, 0.25)
    fpir = NonMatedSearchRates(non_mated, THRESHOLDS, targets=[], replicates=50, seed=1)

    assert fnir.method is IntervalMethod.WILSON
    assert (fnir.low, fnir.high) == wilson(fnir.errors, 300)
    few = fpir.at(0.5)
    assert few.errors > 0
    expected = wilson if few.errors >= 10 else clopper_pearson
    assert (few.low, few.high) == expected(few.errors, 300)


def test_people_are_drawn_with_all_their_searches():
    searches = make_mated(2, n=120, per_subject=4)
    rate = MatedSearchRates(searches, {5: THRESHOLDS}, replicates=400, seed=9).at(5, 0.25)

    missed = ~((searches.score >= 0.25) & (searches.rank <= 5))
    people = [missed[searches.subject == s].tolist() for s in np.unique(searches.subject)]
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(4000):
        chosen = [people[k] for k in rng.integers(0, len(people), len(people))]
        drawn.append(sum(map(sum, chosen)) / sum(map(len, chosen)))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert rate.low == pytest.approx(min(low, wilson(rate.errors, 120).low), abs=0.02)
    assert rate.high == pytest.approx(max(high, wilson(rate.errors, 120).high), abs=0.02)


def test_one_person_says_nothing_of_others():
    mated = make_mated(1, n=40, per_subject=40)
    non_mated = make_non_mated(1, n=40, per_subject=40)

    fnir = MatedSearchRates(mated, {1: THRESHOLDS}, replicates=50, seed=1).at(1, 0.25)
    fpir = NonMatedSearchRates(non_mated, THRESHOLDS, targets=[0.3], replicates=50, seed=1)

    for rate in (fnir, fpir.at(0.25)):
        assert rate.evidence is Evidence.NOT_ENOUGH
        assert (rate.low, rate.high) == (0.0, 1.0)
    assert fpir.threshold_interval(0.3) == (None, None)


@pytest.mark.parametrize("failing", [0.0, 0.3])
def test_the_interval_of_a_threshold_is_the_middle_of_the_replicates_thresholds(failing):
    searches = make_non_mated(3, n=600, per_subject=6, failing=failing)
    target, replicates = 0.1, 200
    rates = NonMatedSearchRates(
        searches, THRESHOLDS, targets=[target, 0.02], replicates=replicates, seed=5
    )

    _, whose = np.unique(searches.subject, return_inverse=True)
    tops = searches.top_score.tolist()
    candidates = sorted({math.nextafter(top, 2) for top in tops if top > -math.inf})
    thresholds = []
    for block in weight_blocks(100, replicates=replicates, seed=(5, 8)):
        for weights in block:
            total = sum(weights[whose])

            def fpir(t, weights=weights, total=total):
                return (
                    sum(weights[w] for w, top in zip(whose, tops, strict=True) if top >= t) / total
                )

            thresholds.append(next(t for t in candidates if fpir(t) <= target))
    thresholds.sort()
    low, high = rates.threshold_interval(target)
    assert low <= thresholds[5]
    assert high >= thresholds[-6]
    step = 1 / 16  # scores are multiples; the interval for independent searches may add one
    assert thresholds[5] - low <= step
    assert high - thresholds[-6] <= step


def test_where_people_return_with_equal_scores_the_interval_is_exactly_that_of_the_draws():
    """Forty people of 25 searches each with one score: an FPIR of 1 in 4 is drawn often."""
    person = np.arange(1000) // 25
    searches = NonMatedSearches(top_score=person / 64, subject=person)
    rates = NonMatedSearchRates(searches, THRESHOLDS, targets=[0.25], replicates=500, seed=3)

    thresholds = []
    for block in weight_blocks(40, replicates=500, seed=(3, 8)):
        for drawn in block.astype(int).tolist():
            accepted, who = 0, 39
            while accepted + drawn[who] <= 10:  # of forty
                accepted, who = accepted + drawn[who], who - 1
            thresholds.append(math.nextafter(who / 64, 1))
    thresholds.sort()
    assert rates.threshold_interval(0.25) == (thresholds[12], thresholds[-13])


def test_a_small_target_looks_at_all_searches_where_one_person_has_most_of_them():
    subject = np.concatenate([np.zeros(3000, int), np.arange(1, 4001)])
    top = np.linspace(0, 1, 7000)
    top[:3000] += 2  # all the highest are one person's
    searches = NonMatedSearches(top_score=top, subject=subject)

    rates = NonMatedSearchRates(searches, np.array([0.5]), targets=[0.001], replicates=100, seed=1)

    low, high = rates.threshold_interval(0.001)
    assert low < 1.0  # replicates that draw the others alone reject only theirs
    assert high > 2.4


def test_limits_below_every_candidate_are_none():
    searches = make_non_mated(1, n=90, per_subject=3, failing=0.95)
    rates = NonMatedSearchRates(searches, THRESHOLDS, targets=[0.2], replicates=100, seed=1)

    low, high = rates.threshold_interval(0.2)
    assert low is None
    assert high >= searches.top_score[searches.top_score > -math.inf].min()


def test_draws_depend_on_the_seed_alone():
    searches = make_mated(4)
    rates = [
        MatedSearchRates(searches, {1: THRESHOLDS}, replicates=100, seed=seed).at(1, 0.25)
        for seed in (1, 1, 2)
    ]
    assert rates[0] == rates[1]
    assert rates[0] != rates[2]


def test_no_searches_are_refused():
    nobody = np.empty(0, dtype=np.int64)
    with pytest.raises(EmptyTrialsError, match="no mated searches"):
        MatedSearchRates(
            MatedSearches(np.empty(0), nobody, nobody), {1: THRESHOLDS}, replicates=10, seed=1
        )
    with pytest.raises(EmptyTrialsError, match="no non-mated searches"):
        NonMatedSearchRates(
            NonMatedSearches(np.empty(0), nobody), THRESHOLDS, targets=[], replicates=10, seed=1
        )


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_scores_that_are_no_numbers_are_refused(bad):
    mated, non_mated = make_mated(1), make_non_mated(1)
    mated.score[3] = non_mated.top_score[3] = bad
    with pytest.raises(NonFiniteScoreError):
        MatedSearchRates(mated, {1: THRESHOLDS}, replicates=10, seed=1)
    with pytest.raises(NonFiniteScoreError):
        NonMatedSearchRates(non_mated, THRESHOLDS, targets=[], replicates=10, seed=1)
