"""Share-nothing workers: each has a thread and children of its own, and takes whole batches.

On as many cores as there are workers nothing is waited for but the end: a worker reads
and prepares a batch, then sleeps while its child computes. What a batch gives must not
depend on the worker, so the results are the same for any number of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import cv2

from evaluation.errors import StoppedError
from evaluation.runtime.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

R = TypeVar("R")
F = TypeVar("F")
R_co = TypeVar("R_co", covariant=True)
F_co = TypeVar("F_co", covariant=True)

Batch = Sequence[int]


class Worker(Protocol[R_co, F_co]):
    """What one thread does."""

    def work(self, batch: Batch) -> R_co:
        """Do one batch."""

    def leave(self) -> F_co:
        """Say what there is to say after the last batch."""


Start = Callable[[Callable[[int], None]], AbstractContextManager[Worker[R, F]]]
"""Makes a worker, in its thread; is given whom to tell the process group of each child."""


def map_batches(
    batches: Sequence[Batch],
    start: Start[R, F],
    *,
    workers: int = 1,
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
    progress : callable, optional
        Called with (samples done, samples in all) after each batch.
    should_stop : callable, optional
        Asked before each batch by a single worker, else after each and every 0.2 s.
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
        The first that a worker or a callable raised; the others end after their batch.
    """
    told = _Told(
        progress or (lambda _done, _total: None),
        should_stop or (lambda: False),
        on_start or (lambda _group: None),
        total=sum(len(batch) for batch in batches),
    )
    workers = min(workers, len(batches))
    with _opencv_in_one_thread():
        if workers <= 1:
            return _alone(batches, start, told)
        return _together(batches, start, workers, told)


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

    def finished(self, batch: Batch) -> None:
        self.done += len(batch)
        self.progress(self.done, self.total)


def _alone(batches: Sequence[Batch], start: Start[R, F], told: _Told) -> tuple[list[R], list[F]]:
    results: list[R] = []
    if not batches:
        return results, []
    with start(told.on_start) as worker:
        for batch in batches:
            told.go_on()
            results.append(worker.work(batch))
            told.finished(batch)
        return results, [worker.leave()]


def _together(
    batches: Sequence[Batch], start: Start[R, F], workers: int, told: _Told
) -> tuple[list[R], list[F]]:
    results: dict[int, R] = {}
    following = iter(range(len(batches)))
    lock = threading.Lock()

    def take() -> int | None:
        with lock:
            return None if crew.is_over else next(following, None)

    def work(worker: Worker[R, F]) -> F:
        while (number := take()) is not None:
            crew.tell((number, worker.work(batches[number])))
        return worker.leave()

    def hear(done: tuple[int, R]) -> None:
        number, results[number] = done
        told.finished(batches[number])

    with Crew(start, workers, on_start=told.on_start, should_stop=told.should_stop) as crew:
        farewells = crew.each(work, hear=hear)
    return [results[number] for number in range(len(batches))], farewells


@contextmanager
def _opencv_in_one_thread() -> Iterator[None]:
    """OpenCV's own threads would only take the cores from other workers."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
