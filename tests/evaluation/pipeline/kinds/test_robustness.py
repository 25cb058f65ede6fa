"""Oracles: the clean protocol's own section, and degraded images embedded one by one."""

import json
from dataclasses import replace

import numpy as np
import pytest

from evaluation.comparison.degraded import probes_of
from evaluation.imaging.align import ARCFACE_TEMPLATE
from evaluation.imaging.decode import decode_image
from evaluation.imaging.degrade import degrade
from evaluation.pipeline import RunSettings, comparable, run_evaluation
from evaluation.pipeline.kinds.robustness import DegradedProbes
from evaluation.testsets import ConditionSteps, Degradation, RobustnessProtocol

pytestmark = pytest.mark.sandbox

CONDITIONS = (
    ConditionSteps(condition=Degradation.BLUR, steps=(0, 30)),
    ConditionSteps(condition=Degradation.NOISE, steps=(0, 90)),
)


@pytest.fixture(params=["pairs", "all"])
def run(request, make_test_set, tiny_model, tiny_card, tmp_path):
    plain = make_test_set(60, broken=(3,))
    worse = RobustnessProtocol("worse", "Worse", request.param, CONDITIONS)
    test_set = replace(plain, protocols=(*plain.protocols, worse))

    def evaluate(workdir, **changes):
        arguments = {
            "test_set": test_set,
            "model": tiny_model,
            "card": tiny_card,
            "workdir": tmp_path / workdir,
            "settings": RunSettings(replicates=50, throughput_seconds=0, threads=1),
            **changes,
        }
        return run_evaluation(**arguments)

    evaluate.base = request.param
    return evaluate


def test_the_clean_rates_are_those_of_the_clean_protocol(run):
    result = run("work")
    base = next(one for one in result.verification if one.protocol == run.base)
    shown = {one.target_fmr: one for one in base.operating_points if one.threshold is not None}
    points = result.robustness[0].points
    assert {one.target_fmr for one in points} == set(shown)
    for point in points:
        clean = shown[point.target_fmr]
        assert point.threshold == clean.threshold
        for mine, theirs in ((point.clean_fnmr, clean.fnmr), (point.clean_fmr, clean.fmr)):
            assert (mine.errors, mine.trials) == (theirs.errors, theirs.trials)
        assert point.clean_fnmr.failures == clean.fnmr.failures > 0


def test_a_step_of_no_strength_misses_what_the_clean_images_miss_and_a_hard_one_more(run):
    point = run("work").robustness[0].points[0]
    for condition in point.conditions:
        nothing = condition.steps[0]
        assert nothing.fnmr.errors == point.clean_fnmr.errors
        assert nothing.fnmr.failures == point.clean_fnmr.failures
    assert any(one.steps[1].fnmr.errors > point.clean_fnmr.errors for one in point.conditions)


def test_the_outcome_does_not_depend_on_shards_and_threads(run):
    whole = run("a")
    cut = run("b", samples_per_shard=32, settings=RunSettings(
        replicates=50, throughput_seconds=0, threads=2))  # fmt: skip
    assert json.dumps(comparable(whole)["robustness"]) == json.dumps(comparable(cut)["robustness"])


def test_each_row_is_one_probe_in_one_variant_with_noise_of_its_own(make_test_set):
    plain = make_test_set(12)
    worse = RobustnessProtocol("worse", "Worse", "all", CONDITIONS)
    probes = probes_of(plain.protocol("all"), plain.subject_index)
    variation = DegradedProbes(plain, worse, probes)
    image = decode_image(plain.read_image(int(probes[2])))
    row = 3 * probes.size + 2  # the last variant: noise of 90 grey levels
    assert variation.sample_of(row) == probes[2]
    changed, landmarks = variation.change(row, image, None)
    assert landmarks is None
    digest = plain.samples[int(probes[2])].sha256
    expected, _ = degrade(
        image, ARCFACE_TEMPLATE, Degradation.NOISE, 90, seed=(int(digest[:15], 16), 3)
    )
    np.testing.assert_array_equal(changed, expected)
    other, _ = variation.change(row + 1, image, None)
    assert np.any(other != changed)
