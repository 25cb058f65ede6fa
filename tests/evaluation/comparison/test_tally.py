"""Oracles: counts in plain Python, and a sorted list of everything that was ever handed in."""

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import Bins, tally
from evaluation.comparison.kernel_native import native_drop_below, native_kernel
from evaluation.comparison.tally import Kept, KeptTail, Tally, drop_below

COSINE = Bins.for_scores(Similarity.COSINE, longest=1.0)


def dropping(kind):
    if kind == "numpy":
        return drop_below
    kernel = native_kernel()
    if kernel is None:
        pytest.skip("the kernel was not compiled: there is no C compiler")
    return lambda kept, lowest: native_drop_below(kernel, kept, lowest)


def numbered(scores, start):
    i = np.arange(start, start + scores.size, dtype=np.int32)
    return scores, i, i + 1


def count(histograms, scores):
    histograms.expect(scores.size)
    np.add.at(histograms.counts[0], COSINE.index(scores) + 1, np.uint32(1))


@pytest.mark.parametrize("kind", ["numpy", "native"])
@pytest.mark.parametrize("ties", [False, True])
def test_a_thread_lets_go_only_of_scores_that_are_not_among_the_highest(monkeypatch, kind, ties):
    monkeypatch.setattr(tally, "_LEAST_ROOM", 64)
    rng = np.random.default_rng(1)
    both = Tally(1, tail_size=50)
    mine, other = both.new_histograms(), both.new_histograms()
    tail = KeptTail(np.float32, 1, both, COSINE, dropping(kind))
    handed_in = []

    for step in range(40):
        drawn = rng.integers(-3, 3, 30) / 8 if ties else rng.uniform(-1, 1, 30)
        scores = drawn.astype(np.float32)
        count(mine, scores)
        count(other, np.float32(rng.uniform(-1, 1, 5)))
        tail.add(*numbered(scores, 30 * step))
        handed_in += scores.tolist()

    # Half of the other thread's scores could be among the highest 50 of both.
    kept = sorted(tail.everything()[0].tolist(), reverse=True)
    sure = [s for s in sorted(handed_in, reverse=True)[:50] if s >= COSINE.edge(tail.bound - 1)]
    assert kept[: len(sure)] == sure
    assert tail.bound > 1
    assert tail.room < len(handed_in)


def test_counters_are_handed_over_before_they_overflow(monkeypatch):
    monkeypatch.setattr(tally, "FLUSH_AT", 250)
    sums = Tally(2, tail_size=1)
    histograms = sums.new_histograms()

    for _ in range(7):
        histograms.expect(100)
        histograms.counts[0, 5] += 60
        histograms.counts[1, 9] += 40
        assert histograms.counts.sum() <= 250
    histograms.flush()

    together, apart = sums.histograms(1)
    assert (together[4], together[8], together.sum()) == (420, 280, 700)
    assert (apart.shape, apart[0, 4]) == ((1, 65536), 420)


def test_what_does_not_count_is_in_no_histogram():
    sums = Tally(1, tail_size=1)
    histograms = sums.new_histograms()
    histograms.counts[0, 0] = 9
    histograms.counts[0, 65536] = 3
    histograms.flush()

    together, _ = sums.histograms(0)

    assert together.sum() == together[65535] == 3


def test_the_lowest_useful_slot_has_the_tail_in_it_or_above():
    sums = Tally(2, tail_size=10)
    first, second = sums.new_histograms(), sums.new_histograms()
    first.counts[0, 300], first.counts[1, 200] = 4, 3
    second.counts[0, 200], second.counts[1, 100] = 2, 1

    assert sums.lowest_useful(1) == 100
    second.counts[0, 100] = 900
    first.flush()
    assert sums.lowest_useful(1) == 100
    assert sums.lowest_useful(150) == 150
    first.counts[0, 250] = 1
    assert sums.lowest_useful(1) == 200


def test_counts_of_several_threads_together_need_not_fit_in_32_bits():
    sums = Tally(2, tail_size=2 * tally.FLUSH_AT)
    first, second = sums.new_histograms(), sums.new_histograms()
    first.counts[0, 100], first.counts[1, 100] = tally.FLUSH_AT - 7, 7
    second.counts[0, 100] = tally.FLUSH_AT

    assert sums.lowest_useful(1) == 100


def test_memory_for_kept_scores_grows_with_them():
    kept = Kept(np.float32)

    for step in range(5):
        kept.add(*numbered(np.full(10, step, dtype=np.float32), 10 * step))

    scores, i, _ = kept.everything()
    assert scores.tolist() == [step for step in range(5) for _ in range(10)]
    assert i.tolist() == list(range(50))
