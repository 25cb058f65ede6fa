"""Models in plain Python, asked and watched as a running model is."""

import numpy as np
import pytest

from evaluation.errors import ModelFailureError
from evaluation.pipeline.timed import SAMPLES_EXPECTED, runner_of
from evaluation.runtime import DetectionModel, EmbeddingModel, ScoreModel


class Told:
    """Answers each batch by a function, and notes which samples it is given."""

    def __init__(self, function=lambda batch: batch):
        self.function = function
        self.seen = []

    def room(self, shape):
        return np.empty(shape, np.float32)

    def _all(self, batches):
        self.seen.append([batch[:, 0].astype(int).tolist() for batch in batches])
        return [np.array(self.function(batch)) for batch in batches]

    embed_all = outputs_all = _all

    def raw(self, tensor):
        self.seen.append(int(tensor[0, 0]))
        return {"scores": self.function(tensor), "more": np.arange(3)}


class Recogniser(Told, EmbeddingModel):
    pass


class Scorer(Told, ScoreModel):
    pass


class Detector(Told, DetectionModel):
    pass


def samples(n, copies=1):
    """Sample number i is the numbers i and 1, in each of its copies."""
    return [np.tile(np.array([i, 1], np.float32), (copies, 1)) for i in range(n)]


def code_of(act):
    with pytest.raises(ModelFailureError) as caught:
        act()
    return caught.value.refusal.code


def by_its_batch(batch):
    """Answer as a model does whose quantisation looks at the largest number of a batch."""
    step = batch.max() / 4 + 1
    return np.round(batch / step) * step


@pytest.mark.parametrize("copies", [1, 2])
def test_batches_start_over_at_the_last_sample(copies):
    model = Recogniser()
    runner = runner_of(model, samples(5, copies), 4)
    model.seen.clear()
    runner.run(0, 2)
    runner.run(8, 4)
    runner.run(1, 16)
    runner.run(2, 2, 3)
    assert model.seen == [
        [[0, 1]] * copies,
        [[3, 4, 0, 1]] * copies,
        [[(1 + k) % 5 for k in range(16)]] * copies,
        [[2, 3], [4, 0], [1, 2]] * copies,
    ]
    runner.check()


def test_before_the_clock_the_first_are_asked_as_in_an_extraction_and_then_alone():
    model = Recogniser()
    runner_of(model, samples(40), 8)
    batches = [[list(range(8))], [list(range(8, 16))]]
    assert model.seen == [*batches, *([[number]] for number in range(SAMPLES_EXPECTED))]


def test_a_recogniser_that_answers_by_its_whole_batch_is_told_so_before_the_clock_runs():
    model = Recogniser(by_its_batch)
    assert code_of(lambda: runner_of(model, samples(40), 8)) == "OUTPUT-DEPENDS-ON-BATCH"
    runner_of(Recogniser(by_its_batch), samples(40), 1).check()


@pytest.mark.parametrize("n", [40, 5])
def test_another_models_answers_may_depend_on_the_batch_but_not_on_the_clock(n):
    model = Scorer(by_its_batch)
    runner = runner_of(model, samples(n), 8)
    for number in range(200):
        runner.run(8 * number, 8, 2)
        runner.run(number, 1)
    runner.check()
    model.function = lambda batch: by_its_batch(batch) * np.float32(1.1)
    for number in range(2000):
        runner.run(8 * number, 8)
    assert code_of(runner.check) == "OUTPUT-DIFFERS-WHEN-TIMED"


@pytest.mark.parametrize("kind", [Recogniser, Scorer, Detector])
@pytest.mark.parametrize("late", [lambda batch: batch * 0, lambda batch: batch[:, ::-1]])
def test_a_model_of_any_task_that_is_lazy_while_the_clock_runs_is_found(kind, late):
    model = kind()
    runner = runner_of(model, samples(40), 1)
    for number in range(100):
        runner.run(number, 1)
    runner.check()
    model.function = late
    for number in range(900):
        runner.run(number, 1)
    assert code_of(runner.check) == "OUTPUT-DIFFERS-WHEN-TIMED"


def test_a_detector_is_given_one_image_after_the_other():
    model = Detector()
    runner = runner_of(model, samples(3), 1)
    model.seen.clear()
    runner.run(1, 2, 2)
    assert model.seen == [1, 2, 0, 1]
