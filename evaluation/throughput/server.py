"""Queries that arrive when they want to: the rate at which nearly all are answered in time.

Arrivals are a Poisson process from a fixed seed. A query's latency counts from the moment
at which it was to arrive, not from when a worker took it, so that waiting behind others
counts. The figure is the highest rate whose 99th percentile of latency is within the bound.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.throughput.latency import percentile

if TYPE_CHECKING:
    from evaluation.throughput.pacing import Clock

LEAST_QUERIES = 100
IN_TIME = 0.99
PRECISION = 1.05
GROWTH = 1.5
_LEAD_SECONDS = 0.02


def arrivals(rate: float, n: int, *, seed: int) -> list[float]:
    """Draw the times of a Poisson process.

    Parameters
    ----------
    rate : float
        Queries per second.
    n : int
        Number of queries.
    seed : int
        The same seed gives the same times, stretched by the rate.

    Returns
    -------
    list of float
        Seconds from the start, ascending.
    """
    gaps = np.random.default_rng(seed).standard_exponential(n)
    return [float(time) for time in np.cumsum(gaps) / rate]


@dataclass(frozen=True, slots=True)
class Trial:
    """One rate and how it went.

    Attributes
    ----------
    rate : float
        Queries per second that were to arrive.
    is_met : bool
        Whether the 99th percentile of latency was within the bound.
    latencies : list of float
        Seconds, of the queries that were answered; where so many were late that the
        bound could not be met any more, the rest were left out.
    """

    rate: float
    is_met: bool
    latencies: list[float]


class Arrivals:
    """The queries of one trial, which workers take in turn.

    Parameters
    ----------
    rate : float
        Queries per second.
    n : int
        Number of queries.
    bound_seconds : float
        Within which 99 of 100 are to be answered.
    seed : int
    clock, sleep : callable
        Seconds, monotonic; and waits for some.
    """

    def __init__(
        self,
        rate: float,
        n: int,
        *,
        bound_seconds: float,
        seed: int,
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        self._rate = rate
        self._due = arrivals(rate, n, seed=seed)
        self._bound_seconds = bound_seconds
        self._clock = clock
        self._sleep = sleep
        self._may_be_late = n - _needed_in_time(n)
        self._lock = threading.Lock()
        self._taken = 0
        self._late = 0
        self._latencies: list[float] = []
        self._start = clock() + _LEAD_SECONDS

    def serve(self, query: Callable[[int], None], is_over: Callable[[], bool]) -> None:
        """Answer queries until none is left, or too many were late; for each worker."""
        while not is_over() and (number := self._take()) is not None:
            due = self._start + self._due[number]
            if (early := due - self._clock()) > 0:
                self._sleep(early)
            query(number)
            self._note(self._clock() - due)

    def trial(self) -> Trial:
        """Return how it went, when all workers are back."""
        is_whole = len(self._latencies) == len(self._due)
        return Trial(
            self._rate, is_whole and self._late <= self._may_be_late, list(self._latencies)
        )

    def _take(self) -> int | None:
        with self._lock:
            if self._taken == len(self._due) or self._late > self._may_be_late:
                return None
            self._taken += 1
            return self._taken - 1

    def _note(self, latency: float) -> None:
        with self._lock:
            self._latencies.append(latency)
            self._late += latency > self._bound_seconds


def _needed_in_time(n: int) -> int:
    """How many of n have to be within the bound for the 99th percentile to be."""
    ranks = percentile(range(1, n + 1), IN_TIME)
    return n if ranks is None else int(ranks)


def highest_rate(
    attempt: Callable[[float], Trial | None],
    first: float,
    *,
    growth: float = GROWTH,
    precision: float = PRECISION,
) -> Trial | None:
    """Search the highest rate that meets the bound.

    From the first rate the search goes up or down by a factor until one rate met the bound
    and one missed it, then halves the ratio between them.

    Parameters
    ----------
    attempt : callable
        Tries a rate; None where there is no time left to.
    first : float
        Rate to begin with.
    growth : float
        Factor while only one side is known.
    precision : float
        Ratio of missed to met at which the search ends.

    Returns
    -------
    Trial or None
        The highest that met the bound; None where none did.
    """
    met: Trial | None = None
    missed: float | None = None
    rate = first
    while met is None or missed is None or missed / met.rate > precision:
        trial = attempt(rate)
        if trial is None:
            break
        if trial.is_met:
            met = trial
        else:
            missed = rate
        if met is None:
            rate /= growth
        elif missed is None:
            rate *= growth
        else:
            rate = float(np.sqrt(met.rate * missed))
    return met
