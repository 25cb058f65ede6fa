"""Oracle: the definition in plain Python, in double precision."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, pair_scores
from evaluation.errors import ResultError


def make_protocol(n_samples, n_pairs, seed=0):
    rng = np.random.default_rng(seed)
    return SimpleNamespace(
        reference=rng.integers(0, n_samples, n_pairs).astype(np.int32),
        probe=rng.integers(0, n_samples, n_pairs).astype(np.int32),
    )


def cosine_by_definition(a, b):
    a, b = [float(x) for x in a], [float(x) for x in b]
    product = math.fsum(x * y for x, y in zip(a, b, strict=True))
    return product / math.hypot(*a) / math.hypot(*b)


def test_cosine_is_exact_to_double_precision(make_templates):
    templates = make_templates(0, 40)
    protocol = make_protocol(40, 200)

    scored = pair_scores(templates, protocol, similarity=Similarity.COSINE)

    expected = [
        cosine_by_definition(templates.embeddings[i], templates.embeddings[j])
        for i, j in zip(protocol.reference, protocol.probe, strict=True)
    ]
    np.testing.assert_allclose(scored.scores, expected, atol=1e-14)
    assert scored.completed.all()


def test_euclidean_score_is_minus_the_distance_of_the_embeddings_as_given():
    templates = SimpleNamespace(
        embeddings=np.array([[0, 0], [3, 4], [3, 4]], dtype=np.float32), failed=np.zeros(3, bool)
    )
    protocol = SimpleNamespace(reference=np.array([0, 1]), probe=np.array([1, 2]))

    scored = pair_scores(templates, protocol, similarity=Similarity.NEGATIVE_EUCLIDEAN)

    assert scored.scores.tolist() == [-5.0, 0.0]


@pytest.mark.parametrize("similarity", list(Similarity))
def test_a_pair_with_a_failed_sample_is_not_completed_and_has_no_score(make_templates, similarity):
    templates = make_templates(1, 20, failing=0.3)
    protocol = make_protocol(20, 100)

    scored = pair_scores(templates, protocol, similarity=similarity)

    for completed, score, i, j in zip(
        scored.completed, scored.scores, protocol.reference, protocol.probe, strict=True
    ):
        assert completed == (not templates.failed[i] and not templates.failed[j])
        assert completed or score == 0.0
    assert np.isfinite(scored.scores).all()


@pytest.mark.parametrize("similarity", list(Similarity))
def test_parts_joined_equal_the_whole_bit_for_bit(make_templates, similarity):
    templates = make_templates(2, 50, dim=37, failing=0.1)
    protocol = make_protocol(50, 333)
    whole = pair_scores(templates, protocol, similarity=similarity)

    cuts = [0, 1, 40, 40, 200, 333]
    parts = [
        pair_scores(templates, protocol, similarity=similarity, rows=range(a, b))
        for a, b in itertools.pairwise(cuts)
    ]
    joined = PairScores.concatenate(parts)

    assert joined.scores.tobytes() == whole.scores.tobytes()
    assert joined.completed.tobytes() == whole.completed.tobytes()


def test_scores_are_read_back_as_they_were_written(make_templates, tmp_path):
    scored = pair_scores(
        make_templates(3, 20, failing=0.2), make_protocol(20, 30), similarity=Similarity.COSINE
    )

    scored.save(tmp_path / "scores.npz")
    again = PairScores.load(tmp_path / "scores.npz")

    assert again.scores.tobytes() == scored.scores.tobytes()
    assert again.completed.tobytes() == scored.completed.tobytes()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "scores.npz"
    path.write_bytes(content)

    with pytest.raises(ResultError, match=r"scores\.npz does not hold"):
        PairScores.load(path)


def test_a_file_with_a_pickle_in_it_is_refused(tmp_path):
    path = tmp_path / "scores.npz"
    np.savez(path, scores=np.array([{"run": "code"}], dtype=object), completed=np.array([True]))

    with pytest.raises(ResultError, match="does not hold stored comparisons"):
        PairScores.load(path)
