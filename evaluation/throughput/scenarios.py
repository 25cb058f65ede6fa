"""The scenarios: all at once, one after the other, and as queries arrive by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.extraction.workers import PORTION_SECONDS
from evaluation.results import ServerSpeed, ThroughputResult
from evaluation.throughput.latency import percentile
from evaluation.throughput.pacing import Clock, Duration, Pace, back_to_back
from evaluation.throughput.server import LEAST_QUERIES, Arrivals, Trial, highest_rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.throughput.plan import Plan, Runner, RunnerCrew

WARM_UP_QUERIES = 5
WARM_UP_BATCHES = 2
SERVER_SHARE = 4
_FIRST_LOAD = 0.7
_MS_PER_SECOND = 1000.0


def offline(crew: RunnerCrew, plan: Plan, workers: int, clock: Clock) -> ThroughputResult:
    """Batches back to back, as many at once as an extraction takes; counted while all work."""

    def work(runner: Runner) -> tuple[int, Pace]:
        at_once = _batches_at_once(runner, plan, clock)
        samples = at_once * plan.batch_size
        return at_once, back_to_back(
            lambda number: runner.run(number * samples, plan.batch_size, at_once),
            duration=Duration.of(plan.seconds),
            warm_up=WARM_UP_BATCHES,
            clock=clock,
            is_over=lambda: crew.is_over,
        )

    found = crew.each(work, n=workers)
    paces = [pace for _, pace in found]
    begun = max(pace.begun for pace in paces)
    ended = min(pace.ends[-1] for pace in paces)
    batches = sum(n * (begun < end <= ended) for n, pace in found for end in pace.ends)
    seconds = ended - begun
    if seconds <= 0 or not batches:  # so short that one had ended before another began
        seconds = sum(pace.ends[-1] - pace.begun for pace in paces)
        batches = sum(n * len(pace.ends) for n, pace in found)
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


def _batches_at_once(runner: Runner, plan: Plan, clock: Clock) -> int:
    """Batches that take a tenth of a second, as far as they go into one exchange."""
    started = clock()
    runner.run(0, plan.batch_size)
    seconds = max(clock() - started, 1e-9)
    return max(1, min(plan.most_at_once, int(PORTION_SECONDS / seconds)))


def single_stream(crew: RunnerCrew, plan: Plan, threads: int, clock: Clock) -> ThroughputResult:
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


def server(
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
