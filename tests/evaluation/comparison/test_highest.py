"""Oracle: Python's own sort of (minus score, i, j)."""

import numpy as np
import pytest

from evaluation.comparison.highest import highest_first, select_highest


def made_scores(seed, n, dtype, *, ties):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-4, 4, n) / 4 if ties else rng.standard_normal(n)
    pairs = rng.permutation(n * 3)[:n]
    return scores.astype(dtype), (pairs // 40).astype(np.int32), (pairs % 40).astype(np.int32)


def by_definition(scores, i, j, limit=None):
    rows = sorted(
        zip((-scores).tolist(), i.tolist(), j.tolist(), scores.tolist(), strict=True),
        key=lambda row: row[:3],
    )
    return [(score, i, j) for _, i, j, score in rows[:limit]]


def as_rows(kept):
    return list(zip(*(column.tolist() for column in kept), strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("limit", [None, 1, 7, 100, 300, 1000])
def test_scores_fall_and_equal_ones_stand_by_their_samples(dtype, ties, limit):
    made = made_scores(1, 300, dtype, ties=ties)

    ordered = highest_first(*made, limit=limit)

    assert as_rows(ordered) == by_definition(*made, limit=limit)
    assert [column.dtype for column in ordered] == [dtype, np.int32, np.int32]


@pytest.mark.parametrize("ties", [False, True])
def test_the_order_in_which_scores_were_found_does_not_show(ties):
    scores, i, j = made_scores(2, 200, np.float32, ties=ties)
    again = np.random.default_rng(3).permutation(200)

    first = highest_first(scores, i, j, limit=50)
    second = highest_first(scores[again], i[again], j[again], limit=50)

    assert [column.tobytes() for column in first] == [column.tobytes() for column in second]


@pytest.mark.parametrize("limit", [1, 10, 199])
def test_a_selection_is_the_beginning_of_the_order(limit):
    made = made_scores(4, 200, np.float32, ties=True)

    selected = select_highest(*made, limit=limit)

    assert sorted(as_rows(selected)) == sorted(by_definition(*made, limit=limit))


@pytest.mark.parametrize("also", [0.0, -1.0, 0.1])  # 0.1 in double precision only
def test_minus_zero_ties_with_zero_and_is_it(also):
    scores = np.array([-0.0, 0.0, -0.0, 0.0, also])
    i, j = np.array([3, 2, 1, 0, 4], dtype=np.int32), np.full(5, 9, dtype=np.int32)

    ordered = highest_first(scores, i, j)

    assert [k for k in ordered[1].tolist() if k < 4] == [0, 1, 2, 3]
    assert not np.signbit(ordered[0][ordered[0] == 0]).any()


@pytest.mark.parametrize("lowest", [0.25, 0.0, -1.0])  # the last leaves no room in 64 bits
def test_the_largest_sample_numbers_are_kept(lowest):
    most = np.iinfo(np.int32).max
    made = (
        np.array([lowest, 0.25, 0.25], dtype=np.float32),
        np.array([5, most, 0], dtype=np.int32),
        np.array([most, most - 1, most], dtype=np.int32),
    )

    assert as_rows(highest_first(*made)) == by_definition(*made)
    assert as_rows(highest_first(*made, limit=2)) == by_definition(*made, limit=2)


@pytest.mark.parametrize("low", [-1e30, -1.0, 0.0, 1e-30])
def test_scores_of_any_size_and_sign_keep_every_bit(low):
    made = made_scores(5, 300, np.float32, ties=False)
    scores = np.append(made[0][2:], np.float32([low, 1e30]))

    ordered = highest_first(scores, *made[1:])

    assert as_rows(ordered) == by_definition(scores, *made[1:])


def test_no_scores_are_in_order():
    none = np.empty(0, dtype=np.float32), np.empty(0, np.int32), np.empty(0, np.int32)

    assert as_rows(highest_first(*none, limit=3)) == []
