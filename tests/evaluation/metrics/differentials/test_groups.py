"""Oracle: groups counted sample by sample in plain Python."""

import itertools

import numpy as np
import pytest

from evaluation.metrics.differentials.groups import Members, groupings
from evaluation.results import NotMeasured


def make_members(n_subjects, per_subject=2, *, takes_part=None, failed=None):
    n = n_subjects * per_subject
    return Members(
        takes_part=np.ones(n, bool) if takes_part is None else takes_part,
        failed=np.zeros(n, bool) if failed is None else failed,
        subject_index=np.repeat(np.arange(n_subjects), per_subject).astype(np.int32),
    )


def random_values(seed, n, choices):
    return np.random.default_rng(seed).choice(choices, n).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_sizes_and_positions_are_those_of_counting(seed):
    rng = np.random.default_rng(seed)
    members = make_members(150, 2, takes_part=rng.random(300) < 0.8, failed=rng.random(300) < 0.2)
    values = {
        "sex": random_values(seed, 300, ["f", "m", ""]),
        "age_band": random_values(seed + 9, 300, ["old", "young", "child"]),
    }

    for grouping in groupings(values, members):
        rows = [
            (tuple(values[name][k] for name in grouping.attributes), members.subject_index[k], k)
            for k in np.flatnonzero(members.takes_part)
        ]
        unknown = [row for row in rows if "" in row[0]]
        assert grouping.samples_unknown == len(unknown)
        assert [group.values for group in grouping.groups] == sorted(
            {row[0] for row in rows} - {row[0] for row in unknown}
        )
        for place, group in enumerate(grouping.groups):
            mine = [row for row in rows if row[0] == group.values]
            assert group.samples == len(mine)
            assert group.subjects == len({row[1] for row in mine})
            assert group.samples_failed == sum(members.failed[row[2]] for row in mine)
            assert np.flatnonzero(grouping.of_sample == place).tolist() == [r[2] for r in mine]


def test_attributes_of_people_are_crossed_two_and_three_at_a_time_and_others_are_not():
    members = make_members(400, 1)
    names = ["pose", "age_band", "sex", "ethnicity"]
    values = {name: random_values(k, 400, ["a", "b"]) for k, name in enumerate(names)}

    found = [grouping.attributes for grouping in groupings(values, members)]

    people = ["sex", "ethnicity", "age_band"]
    assert found[:4] == [("pose",), ("age_band",), ("sex",), ("ethnicity",)]
    assert set(found[4:]) == {*itertools.combinations(people, 2), tuple(people)}


def test_attribute_with_one_known_value_divides_nothing():
    values = {"sex": ["f", ""] * 30, "age_band": ["old"] * 60, "pose": [""] * 60}

    assert groupings(values, make_members(60, 1)) == ()


def test_samples_outside_the_protocol_are_in_no_group_and_give_no_value():
    takes_part = np.arange(60) < 40
    values = {"sex": [*["f", "m"] * 20, *["other"] * 20]}

    (grouping,) = groupings(values, make_members(60, 1, takes_part=takes_part))

    assert grouping.names == ("f", "m")
    assert set(grouping.of_sample[40:]) == {-1}


def test_group_of_fewer_than_ten_subjects_is_left_out_and_named():
    values = {"sex": ["f"] * 10 + ["m"] * 10 + ["x"] * 9}

    (grouping,) = groupings(values, make_members(29, 1))

    assert grouping.names == ("f", "m")
    assert [(one.name, one.subjects) for one in grouping.left_out] == [("x", 9)]
    assert np.sum(grouping.of_sample == -1) == 9
    assert grouping.not_measured is None


def test_one_group_large_enough_is_not_measured_alone():
    values = {"sex": ["f"] * 20 + ["m"] * 9}

    (grouping,) = groupings(values, make_members(29, 1))

    assert grouping.groups == ()
    assert grouping.not_measured is NotMeasured.TOO_FEW_SUBJECTS
    assert [one.name for one in grouping.left_out] == ["f", "m"]
    assert set(grouping.of_sample) == {-1}


@pytest.mark.parametrize(("n_groups", "measured"), [(24, True), (25, False)])
def test_more_than_twenty_four_groups_are_not_told_apart(n_groups, measured):
    values = {"camera": [f"{k:02d}" for k in range(n_groups) for _ in range(10)]}

    (grouping,) = groupings(values, make_members(10 * n_groups, 1))

    assert (grouping.not_measured is None) == measured
    assert len(grouping.groups) == (n_groups if measured else 0)
    if not measured:
        assert grouping.not_measured is NotMeasured.TOO_MANY_GROUPS


def test_only_the_largest_of_many_small_groups_are_named():
    values = {
        "sex": [str(k % 5) for k in range(60)] + ["0"] * 8,
        "age_band": [str(k % 6) for k in range(60)] + ["0"] * 8,
    }

    crossed = groupings(values, make_members(68, 1))[-1]

    assert crossed.n_left_out == 30, "one of ten people is none to compare with"
    assert [(one.name, one.subjects) for one in crossed.left_out[:2]] == [("0, 0", 10), ("0, 1", 2)]
    assert len(crossed.left_out) == 24


def test_values_that_may_name_images_or_people_are_counted_and_not_named():
    values = {"file": ["wide"] * 12 + ["tight"] * 11 + [f"anna_{k}.jpg" for k in range(30)]}

    (grouping,) = groupings(values, make_members(53, 1))

    assert grouping.names == ("tight", "wide"), "of ten people or more"
    assert (grouping.n_left_out, grouping.left_out) == (30, ())


def test_a_value_that_one_person_alone_has_is_counted_and_not_named():
    values = {"sex": ["f"] * 10 + ["m"] * 10 + ["x"] * 2 + ["y"]}

    (grouping,) = groupings(values, make_members(23, 1))

    assert grouping.n_left_out == 2
    assert [(one.name, one.subjects) for one in grouping.left_out] == [("x", 2)]


def test_names_of_crossed_groups_cannot_be_taken_for_each_other():
    values = {"sex": ["a, b"] * 20 + ["a"] * 20, "age_band": ["c"] * 20 + ["b, c"] * 20}

    crossed = groupings(values, make_members(40, 1))[-1]

    assert crossed.names == ('a, "b, c"', '"a, b", c')
    assert [group.values for group in crossed.groups] == [("a", "b, c"), ("a, b", "c")]
