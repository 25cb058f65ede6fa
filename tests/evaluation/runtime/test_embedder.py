"""Batches of a model in plain Python that insists on its batch size and sums its pixels."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import ModelFailureError
from evaluation.runtime.embedder import Embedder, choose_output, fixed_batch_of
from evaluation.sandbox import TensorFacts


def card(**output):
    document = {"name": "m", "task": "embedding", "input": {"height": 2, "width": 2}}
    return parse_card({**document, "output": {"dim": 1, **output}})


def facts(*outputs, batch="n"):
    return SimpleNamespace(
        inputs=(TensorFacts("x", "float32", (batch, 3, 2, 2)),),
        outputs=tuple(TensorFacts(name, "float32", (batch, 1)) for name in outputs),
    )


class Summing:
    """Gives the sum of each image's pixels, and notes the batches it got."""

    def __init__(self, dtype=np.float32, fixed=None):
        self.batches = []
        self.dtype = dtype
        self.fixed = fixed

    def __call__(self, batch):
        assert self.fixed in (None, len(batch))
        self.batches.append(len(batch))
        return {"y": batch.sum(axis=(1, 2, 3))[:, None].astype(self.dtype)}


def embedder(infer, *, fixed_batch=None, dim=1, max_input_bytes=1 << 20):
    return Embedder(
        infer, output="y", dim=dim, fixed_batch=fixed_batch, max_input_bytes=max_input_bytes
    )


def numbered(n):
    """Images whose pixels sum to 0, 12, 24, …"""
    return np.arange(n, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 2, 2), np.float32)


@pytest.mark.parametrize(
    ("fixed_batch", "n", "batches"),
    [(None, 5, [5]), (1, 3, [1, 1, 1]), (4, 9, [4, 4, 4]), (4, 8, [4, 4]), (4, 1, [4])],
)
def test_images_come_back_in_order_whatever_the_batch(fixed_batch, n, batches):
    infer = Summing(fixed=fixed_batch)
    rows = embedder(infer, fixed_batch=fixed_batch).embed(numbered(n))
    assert rows.tolist() == [[12.0 * i] for i in range(n)]
    assert infer.batches == batches


def test_no_images_give_no_rows():
    infer = Summing()
    assert embedder(infer).embed(numbered(0)).shape == (0, 1)
    assert infer.batches == []


def test_more_images_than_fit_are_split():
    infer = Summing()
    rows = embedder(infer, max_input_bytes=2 * 12 * 4).embed(numbered(5))
    assert rows.tolist() == [[12.0 * i] for i in range(5)]
    assert infer.batches == [2, 2, 1]


class Exchanges:
    """Runs several batches at a time, and notes how many images each had."""

    def __init__(self, infer):
        self.infer, self.seen = infer, []

    def __call__(self, batches):
        self.seen.append([len(batch) for batch in batches])
        return [self.infer(batch) for batch in batches]


def of_several(sizes, *, fixed_batch=None, max_input_bytes=1 << 20):
    infer_all = Exchanges(Summing(fixed=fixed_batch))
    made = Embedder(
        None,
        output="y",
        dim=1,
        fixed_batch=fixed_batch,
        max_input_bytes=max_input_bytes,
        infer_all=infer_all,
    )
    images, start = [], 0
    for size in sizes:
        images.append(numbered(start + size)[start:])
        start += size
    found = made.embed_all(images)
    assert [len(one) for one in found] == list(sizes)
    assert np.concatenate(found)[:, 0].tolist() == [12.0 * k for k in range(start)]
    return infer_all.seen


def test_several_batches_go_in_one_exchange_and_stay_apart():
    assert of_several([3, 1, 2]) == [[3, 1, 2]]


def test_a_batch_without_images_is_not_sent():
    assert of_several([0, 2, 0]) == [[2]]
    assert of_several([0]) == []


def test_batches_of_a_fixed_size_are_filled_up_one_by_one():
    assert of_several([3, 5], fixed_batch=4) == [[4, 4, 4]]


def test_what_does_not_fit_goes_in_another_exchange():
    room_for_two = 2 * (3 * 48 + 64)
    assert of_several([3, 3, 3, 3, 3], max_input_bytes=room_for_two) == [[3, 3], [3, 3], [3]]


def test_an_exchange_has_as_many_batches_as_a_request_may_have():
    assert [len(one) for one in of_several([1] * 300)] == [128, 128, 44]


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_floats_become_float32(dtype):
    rows = embedder(Summing(dtype)).embed(numbered(3))
    assert rows.dtype == np.float32
    assert rows.tolist() == [[0.0], [12.0], [24.0]]


def test_a_float64_beyond_float32_is_a_row_that_is_not_finite():
    rows = embedder(lambda batch: {"y": np.full((len(batch), 1), 1e300)}).embed(numbered(1))
    assert np.isinf(rows).all()


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (np.zeros((2, 1), np.int64), "OUTPUT-TYPE"),
        (np.zeros((2, 3), np.float32), "OUTPUT-SHAPE"),
        (np.zeros((3, 1), np.float32), "OUTPUT-SHAPE"),
        (np.zeros((2,), np.float32), "OUTPUT-SHAPE"),
        (np.zeros((2, 1, 1), np.float32), "OUTPUT-SHAPE"),
    ],
)
def test_an_output_of_another_kind_is_refused(output, code):
    with pytest.raises(ModelFailureError) as caught:
        embedder(lambda _: {"y": output}).embed(numbered(2))
    assert caught.value.refusal.code == code


def test_the_only_output_needs_no_name():
    assert choose_output(facts("y"), card()) == "y"
    assert choose_output(facts("y", "z"), card(name="z")) == "z"


@pytest.mark.parametrize(("outputs", "name"), [(("y", "z"), None), (("y",), "w"), ((), None)])
def test_an_output_that_is_not_clear_is_refused(outputs, name):
    with pytest.raises(ModelFailureError) as caught:
        choose_output(facts(*outputs), card(name=name))
    assert caught.value.refusal.code == "OUTPUT-NAME"


@pytest.mark.parametrize(("batch", "expected"), [("n", None), (None, None), (1, 1), (8, 8)])
def test_a_number_in_the_first_place_is_a_fixed_batch(batch, expected):
    assert fixed_batch_of(facts("y", batch=batch)) == expected
