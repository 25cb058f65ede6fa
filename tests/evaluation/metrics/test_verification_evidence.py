"""The evidence's counts against the trials, counted one by one in plain Python."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs, pair_scores
from evaluation.metrics.assembly import verification_sections

CARD = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.25)


def measured(protocol, comparisons, subject_index, failed, card=CARD):
    return verification_sections(
        test_set=SimpleNamespace(subject_index=subject_index),
        protocol=protocol,
        comparisons=comparisons,
        failed=failed,
        card=card,
        seed=4,
        replicates=60,
    )


@pytest.fixture
def of_pairs(make_pairs):
    made = make_pairs(3, 900, failing=0.1)
    # Subject numbers with gaps, as where a protocol leaves people out.
    made.subject_index = made.subject_index * 5 + 2
    comparisons = PairScores(made.comparisons.scores, made.comparisons.completed)
    failed = np.zeros(made.subject_index.size, bool)
    return made, *measured(made.protocol, comparisons, made.subject_index, failed)


def rows_of(made):
    subject = made.subject_index
    return list(
        zip(
            subject[made.protocol.reference].tolist(),
            subject[made.protocol.probe].tolist(),
            made.protocol.mated.tolist(),
            made.comparisons.completed.tolist(),
            made.comparisons.scores.tolist(),
            strict=True,
        )
    )


def test_points_are_the_result_s_from_the_highest_threshold_down(of_pairs):
    _, result, evidence = of_pairs

    printed = [point for point in result.operating_points if point.threshold is not None]
    expected = [(p.threshold, p.target_fmr, p.fmr, p.fnmr) for p in printed]
    own = result.recommended
    expected.append((own.threshold, None, own.fmr, own.fnmr))
    found = [(p.threshold, p.target, p.false_positive, p.false_negative) for p in evidence.points]
    assert found == sorted(expected, key=lambda point: -point[0])
    assert (evidence.protocol, evidence.seed, evidence.replicates) == ("pairs", 4, 60)


def test_false_non_matches_are_counted_by_subject(of_pairs):
    made, _, evidence = of_pairs

    rows = [(a, done, score) for a, _, mated, done, score in rows_of(made) if mated]
    trials = Counter(a for a, _, _ in rows)
    assert dict(zip(evidence.mated.subject, evidence.mated.trials, strict=True)) == trials
    for point, errors in zip(evidence.points, evidence.mated.errors.T, strict=True):
        wrong = Counter(a for a, done, score in rows if not done or score < point.threshold)
        assert dict(zip(evidence.mated.subject, errors, strict=True)) == {
            a: wrong[a] for a in trials
        }


def test_false_matches_and_trials_are_counted_by_two_subjects(of_pairs):
    made, _, evidence = of_pairs
    different = evidence.non_mated
    of = different.subject

    rows = [(frozenset((a, b)), s) for a, b, mated, done, s in rows_of(made) if done and not mated]
    assert different.samples is None
    pairs = zip(of[different.pair_a], of[different.pair_b], different.pair_trials, strict=True)
    assert {frozenset((a, b)): n for a, b, n in pairs} == Counter(pair for pair, _ in rows)
    for k, point in enumerate(evidence.points):
        found = Counter()
        for a, b, reached, n in zip(
            of[different.match_a],
            of[different.match_b],
            different.match_point,
            different.match_count,
            strict=True,
        ):
            if reached <= k:
                found[frozenset((a, b))] += n
        assert found == Counter(pair for pair, score in rows if score >= point.threshold)


def test_subjects_are_those_of_the_protocol_whatever_failed(make_pairs):
    made = make_pairs(5, 400)
    nobody_of_one = made.subject_index == 3
    completed = ~(nobody_of_one[made.protocol.reference] | nobody_of_one[made.protocol.probe])
    scores = PairScores(np.where(completed, made.comparisons.scores, 0.0), completed)

    _, evidence = measured(made.protocol, scores, made.subject_index, nobody_of_one)

    assert 3 in evidence.non_mated.subject
    assert 3 in evidence.mated.subject


def test_decisions_are_one_bit_each_in_the_order_of_the_protocol(of_pairs):
    made, _, evidence = of_pairs
    n, rows = 900, rows_of(made)

    def bits(packed):
        return np.unpackbits(packed)[:n].astype(bool).tolist()

    assert evidence.decisions.n_trials == n
    assert bits(evidence.decisions.mated) == [mated for _, _, mated, _, _ in rows]
    assert bits(evidence.decisions.completed) == [done for _, _, _, done, _ in rows]
    for point, match in zip(evidence.points, evidence.decisions.match, strict=True):
        assert bits(match) == [done and s >= point.threshold for _, _, _, done, s in rows]


def test_all_pairs_give_the_counts_of_the_same_pairs_listed():
    rng = np.random.default_rng(6)
    subject_index = rng.integers(0, 25, 160).astype(np.int32)
    made = SimpleNamespace(
        embeddings=rng.standard_normal((160, 8)).astype(np.float32),
        failed=rng.random(160) < 0.05,
    )
    i, j = np.triu_indices(160, 1)
    listed = SimpleNamespace(
        name="p", title="P", reference=i, probe=j, fold=None,
        mated=subject_index[i] == subject_index[j],
    )  # fmt: skip
    every = SimpleNamespace(name="p", title="P")
    streamed = compare_all_pairs(
        made, subject_index, range(160), similarity=Similarity.COSINE, tail_size=2000
    )
    one = pair_scores(made, listed, similarity=Similarity.COSINE)

    _, of_list = measured(listed, one, subject_index, made.failed)
    _, of_all = measured(every, streamed, subject_index, made.failed)

    assert np.array_equal(of_all.mated.errors, of_list.mated.errors)
    n_known = sum(point.false_positives_known for point in of_all.points)
    assert 0 < n_known < len(of_all.points) == len(of_list.points)
    for name in ("subject", "match_a", "match_b", "match_count"):
        known = of_list.non_mated.match_point < n_known
        expected = getattr(of_list.non_mated, name)
        expected = expected[known] if name.startswith("match") else expected
        assert np.array_equal(getattr(of_all.non_mated, name), expected)
    made_of = np.bincount(subject_index[~made.failed], minlength=25)
    assert of_all.non_mated.samples.tolist() == made_of[of_all.non_mated.subject].tolist()
    assert of_all.decisions is None


def test_false_matches_below_the_kept_scores_are_said_not_to_be_known():
    rng = np.random.default_rng(7)
    subject_index = np.arange(120, dtype=np.int32) // 2
    made = SimpleNamespace(
        embeddings=rng.standard_normal((120, 16)).astype(np.float32), failed=np.zeros(120, bool)
    )
    part = compare_all_pairs(
        made, subject_index, range(120), similarity=Similarity.COSINE, tail_size=100
    )

    _, evidence = measured(SimpleNamespace(name="p", title="P"), part, subject_index, made.failed)

    known = {point.target: point.false_positives_known for point in evidence.points}
    assert known[0.1] is False
    assert known[0.01] is True
    highest = max(k for k, point in enumerate(evidence.points) if point.false_positives_known)
    assert evidence.non_mated.match_point.max() <= highest


def test_a_protocol_without_an_operating_point_has_evidence_without_points(make_pairs):
    made = make_pairs(8, 40)
    card = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=None)
    made.protocol.mated[:] = np.arange(40) < 20
    comparisons = PairScores(made.comparisons.scores, made.comparisons.completed)

    result, evidence = measured(
        made.protocol, comparisons, made.subject_index, np.zeros(36, bool), card
    )

    assert all(point.threshold is None for point in result.operating_points)
    assert evidence.points == ()
    assert evidence.mated.errors.shape == (evidence.mated.subject.size, 0)
    assert evidence.decisions.match.shape == (0, 5)
