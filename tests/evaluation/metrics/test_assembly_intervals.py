"""Intervals of a protocol's rates; oracle: people drawn again in plain Python."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import compare_all_pairs, pair_scores
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.uncertainty import wilson_of_rate
from evaluation.results import Evidence, IntervalMethod
from tests.evaluation.metrics.measuring import (
    CARD,
    listed,
    make_templates,
    measure_all_pairs,
    measure_pairs,
)


def test_mated_interval_is_that_of_naive_resampling(make_pairs):
    made = make_pairs(3, 900, n_subjects=15, failing=0.05)
    mated = made.protocol.mated
    subject = made.subject_index[made.protocol.reference[mated]]
    scores, completed = made.comparisons.scores[mated], made.comparisons.completed[mated]

    rate = measure_pairs(made).recommended.fnmr

    wrong = (scores < 0.25) | ~completed
    draws = np.concatenate(list(weight_blocks(15, replicates=300, seed=(1, 1))))
    naive = [
        np.mean(np.concatenate([np.repeat(wrong[subject == s], int(w[s])) for s in range(15)]))
        for w in draws
    ]
    low, high = np.quantile(naive, [0.025, 0.975])
    assert rate.method is IntervalMethod.SUBJECT_BOOTSTRAP
    assert rate.low == pytest.approx(low, abs=1e-12)
    assert rate.high == pytest.approx(high, abs=1e-12)


@pytest.mark.parametrize("kind", ["listed", "streamed"])
def test_non_mated_interval_is_that_of_naive_two_way_resampling(kind):
    templates = make_templates(4, n=60, n_subjects=20)
    protocol = listed(templates)
    scored = pair_scores(templates, protocol, similarity=Similarity.COSINE)
    common = {"test_set": templates, "failed": templates.failed, "card": CARD, "seed": 1}
    comparisons = scored
    if kind == "streamed":
        comparisons = compare_all_pairs(
            templates, templates.subject_index, range(60), similarity=Similarity.COSINE
        )

    rate = verification_sections(
        protocol=protocol, comparisons=comparisons, replicates=300, **common
    )[0].recommended.fmr

    different = ~protocol.mated
    a = templates.subject_index[protocol.reference[different]]
    b = templates.subject_index[protocol.probe[different]]
    wrong = scored.scores[different] >= 0.25
    draws = np.concatenate(list(weight_blocks(20, replicates=300, seed=(1, 2))))
    naive = [np.repeat(wrong, (w[a] * w[b]).astype(int)).mean() for w in draws]
    low, high = np.quantile(naive, [0.025, 0.975])
    assert rate.method is IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP
    assert (rate.low, rate.high) == pytest.approx((low, high), abs=1e-12)


def test_trials_that_share_no_subject_get_an_interval_for_independent_trials():
    n = 400
    rng = np.random.default_rng(0)
    mated = np.arange(n) < n // 2
    made = SimpleNamespace(
        subject_index=np.concatenate(
            [np.arange(n), np.where(mated, np.arange(n), n + np.arange(n))]
        ).astype(np.int32),
        protocol=SimpleNamespace(
            name="p",
            title="P",
            reference=np.arange(n),
            probe=n + np.arange(n),
            mated=mated,
            fold=None,
        ),
        comparisons=SimpleNamespace(
            scores=rng.normal(np.where(mated, 0.4, 0.0), 0.2), completed=np.ones(n, bool)
        ),
    )

    own = measure_pairs(made).recommended

    assert own.fmr.method is IntervalMethod.WILSON
    assert own.fnmr.method is IntervalMethod.WILSON


def test_a_subject_in_two_trials_makes_them_dependent():
    n = 200
    made = SimpleNamespace(
        subject_index=np.arange(n).astype(np.int32),
        protocol=SimpleNamespace(
            name="p",
            title="P",
            reference=np.concatenate([np.arange(n), [0]]),
            probe=np.concatenate([np.arange(n), [1]]),
            mated=np.arange(n + 1) < n // 2,
            fold=None,
        ),
        comparisons=SimpleNamespace(
            scores=np.tile([0.1, 0.5, 0.9], 67), completed=np.ones(n + 1, bool)
        ),
    )
    made.protocol.probe[n // 2 : n] = np.roll(np.arange(n // 2, n), 1)

    own = measure_pairs(made).recommended
    made.protocol.reference[1] = made.protocol.probe[1] = 0
    with_a_second_mated_trial = measure_pairs(made).recommended

    assert own.fmr.method is IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP
    assert own.fnmr.method is IntervalMethod.WILSON
    assert with_a_second_mated_trial.fnmr.method is IntervalMethod.SUBJECT_BOOTSTRAP


def test_two_subjects_say_nothing_about_fmr():
    made = SimpleNamespace(
        subject_index=np.array([0, 0, 1, 1], dtype=np.int32),
        protocol=SimpleNamespace(
            name="p",
            title="P",
            reference=np.array([0, 2, 0, 0, 1, 1]),
            probe=np.array([1, 3, 2, 3, 2, 3]),
            mated=np.array([True, True, False, False, False, False]),
            fold=None,
        ),
        comparisons=SimpleNamespace(
            scores=np.array([0.9, 0.8, 0.5, 0.1, 0.1, 0.1]), completed=np.ones(6, bool)
        ),
    )

    own = measure_pairs(made).recommended

    assert (own.fmr.low, own.fmr.high, own.fmr.evidence) == (0.0, 1.0, Evidence.NOT_ENOUGH)
    assert own.fmr.errors == 1


def test_thresholds_below_the_tail_say_how_their_interval_was_made():
    templates = make_templates(7, n=400)
    exact, short = measure_all_pairs(templates), measure_all_pairs(templates, tail_size=100)

    by_target = {point.target_fmr: point for point in short.operating_points}
    fmr = by_target[0.1].fmr
    assert fmr.method is IntervalMethod.DISJOINT_PAIRS_WILSON
    per_person = np.bincount(templates.subject_index)
    pairs = int(per_person.sum() ** 2 / np.sum(per_person**2)) // 2
    assert (fmr.low, fmr.high) == pytest.approx(wilson_of_rate(fmr.value, pairs))
    assert by_target[0.001].fmr.method is IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP
    near_the_end, whole = by_target[0.001], exact.operating_points[2]
    assert (near_the_end.threshold, near_the_end.fmr, near_the_end.fnmr) == (
        whole.threshold,
        whole.fmr,
        whole.fnmr,
    )
    # Replicates' lowest thresholds lie beyond the tail: that limit is the one for any dependence.
    assert near_the_end.threshold_low < whole.threshold_low
    assert near_the_end.threshold_high == whole.threshold_high
    assert by_target[0.1].fmr.value <= 0.1
    assert by_target[0.1].fnmr.value == pytest.approx(
        exact.operating_points[0].fnmr.value, abs=0.01
    )


def test_one_subject_with_mates_says_nothing_about_fnmr():
    made = SimpleNamespace(
        subject_index=np.array([0, 0, 0, 1, 2, 3], dtype=np.int32),
        protocol=SimpleNamespace(
            name="p",
            title="P",
            reference=np.array([0, 0, 1, 0, 3, 4]),
            probe=np.array([1, 2, 2, 3, 4, 5]),
            mated=np.array([True, True, True, False, False, False]),
            fold=None,
        ),
        comparisons=SimpleNamespace(
            scores=np.array([0.9, 0.8, 0.1, 0.0, 0.3, 0.0]), completed=np.ones(6, bool)
        ),
    )

    own = measure_pairs(made).recommended

    assert (own.fnmr.low, own.fnmr.high, own.fnmr.evidence) == (0.0, 1.0, Evidence.NOT_ENOUGH)
    assert own.fmr.errors == 1
