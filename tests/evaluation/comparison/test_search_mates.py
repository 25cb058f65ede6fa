"""Oracle: the whole matrix of scores, and each search counted in plain Python.

Coordinates are small whole numbers, so that distances, and cosines of the vectors used,
are the same to the bit however they are computed, and many of them are equal.
"""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from evaluation.card import Similarity
from evaluation.comparison import search_mates
from evaluation.comparison.galleries import make_gallery, make_searches
from evaluation.comparison.search_mates import measure_searches
from evaluation.comparison.search_outcomes import SearchOutcomes
from evaluation.errors import ResultError


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(search_mates, "TILE_PROBES", 4)
    monkeypatch.setattr(search_mates, "TILE_REFERENCES", 6)


def make_case(
    seed,
    *,
    n_subjects=12,
    n=60,
    sizes=(3, 7),
    failing=0.2,
    similarity=Similarity.NEGATIVE_EUCLIDEAN,
):
    rng = np.random.default_rng(seed)
    subject = rng.integers(0, n_subjects, n).astype(np.int32)
    if similarity is Similarity.NEGATIVE_EUCLIDEAN:
        embeddings = rng.integers(-2, 3, (n, 3))
    else:  # of length 2, so that unit vectors are exact
        embeddings = rng.choice([-1, 1], (n, 4))
    failed = rng.random(n) < failing
    embeddings[failed] = 0
    is_enrolled = (subject < n_subjects * 3 // 4) & (rng.random(n) < 0.6)
    is_enrolled[0] = True
    reference = np.flatnonzero(is_enrolled).astype(np.int32)
    probe = np.setdiff1d(np.arange(n, dtype=np.int32), reference)
    n_enrolled = np.unique(subject[reference]).size
    gallery = make_gallery(
        reference, subject, sizes=[s for s in sizes if s < n_enrolled], seed=seed
    )
    return SimpleNamespace(
        templates=SimpleNamespace(embeddings=embeddings.astype(np.float32), failed=failed),
        subject=subject,
        gallery=gallery,
        searches=make_searches(gallery, probe, subject),
        similarity=similarity,
    )


def score(case, a, b):
    x, y = case.templates.embeddings[[a, b]].astype(float).tolist()
    if case.similarity is Similarity.COSINE:
        return (
            math.sumprod(x, y) / 4
            if hasattr(math, "sumprod")
            else sum(map(float.__mul__, x, y)) / 4
        )
    return -math.dist(x, y)


def search_by_definition(case, probe, size):
    """Best score of each subject of the gallery that is a candidate."""
    failed, best = case.templates.failed, {}
    if failed[probe]:
        return best
    enrolled = set(case.gallery.subjects[:size].tolist())
    for reference in case.gallery.reference.tolist():
        subject = int(case.subject[reference])
        if subject in enrolled and not failed[reference] and reference != probe:
            best[subject] = max(best.get(subject, -math.inf), score(case, probe, reference))
    return best


def assert_as_by_definition(case, outcomes):
    sizes = case.gallery.sizes
    for row, probe in enumerate(case.searches.probe.tolist()):
        subject, mated = int(case.subject[probe]), bool(case.searches.mated[row])
        assert outcomes.failed[row] == case.templates.failed[probe]
        whole = search_by_definition(case, probe, sizes[-1])
        mate = whole.get(subject, -math.inf) if mated else -math.inf
        assert outcomes.mate_score[row] == mate
        for column, size in enumerate(sizes):
            others = search_by_definition(case, probe, size)
            others.pop(subject, None)
            assert outcomes.top_other[row, column] == max(others.values(), default=-math.inf)
            if mate > -math.inf:
                rank = 1 + sum(other >= mate for other in others.values())
                assert outcomes.rank[row, column] == rank


def measure(case, rows=None, **options):
    rows = range(case.searches.probe.size) if rows is None else rows
    options = {"similarity": case.similarity, **options}
    return measure_searches(case.templates, case.gallery, case.searches, rows, **options)


def assert_same_bits(a, b):
    for name in ("failed", "mate_score", "rank", "top_other"):
        one, other = getattr(a, name), getattr(b, name)
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("similarity", list(Similarity))
@pytest.mark.parametrize("seed", range(8))
def test_every_search_is_as_counted_one_by_one(seed, similarity):
    case = make_case(seed, similarity=similarity)

    assert_as_by_definition(case, measure(case, threads=2))


@given(
    seed=st.integers(0, 10_000),
    n_subjects=st.integers(1, 9),
    failing=st.sampled_from([0.0, 0.3, 0.9]),
    similarity=st.sampled_from(list(Similarity)),
)
def test_any_gallery_with_ties_is_as_counted_one_by_one(seed, n_subjects, failing, similarity):
    case = make_case(seed, n_subjects=n_subjects, n=30, failing=failing, similarity=similarity)

    assert_as_by_definition(case, measure(case))


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("seed", range(4))
def test_leaving_one_out_compares_no_sample_with_itself(seed):
    case = make_case(seed, n_subjects=25, n=50)
    everyone = np.arange(50, dtype=np.int32)
    case.gallery = make_gallery(everyone, case.subject, seed=1)
    case.searches = make_searches(case.gallery, everyone, case.subject)

    assert 0 < np.count_nonzero(~case.searches.mated) < 25
    assert_as_by_definition(case, measure(case))


def test_a_subject_without_any_template_is_no_candidate_and_cannot_be_found():
    case = make_case(3, n_subjects=6, failing=0.0)
    lost = int(case.gallery.subjects[0])
    case.templates.failed[case.gallery.reference[case.gallery.place == 0]] = True

    outcomes = measure(case)

    assert_as_by_definition(case, outcomes)
    mine = case.searches.mated & (case.searches.mate == 0)
    assert mine.any()
    assert np.all(outcomes.mate_score[mine] == -np.inf)
    assert np.all(case.subject[case.searches.probe[mine]] == lost)


def test_a_gallery_without_any_template_has_no_candidates():
    case = make_case(3)
    case.templates.failed[case.gallery.reference] = True

    outcomes = measure(case)

    assert np.all(outcomes.mate_score == -np.inf)
    assert np.all(outcomes.top_other == -np.inf)


def test_one_subject_only_is_alone_on_its_list():
    case = make_case(5, n_subjects=1, n=20, failing=0.0)
    everyone = np.arange(20, dtype=np.int32)
    case.gallery = make_gallery(everyone, case.subject, seed=1)
    case.searches = make_searches(case.gallery, everyone, case.subject)

    outcomes = measure(case)

    assert np.all(outcomes.rank == 1)
    assert np.all(outcomes.top_other == -np.inf)


def test_where_all_scores_are_equal_the_mate_stands_behind_all_others():
    case = make_case(5, failing=0.0)
    case.templates.embeddings[:] = 1

    outcomes = measure(case)

    mated = case.searches.mated
    assert mated.any()
    assert np.all(outcomes.rank[mated, -1] == case.gallery.sizes[-1])


@pytest.mark.parametrize("similarity", list(Similarity))
def test_shards_and_threads_do_not_show_in_a_single_bit(similarity):
    rng = np.random.default_rng(2)
    n = 4000
    subject = rng.integers(0, 1500, n).astype(np.int32)
    templates = SimpleNamespace(
        embeddings=rng.standard_normal((n, 20)).astype(np.float32), failed=rng.random(n) < 0.05
    )
    gallery = make_gallery(np.arange(2600, dtype=np.int32), subject, sizes=(10, 700, 1000), seed=5)
    searches = make_searches(gallery, np.arange(2600, n, dtype=np.int32), subject)
    whole = measure_searches(templates, gallery, searches, range(1400), similarity=similarity)

    for _ in range(2):
        cuts = [0, *np.sort(rng.integers(0, 1401, 3)).tolist(), 1400]
        parts = [
            measure_searches(
                templates,
                gallery,
                searches,
                range(a, b),
                similarity=similarity,
                threads=int(rng.integers(1, 4)),
            )
            for a, b in itertools.pairwise(cuts)
        ]
        assert_same_bits(SearchOutcomes.concatenate(parts), whole)
    with threadpool_limits(limits=3):
        again = measure_searches(templates, gallery, searches, range(1400), similarity=similarity)
    assert_same_bits(again, whole)


def test_a_score_is_the_cosine_of_the_two_embeddings():
    rng = np.random.default_rng(3)
    embeddings = rng.standard_normal((9, 40)).astype(np.float32)
    templates = SimpleNamespace(embeddings=embeddings, failed=np.zeros(9, np.bool_))
    subject = np.array([0, 1, 2, 0, 0, 0, 0, 0, 3], dtype=np.int32)
    gallery = make_gallery(np.arange(3, dtype=np.int32), subject, seed=1)
    searches = make_searches(gallery, np.arange(3, 9, dtype=np.int32), subject)

    outcomes = measure_searches(
        templates, gallery, searches, range(6), similarity=Similarity.COSINE
    )

    unit = embeddings.astype(float) / np.linalg.norm(embeddings.astype(float), axis=1)[:, None]
    cosine = unit @ unit.T
    np.testing.assert_allclose(outcomes.mate_score[:5], cosine[searches.probe[:5], 0], atol=1e-6)
    assert outcomes.top_other[5, 0] == pytest.approx(cosine[8, :3].max(), abs=1e-6)


def test_no_rows_give_no_outcomes():
    case = make_case(1)

    assert measure(case, range(0)).rank.shape == (0, len(case.gallery.sizes))


def test_no_thread_is_refused():
    with pytest.raises(ValueError, match="threads is at least 1, got 0"):
        measure(make_case(1), threads=0)


def test_outcomes_are_read_back_as_they_were_written(tmp_path):
    outcomes = measure(make_case(1))

    outcomes.save(tmp_path / "a.npz")

    assert_same_bits(SearchOutcomes.load(tmp_path / "a.npz"), outcomes)


def test_outcomes_of_other_galleries_are_not_joined():
    with pytest.raises(ResultError, match="do not belong together"):
        SearchOutcomes.concatenate([measure(make_case(1)), measure(make_case(1, sizes=()))])
    with pytest.raises(ResultError, match="do not belong together"):
        SearchOutcomes.concatenate([])


def test_a_file_of_something_else_holds_no_outcomes(tmp_path):
    np.savez(tmp_path / "a.npz", scores=np.zeros(3))

    with pytest.raises(ResultError, match=r"a\.npz does not hold"):
        SearchOutcomes.load(tmp_path / "a.npz")
