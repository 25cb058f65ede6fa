"""Speed of one model in its sandbox children, in every scenario.

All run after a warm-up on tensors that lie ready where a child reads them. One sample is
one answer: where a card asks for the mirrored image too, both inferences count as one.
The way through the sandbox is part of the time. What a model is asked is the caller's:
this module knows queries and clocks only, so every task is measured alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias

from evaluation.results import ServerSpeed, ThroughputResult
from evaluation.runtime.crew import Crew, Tell
from evaluation.throughput.latency import percentile
from evaluation.throughput.pacing import Clock, Duration, Pace, back_to_back
from evaluation.throughput.server import LEAST_QUERIES, Arrivals, Trial, highest_rate

WARM_UP_QUERIES = 5
WARM_UP_BATCHES = 2
SERVER_SHARE = 4
_FIRST_LOAD = 0.7
_MS_PER_SECOND = 1000.0


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

    def run(self, first: int, n: int) -> None:
        """Run samples ``first`` to before ``first + n`` as one batch, starting over at the last."""

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
    bound_ms : float
        Of the server scenario.
    seed : int
        Of its arrivals.
    """

    seconds: float
    workers: int
    threads: int
    batch_size: int
    bound_ms: float
    seed: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found.

    Attributes
    ----------
    results : tuple of ThroughputResult
        Offline and single-stream, on all cores first, then on one where there are more.
    server : ServerSpeed
    facts : tuple of RunnerFacts
        Of all children.
    """

    results: tuple[ThroughputResult, ...]
    server: ServerSpeed
    facts: tuple[RunnerFacts, ...]

    @property
    def infer_ms(self) -> float | None:
        """Median time of one sample on one core; None where there were too few."""
        return self.results[-1].latency_p50_ms


def measure_throughput(
    launch: Launch,
    plan: Plan,
    *,
    should_stop: Callable[[], bool] | None = None,
    on_start: Tell | None = None,
    clock: Clock = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> Measured:
    """Measure a model in every scenario.

    Parameters
    ----------
    launch : callable
        Starts a child, in the thread that will use it.
    plan : Plan
    should_stop : callable, optional
        Asked again and again, in this thread.
    on_start : callable, optional
        Called with the process group of each child, in this thread.
    clock, sleep : callable
        Seconds, monotonic; and waits for some.

    Returns
    -------
    Measured

    Raises
    ------
    ModelFailureError
        The model failed in the sandbox.
    StoppedError
        ``should_stop`` said so.
    """

    def crew(threads: int, n: int) -> RunnerCrew:
        return Crew(
            partial(launch, threads),
            n,
            on_start=on_start or (lambda _group: None),
            should_stop=should_stop or (lambda: False),
        )

    with crew(1, plan.workers) as members:
        _await_start(members)
        offline_all = _offline(members, plan, plan.workers, clock)
        offline_one = _offline(members, plan, 1, clock) if plan.workers > 1 else None
        single_one = _single_stream(members, plan, 1, clock)
        server = _server(members, plan, single_one.latency_p50_ms, clock, sleep)
        facts = members.each(lambda runner: runner.facts())
    single_all = None
    if plan.threads > 1:
        with crew(plan.threads, 1) as members:
            _await_start(members)
            single_all = _single_stream(members, plan, plan.threads, clock)
            facts += members.each(lambda runner: runner.facts())
    found = (offline_all, offline_one, single_all, single_one)
    return Measured(tuple(one for one in found if one is not None), server, tuple(facts))


def _await_start(crew: RunnerCrew) -> None:
    crew.each(lambda _runner: None)


def _offline(crew: RunnerCrew, plan: Plan, workers: int, clock: Clock) -> ThroughputResult:
    """Batches back to back; counted while all workers work."""

    def work(runner: Runner) -> Pace:
        return back_to_back(
            lambda number: runner.run(number * plan.batch_size, plan.batch_size),
            duration=Duration.of(plan.seconds),
            warm_up=WARM_UP_BATCHES,
            clock=clock,
            is_over=lambda: crew.is_over,
        )

    paces = crew.each(work, n=workers)
    begun = max(pace.begun for pace in paces)
    ended = min(pace.ends[-1] for pace in paces)
    batches = sum(begun < end <= ended for pace in paces for end in pace.ends)
    seconds = ended - begun
    if seconds <= 0 or not batches:  # so short that one had ended before another began
        seconds = sum(pace.ends[-1] - pace.begun for pace in paces)
        batches = sum(len(pace.ends) for pace in paces)
    samples = batches * plan.batch_size
    return ThroughputResult(
        scenario="offline",
        samples=samples,
        batch_size=plan.batch_size,
        threads=1,
        workers=workers,
        seconds=seconds,
        samples_per_second=samples / seconds,
        warm_up_queries=WARM_UP_BATCHES,
        warm_up_seconds=max(pace.warm_up_seconds for pace in paces),
        settled=all(pace.settled for pace in paces),
    )


def _single_stream(crew: RunnerCrew, plan: Plan, threads: int, clock: Clock) -> ThroughputResult:
    def work(runner: Runner) -> Pace:
        return back_to_back(
            lambda number: runner.run(number, 1),
            duration=Duration.of(plan.seconds, least_queries=LEAST_QUERIES),
            warm_up=WARM_UP_QUERIES,
            clock=clock,
            is_over=lambda: crew.is_over,
        )

    (pace,) = crew.each(work, n=1)
    p50, p90, p99 = _latencies_ms(pace.spans)
    return ThroughputResult(
        scenario="single_stream",
        samples=len(pace.spans),
        batch_size=1,
        threads=threads,
        workers=1,
        seconds=sum(pace.spans),
        samples_per_second=len(pace.spans) / sum(pace.spans),
        latency_p50_ms=p50,
        latency_p90_ms=p90,
        latency_p99_ms=p99,
        warm_up_queries=WARM_UP_QUERIES,
        warm_up_seconds=pace.warm_up_seconds,
        settled=pace.settled,
    )


def _server(
    crew: RunnerCrew,
    plan: Plan,
    latency_ms: float | None,
    clock: Clock,
    sleep: Callable[[float], None],
) -> ServerSpeed:
    """Search the highest rate in at most four times a scenario's least duration."""
    give_up = clock() + SERVER_SHARE * plan.seconds
    tried = 0

    def attempt(rate: float) -> Trial | None:
        nonlocal tried
        n = max(LEAST_QUERIES, round(rate * plan.seconds / 2))
        if clock() + n / rate > give_up:
            return None
        tried += 1
        queries = Arrivals(
            rate,
            n,
            bound_seconds=plan.bound_ms / _MS_PER_SECOND,
            seed=plan.seed,
            clock=clock,
            sleep=sleep,
        )
        crew.each(
            lambda runner: queries.serve(lambda number: runner.run(number, 1), lambda: crew.is_over)
        )
        return queries.trial()

    best = None
    if latency_ms is not None and latency_ms <= plan.bound_ms:
        best = highest_rate(attempt, _FIRST_LOAD * plan.workers * _MS_PER_SECOND / latency_ms)
    p50, p90, p99 = _latencies_ms([] if best is None else best.latencies)
    return ServerSpeed(
        bound_ms=plan.bound_ms,
        workers=plan.workers,
        seed=plan.seed,
        rates_tried=tried,
        rate_per_second=None if best is None else best.rate,
        queries=0 if best is None else len(best.latencies),
        latency_p50_ms=p50,
        latency_p90_ms=p90,
        latency_p99_ms=p99,
    )


def _latencies_ms(seconds: list[float]) -> list[float | None]:
    found = [percentile(seconds, share) for share in (0.5, 0.9, 0.99)]
    return [None if one is None else one * _MS_PER_SECOND for one in found]
