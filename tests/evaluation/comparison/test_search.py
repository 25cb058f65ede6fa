"""Oracle: the whole matrix of scores, each row sorted in plain Python.

Where many scores are equal, coordinates are small whole numbers, whose products are exact.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from evaluation.comparison import search, search_gallery
from evaluation.comparison.kernel_native import native_kernel
from evaluation.errors import NonFiniteScoreError


@pytest.fixture(params=["native", "numpy"], autouse=True, scope="module")
def kernel(request):
    """Pick the best with the compiled kernel, and with NumPy alone."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(search, "native_kernel", lambda: None)
        elif native_kernel() is None:
            pytest.skip("the kernel was not compiled: there is no C compiler")
        yield request.param


@pytest.fixture
def small_tiles(monkeypatch):
    monkeypatch.setattr(search, "TILE_PROBES", 4)
    monkeypatch.setattr(search, "TILE_REFERENCES", 16)


def whole_numbers(seed, n, dim=3, low=-2, high=3):
    return np.random.default_rng(seed).integers(low, high, (n, dim)).astype(np.float32)


def assert_as_sorted(gallery, probes, k, found):
    scores = probes.astype(float) @ gallery.astype(float).T
    for row in range(probes.shape[0]):
        best = sorted(range(gallery.shape[0]), key=lambda j, row=row: (-scores[row, j], j))[:k]
        assert found.places[row].tolist() == best
        assert found.scores[row].tolist() == [scores[row, j] for j in best]


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("k", [1, 3, 16, 40, 101])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_best_come_first_and_equal_scores_by_place(k, threads):
    gallery, probes = whole_numbers(1, 101), whole_numbers(2, 11)

    found = search_gallery(gallery, probes, k, threads=threads)

    assert_as_sorted(gallery, probes, k, found)
    assert found.scores.dtype == np.float32


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 60),
    high=st.sampled_from([1, 2, 5]),
    data=st.data(),
)
def test_any_gallery_with_ties_is_searched_exactly(seed, n, high, data):
    k = data.draw(st.integers(1, n))
    gallery, probes = whole_numbers(seed, n, high=high), whole_numbers(seed + 1, 5)

    assert_as_sorted(gallery, probes, k, search_gallery(gallery, probes, k))


@pytest.mark.parametrize("order", ["rising", "falling"])
def test_a_gallery_that_gets_better_or_worse_is_searched_exactly(order):
    steps = np.arange(5000, dtype=np.float32)
    gallery = (steps if order == "rising" else steps[::-1])[:, None].copy()
    probes = np.array([[1], [-1], [0]], dtype=np.float32)

    assert_as_sorted(gallery, probes, 7, search_gallery(gallery, probes, 7))


def test_where_all_scores_are_equal_the_first_places_are_best():
    gallery, probes = np.ones((5000, 4), np.float32), np.ones((3, 4), np.float32)

    found = search_gallery(gallery, probes, 6, threads=2)

    assert found.places.tolist() == [[0, 1, 2, 3, 4, 5]] * 3


def test_minus_zero_ties_with_zero():
    gallery = np.array([[0.0], [-0.0], [0.0], [-1.0]], dtype=np.float32)

    found = search_gallery(gallery, np.ones((1, 1), np.float32), 3)

    assert found.places.tolist() == [[0, 1, 2]]
    assert not np.signbit(found.scores).any()


@pytest.mark.parametrize("k", [1, 50, 700])
def test_the_compiled_kernel_and_numpy_agree_in_every_bit(monkeypatch, k):
    rng = np.random.default_rng(4)
    gallery = rng.standard_normal((5000, 24)).astype(np.float32)
    gallery[::7] = gallery[3]
    probes = rng.standard_normal((600, 24)).astype(np.float32)
    found = search_gallery(gallery, probes, k)

    monkeypatch.setattr(search, "native_kernel", lambda: None)
    by_numpy = search_gallery(gallery, probes, k)

    assert found.scores.tobytes() == by_numpy.scores.tobytes()
    assert found.places.tobytes() == by_numpy.places.tobytes()


@pytest.mark.parametrize("n_probes", [1, 700])
def test_threads_do_not_show_in_a_single_bit(n_probes):
    rng = np.random.default_rng(3)
    gallery = rng.standard_normal((9000, 24)).astype(np.float32)
    probes = rng.standard_normal((n_probes, 24)).astype(np.float32)
    alone = search_gallery(gallery, probes, 50)

    with threadpool_limits(limits=3):
        together = search_gallery(gallery, probes, 50, threads=3)

    assert together.scores.tobytes() == alone.scores.tobytes()
    assert together.places.tobytes() == alone.places.tobytes()
    best = np.argsort(-(probes[:5].astype(float) @ gallery.astype(float).T), axis=1)[:, :50]
    np.testing.assert_array_equal(alone.places[:5], best)


def test_no_probes_find_nobody():
    found = search_gallery(np.ones((3, 2), np.float32), np.empty((0, 2), np.float32), 2)

    assert found.scores.shape == found.places.shape == (0, 2)


@pytest.mark.parametrize(("k", "threads"), [(0, 1), (4, 1), (1, 0)])
def test_options_outside_their_range_are_refused(k, threads):
    with pytest.raises(ValueError, match="candidates of 3 references"):
        search_gallery(np.ones((3, 2), np.float32), np.ones((1, 2), np.float32), k, threads=threads)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_refused(bad):
    gallery = np.ones((3, 2), np.float32)
    gallery[1, 0] = bad

    with pytest.raises(NonFiniteScoreError, match="not a finite number"):
        search_gallery(gallery, np.ones((1, 2), np.float32), 3)


@pytest.mark.parametrize("bad", [np.nan, -np.nan])
@pytest.mark.parametrize("place", [3, 4500])
def test_what_is_no_number_is_refused_wherever_it_stands(bad, place):
    gallery = np.random.default_rng(6).standard_normal((5000, 2)).astype(np.float32)
    gallery[place, 0] = bad

    with pytest.raises(NonFiniteScoreError, match="not a finite number"):
        search_gallery(gallery, np.ones((1, 2), np.float32), 3)
