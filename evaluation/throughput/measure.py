"""Speed of one model in its sandbox children, in every scenario.

All run after a warm-up on tensors that lie ready where a child reads them. One sample is
one answer: where a card asks for the mirrored image too, both inferences count as one.
The way through the sandbox is part of the time. What a model is asked is the caller's:
this module knows queries and clocks only, so every task is measured alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evaluation.runtime.crew import Crew, Tell
from evaluation.throughput.scenarios import offline, server, single_stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.results import ServerSpeed, ThroughputResult
    from evaluation.throughput.pacing import Clock
    from evaluation.throughput.plan import Launch, Plan, Runner, RunnerCrew, RunnerFacts


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
        The model failed in the sandbox, or answered differently while the clock ran.
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
        offline_all = offline(members, plan, plan.workers, clock)
        offline_one = offline(members, plan, 1, clock) if plan.workers > 1 else None
        single_one = single_stream(members, plan, 1, clock)
        served = server(members, plan, single_one.latency_p50_ms, clock, sleep)
        facts = members.each(_checked_facts)
    single_all = None
    if plan.threads > 1:
        with crew(plan.threads, 1) as members:
            _await_start(members)
            single_all = single_stream(members, plan, plan.threads, clock)
            facts += members.each(_checked_facts)
    found = (offline_all, offline_one, single_all, single_one)
    return Measured(tuple(one for one in found if one is not None), served, tuple(facts))


def _checked_facts(runner: Runner) -> RunnerFacts:
    runner.check()
    return runner.facts()


def _await_start(crew: RunnerCrew) -> None:
    crew.each(lambda _runner: None)
