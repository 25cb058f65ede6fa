"""Oracle: every pair in two plain loops, compared one by one."""

import itertools
import math

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from evaluation.card import Similarity
from evaluation.comparison import AllPairsPart, compare_all_pairs, counting, merge_parts, tiles
from evaluation.comparison.kernel_native import native_kernel
from evaluation.errors import ResultError


@pytest.fixture(params=["native", "numpy"], autouse=True)
def kernel(request, monkeypatch):
    """Count with the compiled kernel, and with NumPy alone."""
    if request.param == "numpy":
        monkeypatch.setattr(counting, "native_kernel", lambda: None)
    elif native_kernel() is None:
        pytest.skip("the kernel was not compiled: there is no C compiler")
    return request.param


@pytest.fixture
def small_tiles(monkeypatch):
    """Make tiles so small that forty samples fill a grid of them."""
    monkeypatch.setattr(tiles, "TILE_ROWS", 8)
    monkeypatch.setattr(tiles, "TILE_COLUMNS", 16)


def score_by_definition(a, b, similarity):
    a, b = a.astype(float), b.astype(float)
    if similarity is Similarity.COSINE:
        return float(a @ b) / math.hypot(*a) / math.hypot(*b)
    return -math.dist(a, b)


def all_pairs_by_definition(templates, similarity):
    mated, non_mated, failed = {}, {}, {True: 0, False: 0}
    n = len(templates.failed)
    for i in range(n):
        for j in range(i + 1, n):
            is_mated = bool(templates.subject_index[i] == templates.subject_index[j])
            if templates.failed[i] or templates.failed[j]:
                failed[is_mated] += 1
                continue
            kind = mated if is_mated else non_mated
            kind[i, j] = score_by_definition(
                templates.embeddings[i], templates.embeddings[j], similarity
            )
    return mated, non_mated, failed


def compare(templates, rows=None, **options):
    options = {"similarity": Similarity.COSINE, "tail_size": 1000, **options}
    rows = range(len(templates.failed)) if rows is None else rows
    return compare_all_pairs(templates, templates.subject_index, rows, **options)


def assert_same_bits(a, b):
    assert (a.bins, a.tail_size) == (b.bins, b.tail_size)
    assert (a.n_mated_failed, a.n_non_mated_failed) == (b.n_mated_failed, b.n_non_mated_failed)
    names = ("mated_scores", "mated_i", "mated_j", "tail_scores", "tail_i", "tail_j")
    for name in ("histogram", "group_histograms", *names):
        assert getattr(a, name).shape == getattr(b, name).shape, name
        assert getattr(a, name).dtype == getattr(b, name).dtype, name
        assert getattr(a, name).tobytes() == getattr(b, name).tobytes(), name


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("similarity", list(Similarity))
@pytest.mark.parametrize("seed", range(6))
def test_every_pair_is_compared_once_and_told_apart(make_templates, similarity, seed):
    templates = make_templates(seed, 41, failing=0.15)
    mated, non_mated, failed = all_pairs_by_definition(templates, similarity)

    part = compare(templates, similarity=similarity)

    kept = dict(zip(zip(part.mated_i, part.mated_j, strict=True), part.mated_scores, strict=True))
    tail = dict(zip(zip(part.tail_i, part.tail_j, strict=True), part.tail_scores, strict=True))
    assert kept.keys() == mated.keys()
    assert tail.keys() == non_mated.keys()
    for pair, score in [*kept.items(), *tail.items()]:
        assert score == pytest.approx({**mated, **non_mated}[pair], abs=2e-6)
    assert part.n_non_mated == len(non_mated)
    assert (part.n_mated_failed, part.n_non_mated_failed) == (failed[True], failed[False])
    np.testing.assert_array_equal(part.histogram, part.bins.count(part.tail_scores))


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("tail_size", [1, 7, 100])
@pytest.mark.parametrize("ties", [False, True])
def test_the_tail_holds_the_highest_scores_in_one_order(make_templates, tail_size, ties):
    templates = make_templates(3, 45, dim=4, ties=ties)
    everything = compare(templates)

    part = compare(templates, tail_size=tail_size)

    order = sorted(zip(-everything.tail_scores, everything.tail_i, everything.tail_j, strict=True))[
        :tail_size
    ]
    assert list(zip(-part.tail_scores, part.tail_i, part.tail_j, strict=True)) == order
    assert part.n_non_mated == everything.n_non_mated


@pytest.mark.parametrize("similarity", list(Similarity))
@pytest.mark.parametrize("ties", [False, True])
def test_shards_and_threads_do_not_show_in_a_single_bit(make_templates, similarity, ties):
    templates = make_templates(5, 1300, dim=24, failing=0.05, ties=ties)
    whole = compare(templates, similarity=similarity)
    rng = np.random.default_rng(5)

    for _ in range(3):
        cuts = [0, *np.sort(rng.integers(0, 1301, 4)).tolist(), 1300]
        parts = [
            compare(templates, range(a, b), similarity=similarity, threads=int(rng.integers(1, 4)))
            for a, b in itertools.pairwise(cuts)
        ]
        shuffled = [parts[k] for k in rng.permutation(len(parts))]
        assert_same_bits(merge_parts(shuffled), whole)


def test_threads_of_the_linear_algebra_library_do_not_show(make_templates):
    templates = make_templates(11, 1300, dim=64)

    with threadpool_limits(limits=1):
        alone = compare(templates)
    with threadpool_limits(limits=3):
        together = compare(templates)

    assert_same_bits(together, alone)


@pytest.mark.usefixtures("small_tiles")
def test_merging_in_groups_equals_merging_at_once(make_templates):
    templates = make_templates(6, 60, dim=3, ties=True)
    parts = [compare(templates, range(k, k + 10), tail_size=50) for k in range(0, 60, 10)]

    in_groups = merge_parts([merge_parts(parts[3:]), merge_parts(parts[:1]), *parts[1:3]])

    assert_same_bits(in_groups, merge_parts(parts))


def test_a_set_whose_samples_all_failed_has_only_failures(make_templates):
    templates = make_templates(7, 12, n_subjects=3)
    templates.failed[:] = True

    part = compare(templates)

    assert part.n_non_mated == 0
    assert part.mated_scores.size == 0
    assert part.n_mated_failed + part.n_non_mated_failed == 12 * 11 // 2


def test_parts_of_different_runs_are_not_merged(make_templates):
    templates = make_templates(8, 20)

    with pytest.raises(ResultError, match="different runs"):
        merge_parts([compare(templates), compare(templates, tail_size=5)])


def test_merging_nothing_is_refused():
    with pytest.raises(ResultError, match="no comparisons to merge"):
        merge_parts([])


@pytest.mark.parametrize("options", [{"threads": 0}, {"tail_size": 0}])
def test_options_below_one_are_refused(make_templates, options):
    with pytest.raises(ValueError, match="at least 1"):
        compare(make_templates(9, 10), **options)


def test_a_part_is_read_back_as_it_was_written(make_templates, tmp_path):
    part = compare(make_templates(10, 50, failing=0.1), tail_size=40)

    part.save(tmp_path / "part.npz")
    part.save(tmp_path / "again.npz")

    assert_same_bits(AllPairsPart.load(tmp_path / "part.npz"), part)
    assert (tmp_path / "part.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_a_file_of_pair_scores_is_no_part(tmp_path):
    path = tmp_path / "part.npz"
    np.savez(path, scores=np.zeros(2), completed=np.ones(2, bool))

    with pytest.raises(ResultError, match=r"part\.npz does not hold"):
        AllPairsPart.load(path)
