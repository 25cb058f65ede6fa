"""What a model answered before and while the clock ran, written out by hand."""

import random

import numpy as np
import pytest

from evaluation.errors import ModelFailureError
from evaluation.throughput.witness import KEPT_PER_KIND, Witness

EXPECTED = [np.array([1.0, -2.0]), np.array([3.0, 4.0]), np.array([0.0, np.nan])]


def answers(*rows):
    return lambda: np.array(rows)


def test_the_same_answers_pass_also_where_the_template_failed_before():
    witness = Witness(EXPECTED)
    witness.saw(1, 0, answers([1.0, -2.0]))
    witness.saw(2, 1, answers([3.0, 4.0], [0.0, np.nan]))
    witness.check()


@pytest.mark.parametrize("number", [2.961, 3.039])
def test_rounding_passes_and_more_does_not(number):
    """One hundredth of the largest number, 4.0, is 0.04."""
    witness = Witness(EXPECTED)
    witness.saw(1, 1, answers([number, 4.0]))
    witness.check()
    witness.saw(1, 1, answers([number * 2 - 3.0, 4.0]))
    with pytest.raises(ModelFailureError) as caught:
        witness.check()
    assert caught.value.refusal.code == "OUTPUT-DIFFERS-WHEN-TIMED"
    assert caught.value.detail.endswith("at input 1")


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        (0, [[1.0, -2.0], [4.0, 3.0]]),  # the answers of another input
        (0, [[1.0, np.nan]]),
        (2, [[0.0, 0.0]]),
        (0, [[1.0, -2.0, 0.0]]),
        (0, [[np.inf, -2.0]]),
    ],
)
def test_another_answer_another_form_and_another_failure_are_seen(first, rows):
    witness = Witness(EXPECTED)
    witness.saw(1, first, answers(*rows))
    with pytest.raises(ModelFailureError):
        witness.check()


def test_inputs_of_which_no_answer_is_known_are_passed_over():
    witness = Witness(EXPECTED)
    witness.saw(4, 3, answers([9.0, 9.0]))
    witness.saw(4, 2, answers([0.0, np.nan], [9.0, 9.0]))
    witness.check()


def test_of_each_kind_as_many_are_kept_and_only_they_are_read():
    """A kind that is asked rarely is looked at as closely as one that is asked all the time."""
    read = []
    generator = random.Random(4)
    witness = Witness(EXPECTED, draw=generator.randrange)

    def noted(kind, number):
        read.append((kind, number))
        return np.array([EXPECTED[0]])

    for number in range(3000):
        witness.saw("often", 0, lambda number=number: noted("often", number))
    for number in range(3):
        witness.saw("rarely", 0, lambda number=number: noted("rarely", number))
    assert [one for one in read if one[0] == "rarely"] == [("rarely", k) for k in range(3)]
    late = [number for kind, number in read if kind == "often" and number >= KEPT_PER_KIND]
    assert len(read) < 400, "the rest was kept in its place, so it was not read"
    assert any(number > 2000 for number in late)


def test_where_half_of_the_queries_are_answered_otherwise_it_is_found_wherever_they_lie():
    for half in (range(500), range(500, 1000), range(0, 1000, 2)):
        witness = Witness(EXPECTED, draw=random.Random(7).randrange)
        for number in range(1000):
            witness.saw(1, 0, answers([1.0, -2.0 if number in half else 2.0]))
        with pytest.raises(ModelFailureError):
            witness.check()
