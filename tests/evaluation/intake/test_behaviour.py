"""Behaviour of models that are plain Python functions of the pixels."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import ModelFailureError
from evaluation.intake.behaviour import BATCH_TOLERANCE, LoadedModel, check_behaviour
from evaluation.intake.probes import draw_probes
from evaluation.sandbox import TensorFacts

DIM = 5


def make_card(task="embedding", **changes):
    document = {
        "name": "m",
        "task": task,
        "input": {"height": 16, "width": 16},
        "output": {"dim": DIM},
    }
    return parse_card({**document, **changes})


def outcome(function, *, card=None, batch="n"):
    """Code of the first failing check, or None; and how many checks there were."""
    facts = SimpleNamespace(
        inputs=(TensorFacts("x", "float32", (batch, 3, 16, 16)),),
        outputs=(TensorFacts("y", "float32", (batch, DIM)),),
    )
    model = LoadedModel(lambda x: {"y": function(x)}, facts, card or make_card(), 1 << 20)
    findings = list(check_behaviour(model))
    return (findings[-1].refusal.code if findings[-1].refusal else None), len(findings)


def honest(x):
    projection = np.random.default_rng(3).standard_normal((3 * 16 * 16, DIM))
    return (x.reshape(len(x), -1) @ projection).astype(np.float32)


def test_an_honest_model_passes_five_checks():
    assert outcome(honest) == (None, 5)


@pytest.mark.parametrize("batch", [1, 3])
def test_an_honest_model_with_a_fixed_batch_passes(batch):
    def strict(x):
        assert len(x) == batch
        return honest(x)

    assert outcome(strict, batch=batch) == (None, 5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_is_enough(value):
    def spoilt(x):
        rows = honest(x)
        rows[-1, 2] = value
        return rows

    assert outcome(spoilt)[0] == "OUTPUT-NOT-FINITE"


@pytest.mark.parametrize("value", [0.0, 1.0, 1e30])
def test_the_same_output_for_every_image_is_constant(value):
    assert outcome(lambda x: np.full((len(x), DIM), value, np.float32))[0] == "OUTPUT-CONSTANT"


def test_an_output_that_hardly_moves_is_constant():
    assert outcome(lambda x: 1e4 + honest(x) * np.float32(1e-6))[0] == "OUTPUT-CONSTANT"


def test_noise_is_not_repeatable():
    rng = np.random.default_rng(5)
    noisy = lambda x: honest(x) + rng.standard_normal((len(x), DIM)).astype(np.float32)  # noqa: E731
    assert outcome(noisy)[0] == "OUTPUT-NOT-REPEATABLE"


def test_a_counter_is_not_repeatable():
    calls = itertools.count()
    assert outcome(lambda x: honest(x) * np.float32(1 + next(calls)))[0] == "OUTPUT-NOT-REPEATABLE"


def test_a_number_that_is_finite_only_the_first_time_is_not_repeatable():
    calls = itertools.count()

    def fading(x):
        return honest(x) if next(calls) < 4 else honest(x) * np.float32(np.inf)

    assert outcome(fading)[0] == "OUTPUT-NOT-REPEATABLE"


def test_the_order_of_a_batch_must_not_matter():
    first, *_, last = honest(draw_probes(4, make_card()))[:, 0]

    def looks_at_the_order(x):
        rows = honest(x)
        falls = rows[0, 0] > rows[-1, 0]
        # Silent on the probes in the order in which they are drawn, and on each alone.
        return rows * np.float32(2 if falls != (first > last) and len(x) > 1 else 1)

    assert outcome(looks_at_the_order)[0] == "OUTPUT-DEPENDS-ON-BATCH"


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows - rows.mean(axis=0),
        lambda rows: rows / len(rows),
        lambda rows: rows + np.arange(len(rows), dtype=np.float32)[:, None] * rows.max(),
    ],
    ids=["centres on the batch", "scales by its size", "adds the place"],
)
def test_company_must_not_matter(change):
    varied = lambda x: change(honest(x)) + honest(x)  # noqa: E731
    assert outcome(varied)[0] == "OUTPUT-DEPENDS-ON-BATCH"


def test_company_must_not_matter_in_a_fixed_batch_either():
    def mixed(x):
        rows = honest(x)
        return rows + rows[::-1]

    assert outcome(mixed, batch=2)[0] == "OUTPUT-DEPENDS-ON-BATCH"


@pytest.mark.parametrize(("factor", "code"), [(0.5, None), (2.0, "OUTPUT-DEPENDS-ON-BATCH")])
def test_rounding_between_batch_sizes_is_tolerated_to_a_stated_bound(factor, code):
    def rounded(x):
        return honest(x) * np.float32(1 + factor * BATCH_TOLERANCE * (len(x) > 1))

    assert outcome(rounded)[0] == code


def made_for(task, **more):
    return parse_card({"name": "m", "task": task, "input": {"height": 16, "width": 16}, **more})


@pytest.mark.parametrize(
    ("task", "output"),
    [
        ("quality", {"index": 5}),
        ("quality", {}),
        ("pad", {"activation": "softmax", "live_index": 5}),
        ("pad", {"activation": "sigmoid"}),
    ],
)
def test_the_card_names_a_number_that_the_output_has(task, output):
    with pytest.raises(ModelFailureError, match=r"OUTPUT-SHAPE.*has 5 numbers per image"):
        outcome(honest, card=made_for(task, output=output))


def decoded(boxes):
    """Outcome of a detector that gives its boxes itself."""
    card = made_for("detection", decoder="boxes")
    facts = SimpleNamespace(inputs=(), outputs=())

    def infer(x):
        return {"scores": np.abs(honest(x))[0], "boxes": boxes(honest(x)[0])}

    return list(check_behaviour(LoadedModel(infer, facts, card, 1 << 20)))


def test_a_detectors_outputs_are_decoded_as_its_card_says():
    findings = decoded(lambda scores: np.tile(scores[:, None], (1, 4)))
    assert findings[-1].check == "Outputs can be read by the decoder boxes"
    assert findings[-1].passed
    with pytest.raises(ModelFailureError, match="boxes is 5 x 3 for 5 x 4"):
        decoded(lambda scores: np.tile(scores[:, None], (1, 3)))


def test_quality_models_are_run_one_image_at_a_time_and_need_no_length():
    card = made_for("quality", output={"index": 2})

    def alone(x):
        assert len(x) == 1
        return honest(x)

    assert outcome(alone, card=card) == (None, 4)


def test_every_output_of_a_detector_is_looked_at():
    card = parse_card(
        {
            "name": "d",
            "task": "detection",
            "decoder": "boxes01",
            "input": {"height": 16, "width": 16},
        }
    )
    facts = SimpleNamespace(inputs=(), outputs=())
    infer = lambda x: {"a": honest(x), "b": np.full((1, 2), np.nan)}  # noqa: E731
    findings = list(check_behaviour(LoadedModel(infer, facts, card, 1 << 20)))
    assert findings[-1].refusal.code == "OUTPUT-NOT-FINITE"


def test_probes_are_the_same_every_time_and_all_different():
    first, second = draw_probes(4, make_card()), draw_probes(4, make_card())
    assert np.array_equal(first, second)
    assert first.shape == (4, 3, 16, 16)
    assert first.dtype == np.float32
    assert all(not np.array_equal(a, b) for a, b in itertools.combinations(first, 2))


def test_probes_follow_the_card():
    spec = {"height": 20, "width": 10, "layout": "NHWC", "channels": 1, "color": "GRAY"}
    card = make_card(input={**spec, "mean": [0.0], "scale": [1.0]})
    probes = draw_probes(2, card)
    assert probes.shape == (2, 20, 10, 1)
    assert 0 <= probes.min() < probes.max() <= 255


def test_probes_for_a_free_size_suit_every_stride():
    card = parse_card({"name": "d", "task": "detection", "decoder": "yunet", "input": {}})
    assert draw_probes(1, card).shape == (1, 3, 320, 320)
