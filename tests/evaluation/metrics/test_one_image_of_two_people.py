"""One image that a test set holds under two people counts as what the set says it is: their
comparison is non-mated, and a model that finds the two alike makes an error there."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import (
    PairScores,
    compare_all_pairs,
    make_gallery,
    make_searches,
    measure_searches,
    pair_scores,
)
from evaluation.metrics.identification import (
    false_negative_identification_rate,
    false_positive_identification_rate,
)
from evaluation.metrics.identification_trials import trials_of_searches
from evaluation.metrics.verification import false_match_rate, false_non_match_rate

ANN, BEN, CAT = 0, 1, 2
SUBJECTS = np.array([ANN, ANN, BEN, BEN, CAT], dtype=np.int32)
EMBEDDINGS = np.array([[1, 0, 0], [0.9, 0.1, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0]], dtype=np.float32)
"""Ann's first image, Ben's first and Cat's only one are the same."""


@pytest.fixture
def templates():
    return SimpleNamespace(embeddings=EMBEDDINGS, failed=np.zeros(5, dtype=np.bool_))


def test_in_lists_and_among_all_pairs_it_is_a_false_match(templates):
    i, j = np.triu_indices(5, 1)
    mated = SUBJECTS[i] == SUBJECTS[j]
    protocol = SimpleNamespace(reference=i, probe=j, mated=mated)
    listed: PairScores = pair_scores(templates, protocol, similarity=Similarity.COSINE)
    streamed = compare_all_pairs(templates, SUBJECTS, range(5), similarity=Similarity.COSINE)
    # Of eight comparisons of different people three are of one image: Ann-Ben, Ann-Cat, Ben-Cat.
    assert false_match_rate(listed.scores[~mated], threshold=1.0) == 3 / 8
    assert np.sum(streamed.tail_scores >= 1.0) == 3
    # Of the two mated ones Ben's look different.
    assert false_non_match_rate(listed.scores[mated], threshold=0.9) == 1 / 2


def test_in_searches_it_stands_before_the_mate_and_returns_somebody_for_a_stranger(templates):
    reference, probe = np.int32([1, 2]), np.int32([0, 3, 4])
    gallery = make_gallery(reference, SUBJECTS, seed=1)
    searches = make_searches(gallery, probe, SUBJECTS)
    outcomes = measure_searches(
        templates, gallery, searches, range(3), similarity=Similarity.COSINE
    )
    (trials,) = trials_of_searches(gallery, searches, outcomes, SUBJECTS)
    mated, others = trials.mated, trials.non_mated
    # Ann's probe is Ben's reference: Ann comes second. Ben's other image comes second to Ann's.
    assert sorted(zip(mated.subject.tolist(), mated.rank.tolist(), strict=True)) == [
        (ANN, 2),
        (BEN, 2),
    ]
    assert false_negative_identification_rate(mated.score, mated.rank, rank=1) == 1.0
    # Cat is a stranger whose image is enrolled as Ben's.
    assert others.subject.tolist() == [CAT]
    assert false_positive_identification_rate(others.top_score, threshold=1.0) == 1.0
