"""What is measured, for how long, and what a model is for whoever measures it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from evaluation.runtime.crew import Crew, Tell


@dataclass(frozen=True, slots=True)
class RunnerFacts:
    """What a child said about itself.

    Attributes
    ----------
    load_seconds : float
    peak_memory_bytes : int
    onnxruntime_version : str
    execution_providers : tuple of str
    """

    load_seconds: float
    peak_memory_bytes: int
    onnxruntime_version: str
    execution_providers: tuple[str, ...]


class Runner(Protocol):
    """A running model and inputs that lie ready, used by one thread."""

    def run(self, first: int, n: int, batches: int = 1) -> None:
        """Run some batches of ``n`` samples in one exchange.

        They are the samples from ``first`` on, starting over at the last.
        """

    def check(self) -> None:
        """Compare what was answered so far with what was answered before any clock ran.

        Raises
        ------
        ModelFailureError
            They differ by more than rounding.
        """

    def facts(self) -> RunnerFacts: ...


Launch = Callable[[int, Tell], AbstractContextManager[Runner]]
"""Starts a child whose model has so many threads; is given whom to tell its group."""
RunnerCrew: TypeAlias = "Crew[Runner]"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long.

    Attributes
    ----------
    seconds : float
        Least duration of a scenario; it may last twice as long until its median
        has settled, and 15 times for a hundred queries.
    workers : int
        Children of the scenarios on all cores.
    threads : int
        Threads of the model in single-stream on all cores.
    batch_size : int
        Of the offline scenario.
    most_at_once : int
        Batches that an extraction gives a child in one exchange, at most.
    bound_ms : float
        Of the server scenario.
    seed : int
        Of its arrivals.
    """

    seconds: float
    workers: int
    threads: int
    batch_size: int
    most_at_once: int
    bound_ms: float
    seed: int
