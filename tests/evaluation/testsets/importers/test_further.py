"""Protocols that are added on the same samples."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import DEFAULT_CONDITIONS, Further, condition_steps
from evaluation.testsets.manifest import RANGES, Degradation
from evaluation.testsets.new import NewAllPairs, NewLeaveOneOut, NewPairs, NewQuality, NewRobustness

PAIRS = NewPairs("pairs", "Pairs", [("a", "b", True, None)])


def test_nothing_is_added_unless_asked():
    assert Further().added_to([PAIRS]) == [PAIRS]


def test_each_protocol_asked_for_is_added_after_those_of_the_source():
    steps = condition_steps([("blur", (2.0, 4.0))])
    further = Further(
        all_pairs=True,
        leave_one_out=True,
        robustness=("pairs",),
        quality=("pairs", "all_pairs"),
        conditions=steps,
    )
    added = further.added_to([PAIRS])
    assert added[0] is PAIRS
    assert [(type(one), one.name) for one in added[1:]] == [
        (NewAllPairs, "all_pairs"),
        (NewLeaveOneOut, "leave_one_out"),
        (NewRobustness, "pairs_robustness"),
        (NewQuality, "pairs_quality"),
        (NewQuality, "all_pairs_quality"),
    ]
    assert (added[3].base, added[3].conditions) == ("pairs", steps)
    assert [one.base for one in added[4:]] == ["pairs", "all_pairs"]


def test_a_protocol_that_the_source_brings_is_not_added_again():
    own = NewAllPairs("all_pairs", "Its own")
    assert Further(all_pairs=True).added_to([own]) == [own]


def test_every_condition_has_steps_within_its_range_by_default():
    assert [one.condition for one in DEFAULT_CONDITIONS] == list(Degradation)
    for one in DEFAULT_CONDITIONS:
        low, high = RANGES[one.condition]
        assert all(low <= step <= high for step in one.steps)
    # What a person would type passes the same checks.
    typed = [(one.condition.value, one.steps) for one in DEFAULT_CONDITIONS]
    assert condition_steps(typed) == DEFAULT_CONDITIONS


@pytest.mark.parametrize(
    ("name", "steps", "message"),
    [
        ("fog", (1.0,), "there is no condition 'fog'; there are inter_eye_distance, blur"),
        ("mask", (0.5, 1.5), "steps of mask lie from 0 to 1"),
        ("jpeg_quality", (20.0, 50.0), "steps of jpeg_quality must fall"),
        ("blur", (4.0, 2.0), "steps of blur must rise"),
        ("blur", (2.0, 2.0), "steps of blur must rise"),
        ("blur", (), "condition blur: Tuple should have at least 1 item"),
        ("blur", tuple(range(21)), "condition blur: Tuple should have at most 20 items"),
        ("blur", (float("nan"),), "steps of blur lie from 0 to 200"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(name, steps, message):
    with pytest.raises(TestSetError) as caught:
        condition_steps([(name, steps)])
    assert message in caught.value.message
