"""Protocols without a table of their own, and what each kind needs and refuses."""

import json

import pytest
from pydantic import ValidationError

from evaluation.errors import TestSetError
from evaluation.testsets import (
    NewAllPairs,
    NewLeaveOneOut,
    NewPairs,
    NewQuality,
    NewRobustness,
    NewSample,
    open_test_set,
)
from evaluation.testsets.manifest import ConditionSteps, Degradation
from evaluation.testsets.protocols import LeaveOneOutProtocol, QualityProtocol, RobustnessProtocol

PAIRS = NewPairs("pairs", "Pairs", [("s0", "s1", True, None), ("s0", "s2", False, None)])
BLUR = ConditionSteps(condition=Degradation.BLUR, steps=(1.0, 2.5))
NOISE = ConditionSteps(condition=Degradation.NOISE, steps=(8.0,))


def make_robustness(base="pairs", conditions=(BLUR, NOISE)):
    return NewRobustness("worse", "Worse", base, conditions)


def test_a_robustness_protocol_is_kept_with_its_conditions_and_steps(write):
    protocol = write(protocols=[PAIRS, make_robustness()]).protocol("worse")

    assert protocol == RobustnessProtocol("worse", "Worse", "pairs", (BLUR, NOISE))


def test_a_quality_protocol_is_kept_with_its_base(write):
    quality = NewQuality("quality", "Quality", "all_pairs")
    test_set = write(protocols=[quality, NewAllPairs("all_pairs", "All pairs")])

    assert test_set.protocol("quality") == QualityProtocol("quality", "Quality", "all_pairs")


def test_leave_one_out_is_kept(write):
    test_set = write(protocols=[NewLeaveOneOut("loo", "Leave one out")])

    assert test_set.protocol("loo") == LeaveOneOutProtocol("loo", "Leave one out")
    assert list(test_set.manifest.tables) == ["samples.csv"]


@pytest.mark.parametrize("kind", [NewAllPairs, NewLeaveOneOut])
def test_one_sample_cannot_be_compared(write, crop, kind):
    with pytest.raises(TestSetError, match="all pairs of fewer than 2 samples"):
        write(samples=[NewSample("s0", crop(), ".png", "p0")], protocols=[kind("x", "X")])


@pytest.mark.parametrize("kind", [NewAllPairs, NewLeaveOneOut])
def test_one_subject_alone_is_a_set(write, crop, kind):
    samples = [NewSample(f"s{i}", crop(i), ".png", "p0") for i in range(2)]

    assert write(samples=samples, protocols=[kind("x", "X")]).n_subjects == 1


@pytest.mark.parametrize(
    ("protocols", "message"),
    [
        ([make_robustness()], "there is no pairs or all_pairs protocol 'pairs'"),
        ([NewQuality("q", "Q", "q")], "there is no pairs or all_pairs protocol 'q'"),
        ([PAIRS, make_robustness(conditions=())], "a robustness protocol needs conditions"),
        ([PAIRS, make_robustness(base="")], "String should match pattern"),
        ([PAIRS, make_robustness(conditions=(BLUR, BLUR))], "a condition is named twice"),
        ([PAIRS, make_robustness(), NewQuality("q", "Q", "worse")], "protocol 'worse'"),
        ([PAIRS, NewAllPairs("pairs", "Again")], "two protocols have the same name"),
    ],
)
def test_a_protocol_without_what_it_builds_on_is_refused(write, tmp_path, protocols, message):
    with pytest.raises(TestSetError) as caught:
        write(protocols=protocols)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"base": "all_pairs"}, "a pairs protocol takes no base"),
        ({"conditions": [{"condition": "blur", "steps": [1]}]}, "takes no conditions"),
        ({"gallery_sizes": [1]}, "a pairs protocol takes no gallery_sizes"),
        ({"pooling": {}}, "a pairs protocol takes no pooling"),
        ({"kind": "template_pairs"}, "a template_pairs protocol needs pooling"),
        ({"kind": "quality"}, "a quality protocol needs base"),
        ({"kind": "sorting"}, "Input should be"),
    ],
)
def test_a_field_of_another_kind_is_refused(write, extra, message):
    path = write().root / "manifest.json"
    document = json.loads(path.read_text())
    document["protocols"][0] |= extra
    path.write_text(json.dumps(document))
    with pytest.raises(TestSetError) as caught:
        open_test_set(path.parent)
    assert message in str(caught.value)
    assert caught.value.path == path


WRONG_STEPS = [
    ("blur", (1.0, float("nan")), "steps of blur lie from 0 to 200"),
    ("mask", (0.5, 1.5), "steps of mask lie from 0 to 1"),
    ("blur", (2.0, 1.0), "steps of blur must rise"),
    ("blur", (2.0, 2.0), "steps of blur must rise"),
    ("jpeg_quality", (20.0, 50.0), "steps of jpeg_quality must fall"),
    ("rotation", (10.0, -5.0), "steps of rotation must turn further"),
    ("blur", (), "at least 1 item"),
    ("blur", tuple(map(float, range(21))), "at most 20 items"),
]


@pytest.mark.parametrize(("condition", "steps", "message"), WRONG_STEPS)
def test_steps_that_do_not_grow_harder_are_refused(condition, steps, message):
    with pytest.raises(ValidationError, match=message):
        ConditionSteps(condition=Degradation(condition), steps=steps)


def test_a_rotation_may_go_to_either_side():
    steps = (-10.0, 10.0, -20.0)
    assert ConditionSteps(condition=Degradation.ROTATION, steps=steps).steps == steps


def test_a_step_that_is_no_number_is_refused(write):
    path = write(protocols=[PAIRS, make_robustness()]).root / "manifest.json"
    path.write_text(path.read_text().replace("2.5", '"much"'))
    with pytest.raises(TestSetError, match="Input should be a valid number"):
        open_test_set(path.parent)


def test_only_what_a_kind_takes_is_written(write):
    root = write(protocols=[PAIRS, make_robustness()]).root
    document = json.loads((root / "manifest.json").read_text())

    assert [set(entry) for entry in document["protocols"]] == [
        {"name", "title", "kind"},
        {"name", "title", "kind", "base", "conditions"},
    ]
