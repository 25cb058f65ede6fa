"""Oracles: counts by hand and by a loop over pairs."""

from itertools import combinations

import pytest

from evaluation.card import Task
from evaluation.testsets import (
    NewAllPairs,
    NewDetection,
    NewFace,
    NewIdentification,
    NewLeaveOneOut,
    NewLive,
    NewPairs,
    NewPresentationAttack,
    NewQuality,
    NewRobustness,
    NewSample,
    NewTemplatePairs,
    describe_test_set,
)
from evaluation.testsets.manifest import ConditionSteps, Degradation, Pooling


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


@pytest.fixture
def describe(write, crop):
    """Describe one protocol over ten samples of the people a a a b b c d e f g."""

    def one(protocol, *others):
        samples = [
            NewSample(f"s{number}", crop(number), ".png", person)
            for number, person in enumerate("aaabbcdefg")
        ]
        return describe_test_set(write(samples=samples, protocols=[protocol, *others])).protocols[0]

    return one


def test_searches_are_counted_by_whether_their_person_is_enrolled(describe):
    references, probes = ("s0", "s1", "s3", "s5"), ("s2", "s4", "s6", "s7", "s8")
    found = describe(NewIdentification("search", "S", references, probes, (1, 2)))

    assert (found.kind, found.task) == ("identification", Task.EMBEDDING)
    assert (found.n_mated, found.n_non_mated) == (2, 3)
    assert found.smallest_printable_rate == 1.0
    assert found.counts == {"enrolled subjects": 3, "references": 4, "gallery sizes": 3}
    assert found.gallery_sizes == (1, 2, 3)


def test_too_few_non_mated_searches_print_no_rate(describe):
    found = describe(NewIdentification("search", "S", ("s0",), ("s1", "s6", "s7")))

    assert (found.n_mated, found.n_non_mated) == (1, 2)
    assert found.smallest_printable_rate is None


def test_a_sample_left_out_is_mated_where_its_person_has_another(describe):
    found = describe(NewLeaveOneOut("loo", "L"))

    assert (found.n_mated, found.n_non_mated) == (5, 5)
    assert found.smallest_printable_rate == 3 / 5
    assert found.gallery_sizes == (7,)  # a b c d e f g


def test_passages_are_counted_not_frames(describe):
    frames = [("s1", "x", 0.0), ("s2", "x", 1.0), ("s4", "y", 0.0), ("s6", "z", 0.0)]
    found = describe(NewLive("street", "S", ("s0", "s5"), frames, (1,)))

    assert (found.kind, found.n_mated, found.n_non_mated) == ("live", 1, 2)
    assert found.counts == {
        "people on the watchlist": 2,
        "references": 2,
        "frames": 4,
        "watchlist sizes": 2,
    }
    assert found.gallery_sizes == (1, 2)


def test_templates_media_and_images_are_counted(describe):
    members = [("t", "s0", "1"), ("t", "s1", "1"), ("u", "s2", "2"), ("v", "s3", "1")]
    trials = NewTemplatePairs("t", "T", members, ("t", "t", "u"), ("u", "v", "v"), Pooling())
    found = describe(trials)

    assert (found.n_mated, found.n_non_mated) == (1, 2)
    assert found.counts == {"templates": 3, "media": 3, "images in templates": 4}


def test_conditions_and_steps_are_counted(describe):
    conditions = (
        ConditionSteps(condition=Degradation.BLUR, steps=(1, 2, 4)),
        ConditionSteps(condition=Degradation.NOISE, steps=(9,)),
    )
    found = describe(NewRobustness("worse", "W", "all", conditions), NewAllPairs("all", "A"))

    assert found.counts == {
        "conditions": 2,
        "steps": 4,
        "mated comparisons of the base": 4,
        "non-mated comparisons of the base": 41,
    }
    assert found.base == "all"
    assert (found.n_mated, found.n_non_mated, found.smallest_printable_rate) == (0, 0, None)


def test_a_quality_protocol_counts_the_comparisons_it_is_built_on(describe):
    rows = [("s0", "s1", True, None), ("s0", "s3", False, None), ("s2", "s9", False, None)]
    found = describe(NewQuality("quality", "Q", "few"), NewPairs("few", "F", rows))

    assert found.base == "few"
    assert found.counts == {
        "mated comparisons of the base": 1,
        "non-mated comparisons of the base": 2,
    }


def test_attacks_are_counted_by_species_and_print_no_fmr(describe):
    rows = [("s0", ""), ("s1", "print"), ("s2", "replay"), ("s3", "print"), ("s4", "print")]
    found = describe(NewPresentationAttack("pad", "P", rows))

    assert found.task is Task.PAD
    assert (found.n_mated, found.n_non_mated) == (1, 4)
    assert found.counts == {"attacks: print": 3, "attacks: replay": 1}
    assert found.smallest_printable_rate is None


def test_faces_and_images_without_one_are_counted(describe):
    box = (0.0, 0.0, 5.0, 5.0)
    faces = [NewFace("s0", box), NewFace("s0", box), NewFace("s3", box, ignored=True)]
    found = describe(NewDetection("faces", "F", faces))

    assert found.task is Task.DETECTION
    assert found.counts == {"faces": 2, "faces that do not count": 1, "images without a face": 8}


def test_tasks_are_those_of_the_protocols_each_once(write):
    protocols = [
        NewAllPairs("all", "A"),
        NewQuality("quality", "Q", "all"),
        NewLeaveOneOut("loo", "L"),
        NewPresentationAttack("pad", "P", [("s0", "")]),
    ]
    found = describe_test_set(write(protocols=protocols))

    assert found.tasks == (Task.EMBEDDING, Task.QUALITY, Task.PAD)


def test_samples_with_boxes_are_counted(write, crop):
    box = (0.0, 0.0, 5.0, 5.0)
    samples = [NewSample(f"s{i}", crop(i), ".png", "p", box=box if i else None) for i in range(3)]

    assert (
        describe_test_set(write(samples=samples, protocols=[NewAllPairs("a", "A")])).n_with_boxes
        == 2
    )
