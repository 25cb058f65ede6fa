"""Oracles: counts by hand and by a loop over pairs."""

from itertools import combinations

import pytest

from evaluation.testsets import NewAllPairs, NewPairs, NewSample, describe_test_set


def test_counts_are_those_of_the_tables(write, crop):
    people = ["ann", "ann", "ann", "bob", "cid"]
    sexes = ["f", "f", "", "m", "f"]
    samples = [
        NewSample(f"s{i}", crop(i), ".png", person, None, {"sex": sex})
        for i, (person, sex) in enumerate(zip(people, sexes, strict=True))
    ]
    pairs = NewPairs("list", "L", [("s0", "s1", True, 0), ("s0", "s3", False, 4)])
    found = describe_test_set(
        write(samples=samples, protocols=[pairs, NewAllPairs("all", "A")], attributes=("sex",))
    )
    assert (found.n_samples, found.n_subjects) == (5, 3)
    assert (found.n_subjects_with_one_sample, found.max_samples_per_subject) == (2, 3)
    assert found.attributes == {"sex": {"f": 3, "": 1, "m": 1}}
    assert next(iter(found.attributes["sex"])) == "f"
    listed, everything = found.protocols
    assert (listed.n_mated, listed.n_non_mated, listed.n_folds) == (1, 1, 2)
    assert listed.smallest_printable_rate is None
    mated = sum(one == other for one, other in combinations(people, 2))
    assert (everything.n_mated, everything.n_non_mated) == (mated, 10 - mated)
    assert everything.smallest_printable_rate == pytest.approx(3 / 7)
    assert everything.n_folds == 0


def test_all_pairs_of_many_subjects_are_counted_without_overflow(write, crop):
    samples = [NewSample(f"s{i}", crop(i), ".png", f"p{i}") for i in range(300)]
    found = describe_test_set(write(samples=samples, protocols=[NewAllPairs("all", "A")]))
    assert found.protocols[0].n_non_mated == 300 * 299 // 2
