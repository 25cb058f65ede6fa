"""Answers given while the clock ran, held against those that the same child gave before.

A model could do less work once it has been asked more often than any extraction asks. So some
of the timed answers are kept, at places that no model can foresee, and compared once the clocks
have stopped: keeping costs about as much as a look at a clock, comparing would take part of the
time that is measured. Only answers to the very same batch are compared, because a quantised
model may answer by its whole batch.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError

if TYPE_CHECKING:
    from evaluation.arrays import Array

KEPT_PER_SIZE = 32
TOLERANCE = 1e-2
"""Of the largest number in an answer. The same model gives the same numbers, at most rounded
otherwise; no cheaper one comes as near: quantised to 8 bits, one differs ten times as much."""
_UNFORESEEABLE = random.SystemRandom()


class Batch(NamedTuple):
    """Inputs that are given together: how many, and the number of the first."""

    size: int
    first: int


class Witness:
    """Keeps a fair sample of the answers to batches of each size, whatever their number.

    Parameters
    ----------
    expected : mapping of Batch to ndarray
        What the child answered before, one row for each input; other batches are passed over.
    draw : callable, optional
        Draws a whole number below another; unforeseeable by default.
    """

    def __init__(
        self,
        expected: Mapping[Batch, Array],
        *,
        draw: Callable[[int], int] = _UNFORESEEABLE.randrange,
    ) -> None:
        self._expected = expected
        self._draw = draw
        self._seen = dict.fromkeys((batch.size for batch in expected), 0)
        self._kept: dict[tuple[int, int], tuple[Batch, Array]] = {}

    def saw(self, batch: Batch, answers: Callable[[], Array]) -> None:
        """Note that a batch was answered.

        Parameters
        ----------
        batch : Batch
        answers : callable
            Returns an array with a row per input, which nothing overwrites; called only if
            the answers are kept.
        """
        if batch not in self._expected:
            return
        seen = self._seen[batch.size] = self._seen[batch.size] + 1
        place = seen - 1 if seen <= KEPT_PER_SIZE else self._draw(seen)
        if place < KEPT_PER_SIZE:
            self._kept[batch.size, place] = (batch, answers())

    def check(self) -> None:
        """Compare what was kept with what was expected.

        Raises
        ------
        ModelFailureError
            An answer differs by more than rounding.
        """
        for batch, answers in self._kept.values():
            require_same(answers, self._expected[batch], "OUTPUT-DIFFERS-WHEN-TIMED")


def require_same(answers: Array, expected: Array, code: str) -> None:
    """Compare two answers to the same inputs, one row each.

    Raises
    ------
    ModelFailureError
        With this code of the catalogue: a row differs by more than rounding.
    """
    for row, (one, other) in enumerate(zip(answers, expected, strict=True)):
        if (difference := _difference(one, other)) > TOLERANCE:
            detail = f"relative difference {difference:.1e} in row {row}"
            raise ModelFailureError(CATALOGUE[code], detail=detail)


def _difference(first: Array, second: Array) -> float:
    """Largest difference over largest absolute value; infinite where the form differs.

    Places that are not finite in both are the model's affair: its template failed before too.
    """
    if first.shape != second.shape:
        return float("inf")
    a, b = first.astype(np.float64), second.astype(np.float64)
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return float("inf")
    a, b = a[finite], b[finite]
    largest = float(np.max(np.abs([a, b]), initial=0.0))
    return float(np.max(np.abs(a - b))) / largest if largest else 0.0
