"""Share-nothing workers: each has a thread and children of its own, and takes whole batches.

On as many cores as there are workers nothing is waited for but the end: a worker reads
and prepares a batch, then sleeps while its child computes. What a batch gives must not
depend on the worker, so the results are the same for any number of them.

Whatever the caller passed in to be told of is called in the caller's thread. A worker's
children are started, used and ended in its thread: the kernel ends them with it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import cv2

from evaluation.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterator

R = TypeVar("R")
F = TypeVar("F")
R_co = TypeVar("R_co", covariant=True)
F_co = TypeVar("F_co", covariant=True)

Batch = Sequence[int]
ASK_EVERY_SECONDS = 0.2


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
        return _Crew(batches, start, told).work(workers)


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
            raise StoppedError("the extraction was asked to stop")

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


@dataclass(frozen=True, slots=True)
class _Started:
    group: int


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    number: int
    result: R


@dataclass(frozen=True, slots=True)
class _Left(Generic[F]):
    farewell: F


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _Crew(Generic[R, F]):
    """Several workers in threads that report to the thread that waits for them."""

    def __init__(self, batches: Sequence[Batch], start: Start[R, F], told: _Told) -> None:
        self._batches = batches
        self._start = start
        self._told = told
        self._next = iter(range(len(batches)))
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._reports: queue.SimpleQueue[_Started | _Done[R] | _Left[F] | _Failed] = (
            queue.SimpleQueue()
        )

    def work(self, workers: int) -> tuple[list[R], list[F]]:
        threads = [
            threading.Thread(target=self._run, name=f"worker-{number}") for number in range(workers)
        ]
        for thread in threads:
            thread.start()
        try:
            return self._attend(workers)
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    def _attend(self, workers: int) -> tuple[list[R], list[F]]:
        results: dict[int, R] = {}
        farewells: list[F] = []
        while len(farewells) < workers:
            self._told.go_on()
            match self._next_report():
                case _Started(group):
                    self._told.on_start(group)
                case _Done(number, result):
                    results[number] = result
                    self._told.finished(self._batches[number])
                case _Left(farewell):
                    farewells.append(farewell)
                case _Failed(error):
                    raise error
        return [results[number] for number in range(len(self._batches))], farewells

    def _next_report(self) -> _Started | _Done[R] | _Left[F] | _Failed | None:
        try:
            return self._reports.get(timeout=ASK_EVERY_SECONDS)
        except queue.Empty:
            return None

    def _run(self) -> None:
        try:
            with self._start(lambda group: self._reports.put(_Started(group))) as worker:
                while (number := self._take()) is not None:
                    self._reports.put(_Done(number, worker.work(self._batches[number])))
                farewell = worker.leave()
        except BaseException as error:  # it is raised in the caller's thread
            self._reports.put(_Failed(error))
        else:
            self._reports.put(_Left(farewell))

    def _take(self) -> int | None:
        with self._lock:
            return None if self._is_over.is_set() else next(self._next, None)


@contextmanager
def _opencv_in_one_thread() -> Iterator[None]:
    """OpenCV's own threads would only take the cores from other workers."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
