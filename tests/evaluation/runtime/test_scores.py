"""Oracles: softmax and logistic function written out, and models that really run."""

import math

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import ModelFailureError
from evaluation.runtime import ScoreModel
from evaluation.runtime.scores import score_place, scores_of
from tests.hostile.graphs import DIM, SIDE, fixed_batch, linear, weights

ROWS = np.array([[1.0, 3.0, -2.0], [0.0, 0.0, 0.0]], np.float32)


def card(task="pad", **output):
    size = {"height": SIDE, "width": SIDE}
    return parse_card({"name": "m", "task": task, "input": size, "output": output})


def test_liveness_of_classes_is_the_live_ones_part_of_the_softmax():
    expected = [math.exp(3) / (math.exp(1) + math.exp(3) + math.exp(-2)), 1 / 3]
    assert scores_of(ROWS, card(activation="softmax", live_index=1)) == pytest.approx(expected)


def test_liveness_of_one_number_is_its_logistic_function():
    found = scores_of(ROWS[:, 1:2], card(activation="sigmoid"))
    assert found == pytest.approx([1 / (1 + math.exp(-3)), 0.5])


@pytest.mark.parametrize("output", [{"activation": "none", "live_index": 2}, {"live_index": 2}])
def test_liveness_without_activation_is_the_number_itself(output):
    assert scores_of(ROWS, card(**output)).tolist() == [-2.0, 0.0]


@pytest.mark.parametrize(("higher_is", "sign"), [("better", 1), ("worse", -1), (None, 1)])
def test_quality_is_higher_for_better_samples_whatever_the_model_says(higher_is, sign):
    found = scores_of(ROWS, card("quality", index=0, higher_is=higher_is))
    assert found.tolist() == [sign * 1.0, 0.0]


def test_numbers_that_are_none_give_scores_that_are_none():
    rows = np.array([[np.nan, 1.0], [np.inf, np.inf]], np.float32)
    assert not np.isfinite(scores_of(rows, card(activation="softmax", live_index=0))).any()


def test_one_number_needs_no_place_and_several_do():
    assert score_place(card("quality"), 1) == 0
    assert score_place(card("quality", index=2), 3) == 2
    with pytest.raises(ModelFailureError, match="names no place"):
        score_place(card("quality"), 2)
    with pytest.raises(ModelFailureError, match="names place 3"):
        score_place(card(live_index=3), 3)


@pytest.mark.sandbox
@pytest.mark.parametrize("model", [linear(), fixed_batch(4)])
def test_a_model_gives_its_numbers_row_by_row_whatever_its_batch(model):
    images = np.random.default_rng(4).standard_normal((6, 3, SIDE, SIDE)).astype(np.float32)
    with ScoreModel(model.SerializeToString(), card("quality", index=1)) as scorer:
        assert scorer.dim == DIM
        outputs = scorer.outputs(images)
    expected = images.reshape(6, -1).astype(np.float64) @ weights()
    assert outputs == pytest.approx(expected, abs=1e-3)


@pytest.mark.sandbox
def test_a_card_that_names_a_place_beyond_the_output_ends_the_child_too():
    groups = []
    with pytest.raises(ModelFailureError, match="OUTPUT-SHAPE"):
        ScoreModel(linear().SerializeToString(), card("quality", index=DIM), on_start=groups.append)
    assert len(groups) == 1
