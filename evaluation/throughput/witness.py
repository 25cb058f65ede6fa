"""Answers given while the clock ran, held against those that the same child gave before.

A model could do less work once it believes that only its speed is looked at: by the size of a
batch, or by how often it has been asked. So some of the timed answers are kept, at places that
no model can foresee, and compared once the clocks have stopped: keeping costs about as much
as a look at a clock, comparing would take part of the time that is measured.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.arrays import Array

KEPT_PER_KIND = 32
_UNFORESEEABLE = random.SystemRandom()
TIMED_TOLERANCE = 1e-2
"""Of the largest number in an answer. Wider than what intake allows between batches: photographs
move a rounded model further than its probes do, and no cheaper model comes as near."""


class Witness:
    """Keeps a fair sample of the answers to each kind of query, whatever their number.

    Parameters
    ----------
    expected : sequence of ndarray, or ndarray
        What the model answers to the first inputs, one array for each.
    draw : callable, optional
        Draws a whole number below another; unforeseeable by default.
    """

    def __init__(
        self,
        expected: Sequence[Array] | Array,
        *,
        draw: Callable[[int], int] = _UNFORESEEABLE.randrange,
    ) -> None:
        self._expected = expected
        self._draw = draw
        self._seen: dict[Hashable, int] = {}
        self._kept: dict[Hashable, list[tuple[int, Array]]] = {}

    def saw(self, kind: Hashable, first: int, answers: Callable[[], Array]) -> None:
        """Note that a batch was answered; its answers are read only if they are kept.

        Parameters
        ----------
        kind : hashable
            Of the query, such as its number of samples: of each kind as many are kept.
        first : int
            Number of its first input; a batch that begins behind the expected is passed over.
        answers : callable
            Returns an array with an answer per input, which nothing overwrites.
        """
        if first >= len(self._expected):
            return
        seen = self._seen[kind] = self._seen.get(kind, 0) + 1
        kept = self._kept.setdefault(kind, [])
        if len(kept) < KEPT_PER_KIND:
            kept.append((first, answers()))
        elif (place := self._draw(seen)) < KEPT_PER_KIND:
            kept[place] = (first, answers())

    def check(self) -> None:
        """Compare what was kept with what was expected.

        Raises
        ------
        ModelFailureError
            An answer differs by more than rounding.
        """
        for number, answer in self._answers():
            difference = _difference(answer, self._expected[number])
            if difference > TIMED_TOLERANCE:
                detail = f"relative difference {difference:.1e} at input {number}"
                raise ModelFailureError(CATALOGUE["OUTPUT-DIFFERS-WHEN-TIMED"], detail=detail)

    def _answers(self) -> Iterator[tuple[int, Array]]:
        for kept in self._kept.values():
            for first, answers in kept:
                last = min(first + len(answers), len(self._expected))
                yield from zip(range(first, last), answers, strict=False)


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
