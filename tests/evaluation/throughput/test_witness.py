"""What a model answered before and while the clock ran, written out by hand."""

import random

import numpy as np
import pytest

from evaluation.errors import ModelFailureError
from evaluation.throughput import Batch, Witness, require_same
from evaluation.throughput.witness import KEPT_PER_SIZE

ONE, OTHER, BOTH = Batch(1, 0), Batch(1, 1), Batch(2, 0)
EXPECTED = {
    ONE: np.array([[1.0, -2.0]]),
    OTHER: np.array([[0.0, np.nan]]),
    BOTH: np.array([[1.0, -2.0], [3.0, 4.0]]),
}


def answers(*rows):
    return lambda: np.array(rows)


def code_of(witness):
    with pytest.raises(ModelFailureError) as caught:
        witness.check()
    return caught.value.refusal.code


def test_the_same_answers_pass_also_where_the_template_failed_before():
    witness = Witness(EXPECTED)
    witness.saw(ONE, answers([1.0, -2.0]))
    witness.saw(OTHER, answers([0.0, np.nan]))
    witness.saw(BOTH, answers([1.0, -2.0], [3.0, 4.0]))
    witness.check()


@pytest.mark.parametrize("number", [2.961, 3.039])
def test_rounding_passes_and_more_does_not(number):
    """One hundredth of the largest number, 4.0, is 0.04."""
    witness = Witness(EXPECTED)
    witness.saw(BOTH, answers([1.0, -2.0], [number, 4.0]))
    witness.check()
    witness.saw(BOTH, answers([1.0, -2.0], [number * 2 - 3.0, 4.0]))
    assert code_of(witness) == "OUTPUT-DIFFERS-WHEN-TIMED"


@pytest.mark.parametrize(
    ("batch", "rows"),
    [
        (BOTH, [[3.0, 4.0], [1.0, -2.0]]),  # the answers of the other input
        (ONE, [[1.0, np.nan]]),
        (OTHER, [[0.0, 0.0]]),
        (ONE, [[1.0, -2.0, 0.0]]),
        (ONE, [[np.inf, -2.0]]),
    ],
)
def test_another_answer_another_form_and_another_failure_are_seen(batch, rows):
    witness = Witness(EXPECTED)
    witness.saw(batch, answers(*rows))
    assert code_of(witness) == "OUTPUT-DIFFERS-WHEN-TIMED"


@pytest.mark.parametrize("batch", [Batch(2, 1), Batch(1, 2), Batch(4, 0)])
def test_batches_of_other_inputs_are_passed_over(batch):
    """A model may answer by its whole batch: what is known of others says nothing of it."""
    witness = Witness(EXPECTED)
    witness.saw(batch, answers([9.0, 9.0], [9.0, 9.0]))
    witness.check()


def test_of_each_size_as_many_are_kept_and_only_they_are_read():
    """A size that is asked rarely is looked at as closely as one that is asked all the time."""
    read = []
    witness = Witness(EXPECTED, draw=random.Random(4).randrange)

    def noted(batch, number):
        read.append((batch, number))
        return EXPECTED[batch]

    for number in range(3000):
        witness.saw(ONE, lambda number=number: noted(ONE, number))
    for number in range(3):
        witness.saw(BOTH, lambda number=number: noted(BOTH, number))
    assert [one for one in read if one[0] == BOTH] == [(BOTH, number) for number in range(3)]
    late = [number for batch, number in read if batch == ONE and number >= KEPT_PER_SIZE]
    assert len(read) < 400, "the rest was kept in its place, so it was not read"
    assert max(late) > 2000


def test_where_half_of_the_queries_are_answered_otherwise_it_is_found_wherever_they_lie():
    for half in (range(500), range(500, 1000), range(0, 1000, 2)):
        witness = Witness(EXPECTED, draw=random.Random(7).randrange)
        for number in range(1000):
            witness.saw(ONE, answers([1.0, -2.0 if number in half else 2.0]))
        assert code_of(witness) == "OUTPUT-DIFFERS-WHEN-TIMED"


def test_a_comparison_names_the_code_and_the_row():
    require_same(EXPECTED[BOTH], EXPECTED[BOTH] * 1.001, "OUTPUT-CONSTANT")
    with pytest.raises(ModelFailureError) as caught:
        require_same(EXPECTED[BOTH], np.array([[1.0, -2.0], [3.0, 5.0]]), "OUTPUT-CONSTANT")
    assert caught.value.refusal.code == "OUTPUT-CONSTANT"
    assert caught.value.detail == "relative difference 2.0e-01 in row 1"
