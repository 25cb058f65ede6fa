"""Groups and ranks, worked by hand and counted in plain Python."""

import numpy as np

from evaluation.ranking.groups import rank_intervals, ranks, tie_groups


def p_values(table):
    return lambda better, worse: table.get((better, worse), 0.0)


def test_those_not_separable_from_the_best_are_with_it_and_the_rest_goes_on():
    groups = tie_groups(4, p_values({(0, 1): 0.2, (0, 2): 0.001, (0, 3): 0.0001, (2, 3): 0.3}))

    assert [group.members for group in groups] == [(0, 1), (2, 3)]
    assert [group.leader for group in groups] == [0, 2]


def test_holm_is_applied_within_the_step():
    # Three comparisons with the best: 0.02 * 3 is above 0.05, so nobody is separated.
    together = tie_groups(4, lambda better, worse: 0.02)
    # Two comparisons: 0.02 * 2 is not.
    apart = tie_groups(3, lambda better, worse: 0.02)

    assert [group.members for group in together] == [(0, 1, 2, 3)]
    assert [group.members for group in apart] == [(0,), (1,), (2,)]
    assert apart[0].p_adjusted == {1: 0.04, 2: 0.04}
    assert apart[1].p_adjusted == {2: 0.02}


def test_a_worse_model_may_be_tied_with_the_best_where_a_better_one_is_not():
    groups = tie_groups(3, p_values({(0, 1): 0.001, (0, 2): 0.4}))

    assert [group.members for group in groups] == [(0, 2), (1,)]


def test_every_model_is_in_one_group():
    rng = np.random.default_rng(0)
    table = {(a, b): float(rng.random() ** 3) for a in range(12) for b in range(a + 1, 12)}

    groups = tie_groups(12, lambda a, b: table[a, b])

    assert sorted(model for group in groups for model in group.members) == list(range(12))


def test_one_model_alone_is_its_own_group():
    assert [group.members for group in tie_groups(1, p_values({}))] == [(0,)]


def test_equal_values_share_a_rank():
    assert ranks(np.array([0.1, 0.2, 0.1, 0.3])) == [1, 3, 1, 4]


def test_rank_intervals_are_those_of_counting_in_every_replicate():
    drawn = np.random.default_rng(1).integers(0, 5, (41, 4)) / 10
    lowest = [[1 + sum(o < v for o in row) for v in row] for row in drawn.tolist()]
    highest = [[sum(o <= v for o in row) for v in row] for row in drawn.tolist()]

    intervals = rank_intervals(drawn)

    # The 2.5 % point of 41 is the second lowest value (0.025 * 41 = 1.025, rounded up).
    expected = [
        [sorted(row[k] for row in lowest)[1], sorted(row[k] for row in highest)[39]]
        for k in range(4)
    ]
    assert intervals.tolist() == expected


def test_identical_models_share_all_their_ranks():
    one = np.random.default_rng(2).random(100)

    assert rank_intervals(np.stack([one, one], axis=1)).tolist() == [[1, 2], [1, 2]]
