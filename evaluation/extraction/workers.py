"""Share-nothing workers: each has a thread and children of its own, and takes whole batches.

On as many cores as there are workers nothing is waited for but the end: a worker reads
and prepares a batch, then sleeps while its child computes. What a batch gives must not
depend on the worker, so the results are the same for any number of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import cv2

from evaluation.errors import StoppedError
from evaluation.extraction.allocator import keep_freed_memory
from evaluation.runtime.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

R = TypeVar("R")
F = TypeVar("F")
R_co = TypeVar("R_co", covariant=True)
F_co = TypeVar("F_co", covariant=True)

Batch = Sequence[int]

PORTION_SECONDS = 0.1
_PORTIONS_EACH = 4


class Worker(Protocol[R_co, F_co]):
    """What one thread does."""

    def work(self, batches: Sequence[Batch]) -> Sequence[R_co]:
        """Do some batches; what each gives must not depend on the others."""

    def leave(self) -> F_co:
        """Say what there is to say after the last batch."""


Start = Callable[[Callable[[int], None]], AbstractContextManager[Worker[R, F]]]
"""Makes a worker, in its thread; is given whom to tell the process group of each child."""


def map_batches(
    batches: Sequence[Batch],
    start: Start[R, F],
    *,
    workers: int = 1,
    most_at_once: int = 1,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: Callable[[int], None] | None = None,
) -> tuple[list[R], list[F]]:
    """Do all batches with some workers.

    Parameters
    ----------
    batches : sequence of sequence of int
        Samples of each batch.
    start : callable
        Makes a worker.
    workers : int
        At most so many; never more than there are batches. One works in the caller's thread.
    most_at_once : int
        Batches that a worker is given at a time, at most: it takes so many as it does in a
        tenth of a second, so that changing from reading to computing costs little.
    progress : callable, optional
        Called with (samples done, samples in all) as batches get done.
    should_stop : callable, optional
        Asked before batches by a single worker, else as they get done and every 0.2 s.
    on_start : callable, optional
        Called with the process group of each child that is started.

    Returns
    -------
    results : list
        One for each batch, in the order of ``batches``.
    farewells : list
        One for each worker, in no order.

    Raises
    ------
    StoppedError
        ``should_stop`` said so.
    Exception
        The first that a worker or a callable raised; the others end with what they do.
    """
    told = _Told(
        progress or (lambda _done, _total: None),
        should_stop or (lambda: False),
        on_start or (lambda _group: None),
        total=sum(len(batch) for batch in batches),
    )
    workers = min(workers, len(batches))
    keep_freed_memory()
    with _opencv_in_one_thread():
        if workers <= 1:
            return _alone(batches, start, most_at_once, told)
        return _together(batches, start, workers, most_at_once, told)


@dataclass(slots=True)
class _Told:
    """Whom the caller wants to be told, and how much is done."""

    progress: Callable[[int, int], None]
    should_stop: Callable[[], bool]
    on_start: Callable[[int], None]
    total: int
    done: int = 0

    def go_on(self) -> None:
        if self.should_stop():
            raise StoppedError("the work was asked to stop")

    def finished(self, batches: Sequence[Batch], taken: range) -> None:
        self.done += sum(len(batches[number]) for number in taken)
        self.progress(self.done, self.total)


class _Portions:
    """Hands out batches in order, to each worker as many as it does in a tenth of a second."""

    def __init__(self, n_batches: int, n_workers: int, most: int) -> None:
        self._lock = threading.Lock()
        self._next = 0
        self._end = n_batches
        # The last ones to finish shall not be waited for long.
        self._most = max(1, min(most, n_batches // (n_workers * _PORTIONS_EACH)))

    def take(self, pace: _Pace) -> range:
        """Return the numbers of the next batches; empty at the end."""
        with self._lock:
            stop = min(self._end, self._next + min(self._most, pace.portion))
            taken = range(self._next, stop)
            self._next = stop
        return taken


@dataclass(slots=True)
class _Pace:
    """How fast a worker is, judged by its last portion."""

    portion: int = 1

    def note(self, n_batches: int, seconds: float) -> None:
        self.portion = max(1, int(n_batches * PORTION_SECONDS / max(seconds, 1e-9)))


def _alone(
    batches: Sequence[Batch], start: Start[R, F], most_at_once: int, told: _Told
) -> tuple[list[R], list[F]]:
    results: list[R] = []
    if not batches:
        return results, []
    portions, pace = _Portions(len(batches), 1, most_at_once), _Pace()
    with start(told.on_start) as worker:
        while taken := portions.take(pace):
            told.go_on()
            results += _portion(worker, batches, taken, pace)
            told.finished(batches, taken)
        return results, [worker.leave()]


def _together(
    batches: Sequence[Batch], start: Start[R, F], workers: int, most_at_once: int, told: _Told
) -> tuple[list[R], list[F]]:
    results: dict[int, R] = {}
    portions = _Portions(len(batches), workers, most_at_once)

    def work(worker: Worker[R, F]) -> F:
        pace = _Pace()
        while not crew.is_over and (taken := portions.take(pace)):
            crew.tell((taken, _portion(worker, batches, taken, pace)))
        return worker.leave()

    def hear(done: tuple[range, Sequence[R]]) -> None:
        taken, made = done
        results.update(zip(taken, made, strict=True))
        told.finished(batches, taken)

    with Crew(start, workers, on_start=told.on_start, should_stop=told.should_stop) as crew:
        farewells = crew.each(work, hear=hear)
    return [results[number] for number in range(len(batches))], farewells


def _portion(
    worker: Worker[R, F], batches: Sequence[Batch], taken: range, pace: _Pace
) -> Sequence[R]:
    started = time.perf_counter()
    made = worker.work([batches[number] for number in taken])
    pace.note(len(taken), time.perf_counter() - started)
    return made


@contextmanager
def _opencv_in_one_thread() -> Iterator[None]:
    """OpenCV's own threads would only take the cores from other workers."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
