"""Working time by stage, of one worker."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from evaluation.extraction.facts import added_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from evaluation.extraction.facts import ChildFacts

STAGES = ("decode", "detect", "align", "infer")


class StageClock:
    """Adds up how long each stage takes; for one thread.

    Attributes
    ----------
    seconds : dict of str to float
        By stage; those named at the start stand there from the start.
    """

    def __init__(self, stages: Iterable[str] = ()) -> None:
        self.seconds = dict.fromkeys(stages, 0.0)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time of the block, also of one that raises."""
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent


class Farewell(NamedTuple):
    """What a worker says at its end."""

    seconds: Mapping[str, float]
    child: ChildFacts | None


def stage_seconds(farewells: Sequence[Farewell]) -> dict[str, float]:
    """Working time by stage, summed over workers; the usual stages also where nobody worked."""
    return added_seconds([dict.fromkeys(STAGES, 0.0), *(one.seconds for one in farewells)])
