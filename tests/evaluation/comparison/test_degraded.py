"""Oracles: every trial scored alone, in plain loops."""

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison.degraded import (
    JoinedTemplates,
    count_variant,
    mated_pairs,
    probes_of,
)
from evaluation.testsets.protocols import AllPairsProtocol, PairProtocol

SUBJECTS = np.array([0, 1, 0, 2, 1, 0, 3], dtype=np.int32)
THRESHOLDS = np.array([-0.2, 0.1, 0.4])


def templates(seed, n, failed=()):
    embeddings = np.random.default_rng(seed).standard_normal((n, 8)).astype(np.float32)
    flags = np.isin(np.arange(n), failed)
    embeddings[flags] = 0
    return JoinedTemplates(embeddings, flags)


def score(a, b, similarity):
    a, b = a.astype(np.float64), b.astype(np.float64)
    if similarity is Similarity.COSINE:
        return float(a @ b / np.sqrt((a @ a) * (b @ b)))
    return -float(np.sqrt(np.sum((a - b) ** 2)))


def test_mated_pairs_are_all_of_one_subject_in_order():
    i, j = mated_pairs(SUBJECTS)
    expected = [(a, b) for a in range(7) for b in range(a + 1, 7) if SUBJECTS[a] == SUBJECTS[b]]
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == expected


def test_without_two_samples_of_anybody_there_are_no_mated_pairs():
    i, j = mated_pairs(np.arange(4, dtype=np.int32))
    assert (i.size, j.size) == (0, 0)


@pytest.mark.parametrize("similarity", Similarity)
@pytest.mark.parametrize(("clean_failed", "probe_failed"), [((), ()), ((2,), (0,))])
def test_all_pairs_are_counted_as_if_one_by_one(similarity, clean_failed, probe_failed):
    thresholds = THRESHOLDS if similarity is Similarity.COSINE else np.array([-5.0, -4.0, -3.0])
    base = AllPairsProtocol("all", "All")
    names = probes_of(base, SUBJECTS).tolist()
    assert names == [2, 4, 5]
    clean, probes = templates(1, 7, clean_failed), templates(2, 3, probe_failed)
    found = count_variant(clean, probes, base, SUBJECTS, thresholds, similarity=similarity)
    missed, false_matches, non_mated, failures = [], np.zeros(3, int), 0, 0
    for i, j in zip(*(k.tolist() for k in mated_pairs(SUBJECTS)), strict=True):
        k = names.index(j)
        if clean.failed[i] or probes.failed[k]:
            failures += 1
            missed.append([True] * 3)
        else:
            value = score(clean.embeddings[i], probes.embeddings[k], similarity)
            missed.append([value < t for t in thresholds])
    for k, name in enumerate(names):
        for i in range(7):
            if SUBJECTS[i] == SUBJECTS[name] or clean.failed[i] or probes.failed[k]:
                continue
            non_mated += 1
            value = score(clean.embeddings[i], probes.embeddings[k], similarity)
            false_matches += [value >= t for t in thresholds]
    np.testing.assert_array_equal(found.missed, np.array(missed).T)
    assert found.false_matches.tolist() == false_matches.tolist()
    assert (found.non_mated, found.failures) == (non_mated, failures)
    assert 0 < false_matches.sum() < 3 * non_mated


def test_listed_pairs_are_made_again_with_every_probe_degraded():
    reference = np.array([0, 1, 0, 3], dtype=np.int32)
    probe = np.array([2, 4, 1, 4], dtype=np.int32)
    mated = np.array([True, True, False, False])
    base = PairProtocol("pairs", "Pairs", reference, probe, mated)
    names = probes_of(base, SUBJECTS).tolist()
    assert names == [1, 2, 4]
    clean, probes = templates(3, 7), templates(4, 3, failed=(2,))
    found = count_variant(clean, probes, base, SUBJECTS, THRESHOLDS, similarity=Similarity.COSINE)
    first = score(clean.embeddings[0], probes.embeddings[1], Similarity.COSINE)
    other = score(clean.embeddings[0], probes.embeddings[0], Similarity.COSINE)
    np.testing.assert_array_equal(found.missed, [[first < t, True] for t in THRESHOLDS])
    assert found.failures == 1
    assert found.false_matches.tolist() == [int(other >= t) for t in THRESHOLDS]
    assert found.non_mated == 1
