"""Real children, for so short a time that no figure means anything: only what is there counts."""

import threading

import numpy as np
import onnxruntime
import pytest

from evaluation.card import parse_card
from evaluation.errors import ModelFailureError, StoppedError
from evaluation.intake import check_model
from evaluation.pipeline import RunSettings, measure_speed
from evaluation.pipeline.measuring import speed_of
from evaluation.pipeline.prepared import SAMPLES_IN_MEMORY, launch_of, prepare
from evaluation.pipeline.speed import load_speed
from tests.hostile.shelf import FOUND_OUT_LATER

SHORT = RunSettings(throughput_seconds=0.02, threads=2)
SIZE = {"height": 112, "width": 112}
OF_OTHER_TASKS = [
    {"name": "q", "task": "quality", "input": SIZE, "output": {"dim": 16, "index": 0}},
    {"name": "p", "task": "pad", "input": SIZE, "output": {"dim": 16, "live_index": 0}},
    {"name": "d", "task": "detection", "input": SIZE, "decoder": "boxes01"},
]


@pytest.mark.sandbox
def test_an_embedding_model_is_measured_in_every_scenario(
    tmp_path, make_test_set, tiny_model, tiny_card
):
    path = tmp_path / "speed.json"
    groups = []
    measure_speed(
        test_set=make_test_set(20),
        model=tiny_model,
        card=tiny_card,
        destination=path,
        settings=SHORT,
        on_start=groups.append,
    )
    speed = load_speed(path)
    assert [(one.scenario, one.workers, one.threads) for one in speed.results] == [
        ("offline", 2, 1),
        ("offline", 1, 1),
        ("single_stream", 1, 2),
        ("single_stream", 1, 1),
    ]
    assert all(one.samples_per_second > 0 for one in speed.results)
    assert speed.server.bound_ms == 100.0
    assert [time.gallery_size for time in speed.search.times] == [1000], "short runs stay short"
    assert speed.search.dim == 16
    conditions = speed.conditions
    assert conditions.onnxruntime_version == onnxruntime.__version__
    assert conditions.execution_providers == ("CPUExecutionProvider",)
    assert conditions.template_bytes == 64
    assert set(conditions.stage_ms) == {"decode", "detect", "align", "infer"}
    assert conditions.stage_ms["decode"] > 0
    assert conditions.stage_ms["infer"] > 0
    assert speed.peak_memory_bytes > 10 << 20
    assert len(set(groups)) == 3, "two children of one thread and one of two"


@pytest.mark.sandbox
@pytest.mark.parametrize("document", OF_OTHER_TASKS, ids=lambda one: one["task"])
def test_models_of_other_tasks_are_measured_alike(make_test_set, tiny_model, document):
    card = parse_card(document)
    speed = speed_of(make_test_set(8), tiny_model, card, SHORT)
    assert {one.scenario for one in speed.results} == {"offline", "single_stream"}
    assert speed.search is None
    assert speed.conditions.template_bytes is None
    offline = speed.results[0]
    assert offline.batch_size == 1, "as they are extracted"


@pytest.mark.sandbox
def test_where_no_sample_can_be_used_only_the_child_is_described(
    tmp_path, make_test_set, tiny_model, tiny_card
):
    path = tmp_path / "speed.json"
    measure_speed(
        test_set=make_test_set(4, broken=range(4)),
        model=tiny_model,
        card=tiny_card,
        destination=path,
        settings=SHORT,
    )
    speed = load_speed(path)
    assert speed.results == ()
    assert speed.server is None
    assert speed.search is None
    assert speed.conditions is None
    assert speed.load_seconds > 0


@pytest.mark.sandbox
def test_a_stop_is_heard(make_test_set, tiny_model, tiny_card):
    with pytest.raises(StoppedError):
        speed_of(make_test_set(8), tiny_model, tiny_card, SHORT, should_stop=lambda: True)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


@pytest.mark.sandbox
@pytest.mark.parametrize("item", FOUND_OUT_LATER, ids=lambda item: item.name)
def test_a_model_that_answers_otherwise_when_it_is_timed_passes_the_check_and_ends(
    make_test_set, item
):
    model = item.build()
    assert check_model(model, item.card).accepted
    with pytest.raises(ModelFailureError) as caught:
        speed_of(make_test_set(20), model, item.card, SHORT)
    assert caught.value.refusal.code == item.code
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


def coloured(make_test_set, png, n, **options):
    """Crops of which number i has the colour (i, i, i)."""
    images = [png(np.full((112, 112, 3), i, np.uint8)) for i in range(n)]
    return make_test_set(images=images, **options)


def plain_card(**more):
    """Of a model that takes pixels as they are."""
    pixels = {**SIZE, "mean": [0, 0, 0], "scale": [1, 1, 1]}
    document = {"name": "m", "task": "embedding", "input": pixels, "output": {"dim": 16}}
    return parse_card({**document, **more})


def test_the_first_usable_samples_are_prepared(make_test_set, png):
    test_set = coloured(make_test_set, png, SAMPLES_IN_MEMORY + 9, broken=(3,))
    found = prepare(test_set, plain_card(mirror=True), SHORT, None)
    assert found.samples[5].shape == (2, 3, 112, 112)
    colours = [sample[0, 0, 0, 0] for sample in found.samples]
    assert colours == [0, 1, 2, *range(4, SAMPLES_IN_MEMORY + 1)]


@pytest.mark.sandbox
def test_a_child_is_started_with_the_threads_that_are_asked_for(
    make_test_set, tiny_model, tiny_card
):
    found = prepare(make_test_set(4), tiny_card, SHORT, None)
    groups = []
    with launch_of(found, tiny_model, tiny_card, SHORT)(2, groups.append) as runner:
        runner.run(3, 16)
        runner.run(0, 1)
        runner.check()
        assert runner.facts().execution_providers == ("CPUExecutionProvider",)
    assert len(groups) == 1
