"""A whole result against its definition, counted and resampled in plain Python."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs, merge_parts, pair_scores
from evaluation.errors import EmptyTrialsError
from evaluation.metrics.assembly import TARGET_FMRS, verification_sections
from evaluation.metrics.bootstrap import weight_blocks
from evaluation.metrics.uncertainty import wilson_of_rate
from evaluation.results import Evidence, IntervalMethod

CARD = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.25)
ALL_PAIRS = SimpleNamespace(name="all_pairs", title="All pairs")


def measure_pairs(made, *, card=CARD, seed=1, replicates=300):
    return verification_sections(
        test_set=SimpleNamespace(subject_index=made.subject_index),
        protocol=made.protocol,
        comparisons=PairScores(made.comparisons.scores, made.comparisons.completed),
        failed=np.zeros(made.subject_index.size, bool),
        card=card,
        seed=seed,
        replicates=replicates,
    )[0]


def make_templates(seed, n=240, n_subjects=60, failing=0.0):
    rng = np.random.default_rng(seed)
    subject_index = np.concatenate(
        [np.arange(n_subjects), rng.integers(0, n_subjects, n - n_subjects)]
    ).astype(np.int32)
    people = rng.standard_normal((n_subjects, 24))
    embeddings = (people[subject_index] + rng.standard_normal((n, 24))).astype(np.float32)
    failed = rng.random(n) < failing
    return SimpleNamespace(embeddings=embeddings, failed=failed, subject_index=subject_index)


def measure_all_pairs(templates, *, cuts=None, threads=1, tail_size=1 << 20, card=CARD, seed=1):
    n = templates.failed.size
    cuts = cuts or [0, n]
    parts = [
        compare_all_pairs(
            templates,
            templates.subject_index,
            range(a, b),
            similarity=Similarity.COSINE,
            threads=threads,
            tail_size=tail_size,
        )
        for a, b in itertools.pairwise(cuts)
    ]
    return verification_sections(
        test_set=templates,
        protocol=ALL_PAIRS,
        comparisons=merge_parts(parts),
        failed=templates.failed,
        card=card,
        seed=seed,
        replicates=200,
    )[0]


def listed(templates):
    """The pairs that an all-pairs protocol stands for, as a list."""
    i, j = np.triu_indices(templates.failed.size, 1)
    return SimpleNamespace(
        name="all_pairs",
        title="All pairs",
        reference=i.astype(np.int32),
        probe=j.astype(np.int32),
        mated=templates.subject_index[i] == templates.subject_index[j],
        fold=None,
    )


@pytest.mark.parametrize("failing", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_counts_are_those_of_the_definition(make_pairs, seed, failing):
    made = make_pairs(seed, 900, failing=failing, folds=10)
    scores, completed = made.comparisons.scores.tolist(), made.comparisons.completed.tolist()
    mated = made.protocol.mated.tolist()
    rows = list(zip(scores, completed, mated, strict=True))

    result = measure_pairs(made)

    assert result.n_mated == sum(m for _, _, m in rows)
    assert result.n_non_mated == sum(c and not m for _, c, m in rows)
    assert result.n_mated_failed == sum(m and not c for _, c, m in rows)
    assert result.n_non_mated_failed == sum(not m and not c for _, c, m in rows)
    thresholds = [point for point in result.operating_points if point.threshold is not None]
    assert len(thresholds) == 2
    for point in [*thresholds, result.recommended]:
        t = point.threshold
        assert point.fmr.errors == sum(c and not m and s >= t for s, c, m in rows)
        assert point.fnmr.errors == sum(m and (not c or s < t) for s, c, m in rows)
        assert point.fnmr.failures == result.n_mated_failed
        assert (point.fmr.trials, point.fnmr.trials) == (result.n_non_mated, result.n_mated)
    assert result.folds.trials == result.n_mated + result.n_non_mated


def test_target_below_three_over_n_has_neither_threshold_nor_rates(make_pairs):
    result = measure_pairs(make_pairs(0, 900))

    by_target = {point.target_fmr: point for point in result.operating_points}
    assert tuple(by_target) == TARGET_FMRS
    for target, point in by_target.items():
        if target < 3 / result.n_non_mated:
            assert point.evidence is Evidence.NOT_ENOUGH
            assert (point.threshold, point.fmr, point.fnmr) == (None, None, None)
        else:
            assert point.fmr.value <= target
    assert result.smallest_printable_fmr == 3 / result.n_non_mated


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


@pytest.mark.parametrize("failing", [0.0, 0.1])
def test_all_pairs_give_what_the_same_pairs_listed_give(failing):
    templates = make_templates(5, failing=failing)
    protocol = listed(templates)

    streamed = measure_all_pairs(templates)
    from_list, _ = verification_sections(
        test_set=templates,
        protocol=protocol,
        comparisons=pair_scores(templates, protocol, similarity=Similarity.COSINE),
        failed=templates.failed,
        card=CARD,
        seed=1,
        replicates=200,
    )

    for name in ("n_mated", "n_non_mated", "n_mated_failed", "n_non_mated_failed", "n_subjects"):
        assert getattr(streamed, name) == getattr(from_list, name)
    for a, b in zip(streamed.operating_points, from_list.operating_points, strict=True):
        assert (a.threshold is None) == (b.threshold is None)
        if a.threshold is not None:
            assert a.threshold == pytest.approx(b.threshold, abs=1e-6)
            assert a.fnmr == b.fnmr
            assert a.fmr == b.fmr
    assert streamed.eer == pytest.approx(from_list.eer, abs=1e-6)
    assert streamed.auc == pytest.approx(from_list.auc, abs=1e-6)


def test_shards_and_threads_do_not_show_in_the_result():
    templates = make_templates(6, n=700, failing=0.03)

    whole = measure_all_pairs(templates)

    assert measure_all_pairs(templates, cuts=[0, 13, 500, 700], threads=2) == whole
    assert measure_all_pairs(templates, seed=2) != whole


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


def test_the_order_of_pairs_does_not_show(make_pairs):
    made = make_pairs(8, 600)
    order = np.random.default_rng(8).permutation(600)
    shuffled = SimpleNamespace(
        subject_index=made.subject_index,
        protocol=SimpleNamespace(
            name="pairs",
            title="Pairs",
            fold=None,
            **{k: getattr(made.protocol, k)[order] for k in ("reference", "probe", "mated")},
        ),
        comparisons=SimpleNamespace(
            scores=made.comparisons.scores[order], completed=made.comparisons.completed[order]
        ),
    )

    assert measure_pairs(shuffled) == measure_pairs(made)


def test_curve_and_histogram_agree_with_the_counts(make_pairs):
    made = make_pairs(9, 900, failing=0.05)

    result = measure_pairs(made)

    mated, completed = made.protocol.mated, made.comparisons.completed
    scores = made.comparisons.scores
    for t, fmr, fnmr, low, high in zip(
        *(getattr(result.curve, k) for k in ("threshold", "fmr", "fnmr", "fnmr_low", "fnmr_high")),
        strict=True,
    ):
        assert fmr == np.mean(scores[~mated & completed] >= t)
        assert fnmr == np.mean((scores[mated] < t) | ~completed[mated])
        assert 0 <= low <= fnmr <= high <= 1
    assert sum(result.scores.mated) == result.n_mated - result.n_mated_failed
    assert sum(result.scores.non_mated) == result.n_non_mated


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


def test_a_model_that_fails_on_every_mated_comparison_has_an_fnmr_of_one(make_pairs):
    made = make_pairs(10, 600)
    made.comparisons.completed = made.comparisons.completed & ~made.protocol.mated

    result = measure_pairs(made)

    assert result.recommended.fnmr.value == 1.0
    assert (result.auc, result.n_mated_failed) == (0.0, result.n_mated)


@pytest.mark.parametrize("is_mated", [True, False])
def test_a_protocol_without_one_kind_of_comparison_is_refused(make_pairs, is_mated):
    made = make_pairs(11, 200)
    made.protocol.mated = np.full(200, is_mated)

    with pytest.raises(EmptyTrialsError, match="non-mated" if is_mated else "no mated"):
        measure_pairs(made)


def test_a_card_without_a_threshold_has_no_recommended_rates(make_pairs):
    card = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=None)

    assert measure_pairs(make_pairs(12, 300), card=card).recommended is None


def test_all_scores_equal_is_measured_at_the_only_thresholds_there_are(make_pairs):
    made = make_pairs(13, 400)
    made.comparisons.scores = np.full(400, 0.5)

    result = measure_pairs(made)

    point = result.operating_points[0]
    assert (point.fmr.value, point.fnmr.value) == (0.0, 1.0)
    assert (result.eer, result.auc) == (0.5, 0.5)


def test_the_same_image_under_two_people_is_a_false_match_at_any_threshold():
    templates = make_templates(14, n=100, n_subjects=30)
    templates.embeddings[1] = templates.embeddings[0]

    result = measure_all_pairs(
        templates, card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.999)
    )

    assert result.recommended.fmr.errors == 1
