"""Oracles: sets and dictionaries, one subject at a time."""

import numpy as np
import pytest

from evaluation.comparison.galleries import make_gallery, make_searches
from evaluation.errors import TestSetError

SUBJECTS = np.array([0, 0, 1, 2, 2, 2, 3, 4, 4, 5], dtype=np.int32)


def samples(*numbers):
    return np.array(numbers, dtype=np.int32)


def names_of_first(gallery, size):
    return set(gallery.subjects[:size].tolist())


def test_references_stand_by_the_place_of_their_subject_then_by_sample():
    gallery = make_gallery(samples(5, 0, 3, 7, 6, 4), SUBJECTS, seed=1)

    assert sorted(gallery.subjects.tolist()) == [0, 2, 3, 4]
    assert gallery.subjects[gallery.place].tolist() == SUBJECTS[gallery.reference].tolist()
    keys = list(zip(gallery.place.tolist(), gallery.reference.tolist(), strict=True))
    assert keys == sorted(keys)
    assert sorted(gallery.reference.tolist()) == [0, 3, 4, 5, 6, 7]


def test_smaller_galleries_lie_within_larger_ones_and_all_is_the_last():
    many = np.arange(200, dtype=np.int32)
    gallery = make_gallery(many, many, sizes=(150, 20), seed=4)

    assert gallery.sizes == (20, 150, 200)
    assert names_of_first(gallery, 20) < names_of_first(gallery, 150)
    assert gallery.subjects[:20].tolist() != list(range(20))


def test_the_order_depends_on_the_seed_alone():
    many = np.arange(50, dtype=np.int32)
    orders = [make_gallery(many, many, seed=seed).subjects.tolist() for seed in (1, 1, 2)]

    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


def test_every_subject_is_as_likely_to_be_in_the_smaller_gallery():
    many = np.arange(10, dtype=np.int32)
    drawn = [make_gallery(many, many, seed=seed).subjects[:5] for seed in range(400)]

    counts = np.bincount(np.concatenate(drawn), minlength=10)
    assert counts.sum() == 2000
    assert all(150 < count < 250 for count in counts)  # 200 expected, standard deviation 10


@pytest.mark.parametrize("size", [0, 5, 100])
def test_a_size_that_is_no_part_of_the_gallery_is_refused(size):
    with pytest.raises(TestSetError, match=f"{size} is no part of the 4 enrolled subjects"):
        make_gallery(samples(0, 2, 3, 6), SUBJECTS, sizes=(1, size), seed=1)


def test_a_size_of_all_subjects_is_measured_once():
    assert make_gallery(samples(0, 2, 3, 6), SUBJECTS, sizes=(4,), seed=1).sizes == (4,)


def test_an_empty_gallery_is_refused():
    with pytest.raises(TestSetError, match="gallery is empty"):
        make_gallery(samples(), SUBJECTS, seed=1)


def test_a_search_is_mated_where_the_probes_subject_is_enrolled():
    gallery = make_gallery(samples(0, 3, 4), SUBJECTS, seed=3)

    searches = make_searches(gallery, samples(1, 2, 5, 6, 9), SUBJECTS)

    found = dict(zip(searches.probe.tolist(), searches.mated.tolist(), strict=True))
    assert found == {1: True, 2: False, 5: True, 6: False, 9: False}
    for probe, mated, mate in zip(searches.probe, searches.mated, searches.mate, strict=True):
        if mated:
            assert gallery.subjects[mate] == SUBJECTS[probe]


def test_a_subject_both_enrolled_and_among_the_unknown_is_mated():
    gallery = make_gallery(samples(0, 7), SUBJECTS, seed=3)
    unknown = samples(2, 8)  # sample 8 shows subject 4, whose sample 7 is enrolled

    searches = make_searches(gallery, unknown, SUBJECTS)

    assert dict(zip(searches.probe.tolist(), searches.mated.tolist(), strict=True)) == {
        2: False,
        8: True,
    }


def test_searches_stand_by_their_mates_place_and_non_mated_ones_last():
    subject = np.arange(60, dtype=np.int32) % 30
    gallery = make_gallery(np.arange(20, dtype=np.int32), subject, seed=8)

    searches = make_searches(gallery, np.arange(30, 60, dtype=np.int32), subject)

    assert searches.mated.tolist() == [True] * 20 + [False] * 10
    assert searches.mate[:20].tolist() == list(range(20))
    assert searches.probe[20:].tolist() == sorted(searches.probe[20:].tolist())


def test_a_probe_that_is_enrolled_is_mated_only_by_another_reference():
    everyone = np.arange(10, dtype=np.int32)
    gallery = make_gallery(everyone, SUBJECTS, seed=2)

    searches = make_searches(gallery, everyone, SUBJECTS)

    alone = {2, 6, 9}
    assert {p for p, m in zip(searches.probe.tolist(), searches.mated, strict=True) if not m} == (
        alone
    )
