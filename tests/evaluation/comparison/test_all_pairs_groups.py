"""Oracle: every pair in two plain loops, put in the bin and the two groups it belongs to."""

import itertools

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import compare_all_pairs, counting, merge_parts, tiles
from evaluation.comparison.kernel_native import native_kernel

FIELDS = ("histogram", "group_histograms", "mated_scores", "mated_i", "mated_j")
TAIL_FIELDS = ("tail_scores", "tail_i", "tail_j")


@pytest.fixture(params=["native", "numpy"])
def kernel(request, monkeypatch):
    """Count with the compiled kernel, and with NumPy alone."""
    if request.param == "numpy":
        monkeypatch.setattr(counting, "native_kernel", lambda: None)
    elif native_kernel() is None:
        pytest.skip("the kernel was not compiled: there is no C compiler")


@pytest.fixture
def small_tiles(monkeypatch):
    """Make tiles so small that forty samples fill a grid of them."""
    monkeypatch.setattr(tiles, "TILE_ROWS", 8)
    monkeypatch.setattr(tiles, "TILE_COLUMNS", 16)


def compare(templates, groups, n_groups, rows=None, **options):
    options = {"similarity": Similarity.COSINE, "tail_size": 1000, **options}
    rows = range(len(templates.failed)) if rows is None else rows
    return compare_all_pairs(
        templates, templates.subject_index, rows, groups=groups, n_groups=n_groups, **options
    )


def assert_same_bits(a, b):
    for name in (*FIELDS, *TAIL_FIELDS):
        assert getattr(a, name).shape == getattr(b, name).shape, name
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name
    assert (a.n_mated_failed, a.n_non_mated_failed) == (b.n_mated_failed, b.n_non_mated_failed)


@pytest.mark.usefixtures("kernel", "small_tiles")
@pytest.mark.parametrize("similarity", list(Similarity))
@pytest.mark.parametrize("n_groups", [1, 2, 5])
def test_each_non_mated_score_is_counted_for_its_two_groups(make_templates, similarity, n_groups):
    templates = make_templates(n_groups, 43, failing=0.1)
    groups = np.random.default_rng(n_groups).integers(-1, n_groups, 43)

    part = compare(templates, groups, n_groups, similarity=similarity)

    places = list(itertools.combinations_with_replacement(range(n_groups), 2))
    scores = {place: [] for place in places}
    for score, i, j in zip(part.tail_scores, part.tail_i, part.tail_j, strict=True):
        assert i < j
        place = tuple(sorted((groups[i], groups[j])))
        if place[0] >= 0:
            scores[place].append(score)
    assert part.group_histograms.shape == (len(places), 65536)
    for place, histogram in zip(places, part.group_histograms, strict=True):
        np.testing.assert_array_equal(histogram, part.bins.count(np.array(scores[place])))
    np.testing.assert_array_equal(part.histogram, part.bins.count(part.tail_scores))


@pytest.mark.usefixtures("kernel", "small_tiles")
def test_groups_change_no_count_and_no_score_but_its_last_bits(make_templates):
    templates = make_templates(4, 60, failing=0.1)
    groups = np.random.default_rng(4).integers(-1, 3, 60)
    plain = compare(templates, None, 0)

    grouped = compare(templates, groups, 3)

    assert plain.group_histograms.shape == (0, 65536)
    for name in ("mated", "tail"):
        pairs = [
            {
                (i, j): score
                for score, i, j in zip(
                    *(getattr(part, f"{name}_{field}") for field in ("scores", "i", "j")),
                    strict=True,
                )
            }
            for part in (plain, grouped)
        ]
        assert pairs[0] == pytest.approx(pairs[1], abs=1e-6)
    assert grouped.n_mated_failed == plain.n_mated_failed
    assert grouped.n_non_mated_failed == plain.n_non_mated_failed


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("ties", [False, True])
def test_shards_and_threads_do_not_show_in_a_single_bit(make_templates, ties):
    templates = make_templates(5, 1300, dim=24, failing=0.05, ties=ties)
    rng = np.random.default_rng(5)
    groups = rng.integers(-1, 3, 1300)
    whole = compare(templates, groups, 3)

    for _ in range(2):
        cuts = [0, *np.sort(rng.integers(0, 1301, 4)).tolist(), 1300]
        parts = [
            compare(templates, groups, 3, range(a, b), threads=int(rng.integers(1, 4)))
            for a, b in itertools.pairwise(cuts)
        ]
        assert_same_bits(merge_parts([parts[k] for k in rng.permutation(len(parts))]), whole)


@pytest.mark.parametrize("ties", [False, True])
def test_numpy_alone_gives_the_same_bits_as_the_compiled_kernel(make_templates, monkeypatch, ties):
    if native_kernel() is None:
        pytest.skip("the kernel was not compiled: there is no C compiler")
    templates = make_templates(6, 2600, dim=8, n_subjects=40, failing=0.02, ties=ties)
    groups = np.random.default_rng(6).integers(-1, 4, 2600)
    rows = range(100, 2500)
    compiled = compare(templates, groups, 4, rows, tail_size=3000)

    monkeypatch.setattr(counting, "native_kernel", lambda: None)

    assert_same_bits(compare(templates, groups, 4, rows, tail_size=3000), compiled)


@pytest.mark.parametrize(
    ("groups", "n_groups", "message"),
    [
        (np.zeros(19, int), 1, "groups are numbers of all samples"),
        (np.zeros(20, int), 17, "at most 16 groups"),
        (None, 2, "groups are numbers of all samples"),
        (np.full(20, 2), 2, "outside -1 to 1"),
        (np.full(20, -2), 2, "outside -1 to 1"),
    ],
)
def test_groups_that_are_not_one_number_per_sample_are_refused(
    make_templates, groups, n_groups, message
):
    with pytest.raises(ValueError, match=message):
        compare(make_templates(7, 20), groups, n_groups)
