"""How long a scenario lasts, and queries one after the other for so long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.throughput.latency import has_settled

Clock = Callable[[], float]
"""Seconds, monotonic."""

_SETTLING = 2
_WAITING_FOR_QUERIES = 15
_NEXT_LOOK = 1.1


@dataclass(frozen=True, slots=True)
class Duration:
    """When a scenario ends: early where its median has settled.

    Attributes
    ----------
    least_seconds : float
        It never ends before.
    settling_seconds : float
        It ends here, settled or not, if it has its queries.
    most_seconds : float
        It ends here in any case.
    least_queries : int
        So many are wanted, for percentiles.
    """

    least_seconds: float
    settling_seconds: float
    most_seconds: float
    least_queries: int = 1

    @classmethod
    def of(cls, seconds: float, *, least_queries: int = 1) -> Duration:
        """Return the duration that a run's setting means: 1, 2 and 15 times it."""
        return cls(seconds, _SETTLING * seconds, _WAITING_FOR_QUERIES * seconds, least_queries)


@dataclass(frozen=True, slots=True)
class Pace:
    """Queries that followed each other.

    Attributes
    ----------
    spans : list of float
        Seconds of each query.
    ends : list of float
        When each ended, on the clock.
    begun : float
        When the first began, on the clock.
    warm_up_seconds : float
        How long queries ran before, unmeasured.
    settled : bool
        Whether the median had settled.
    """

    spans: list[float]
    ends: list[float]
    begun: float
    warm_up_seconds: float
    settled: bool


def back_to_back(
    query: Callable[[int], None],
    *,
    duration: Duration,
    warm_up: int,
    clock: Clock,
    is_over: Callable[[], bool],
) -> Pace:
    """Run queries one after the other.

    Parameters
    ----------
    query : callable
        Runs the query of a number, counted from 0.
    duration : Duration
    warm_up : int
        Queries that are run before and not measured.
    clock : callable
        Seconds, monotonic.
    is_over : callable
        Whether to leave off.
    """
    before = clock()
    for number in range(warm_up):
        query(number)
    begun = ended = clock()
    warm_up_seconds = begun - before
    spans: list[float] = []
    ends: list[float] = []
    look = _Look(duration)
    while not spans or not (is_over() or look.is_enough(spans, ended - begun)):
        started = clock()
        query(len(spans))
        ended = clock()
        spans.append(ended - started)
        ends.append(ended)
    return Pace(spans, ends, begun, warm_up_seconds, look.settled)


class _Look:
    """Looks ever less often whether the median has settled: a look takes time itself."""

    def __init__(self, duration: Duration) -> None:
        self.settled = False
        self._duration = duration
        self._next = 0.0

    def is_enough(self, spans: list[float], seconds: float) -> bool:
        duration = self._duration
        if seconds >= duration.most_seconds:
            return True
        if seconds < duration.least_seconds or len(spans) < duration.least_queries:
            return False
        if len(spans) >= self._next:
            self._next = len(spans) * _NEXT_LOOK
            self.settled = has_settled(spans)
        return self.settled or seconds >= duration.settling_seconds
