"""Threads that each keep what they work with, and one that waits for them and tells others.

What a member works with, a model's child say, is started, used and ended in the member's
thread: the kernel ends a child with the thread that started it. Whom the caller wants to be
told is called in the caller's thread.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, cast

from evaluation.errors import StoppedError

M = TypeVar("M")
T = TypeVar("T")

Tell = Callable[[int], None]
"""Is told the process group of a child that was started."""
ASK_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Started:
    group: int


@dataclass(frozen=True, slots=True)
class _News:
    of: object


@dataclass(frozen=True, slots=True)
class _Done:
    member: int
    result: object


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class Crew(Generic[M]):
    """Members with a thread each; a context manager.

    Parameters
    ----------
    start : callable
        Makes what a member works with: a context manager that is entered and left in the
        member's thread. Is given whom to tell the process groups of its children.
    n : int
        Number of members.
    on_start : callable
        Called with each process group.
    should_stop : callable
        Asked while the crew works.
    """

    def __init__(
        self,
        start: Callable[[Tell], AbstractContextManager[M]],
        n: int,
        *,
        on_start: Tell,
        should_stop: Callable[[], bool],
    ) -> None:
        self._start = start
        self._on_start = on_start
        self._should_stop = should_stop
        self._is_over = threading.Event()
        self._reports: queue.SimpleQueue[_Started | _News | _Done | _Failed] = queue.SimpleQueue()
        self._inboxes: list[queue.SimpleQueue[Callable[[M], object] | None]] = [
            queue.SimpleQueue() for _ in range(n)
        ]
        self._threads = [
            threading.Thread(
                target=self._live, args=(member,), name=f"worker-{member}", daemon=True
            )
            for member in range(n)
        ]

    @property
    def is_over(self) -> bool:
        """Whether members should leave what they do: a member failed, or a stop was asked for."""
        return self._is_over.is_set()

    def tell(self, news: object) -> None:
        """Have the caller hear of something; for members, while they do a task."""
        self._reports.put(_News(news))

    def each(
        self,
        task: Callable[[M], T],
        *,
        n: int | None = None,
        hear: Callable[[Any], None] | None = None,
    ) -> list[T]:
        """Have members do a task at the same time, and wait for all of them.

        Parameters
        ----------
        task : callable
            Called in each member's thread with what the member works with.
        n : int, optional
            Only the first members.
        hear : callable, optional
            Called with what members tell, in the caller's thread.

        Returns
        -------
        list
            What the task returned, in the order of members.

        Raises
        ------
        StoppedError
            ``should_stop`` said so.
        Exception
            The first that a member, or what it works with, raised.
        """
        inboxes = self._inboxes[:n]
        for inbox in inboxes:
            inbox.put(task)
        results: dict[int, object] = {}
        while len(results) < len(inboxes):
            self._go_on()
            match self._next_report():
                case _Started(group):
                    self._on_start(group)
                case _News(of) if hear is not None:
                    hear(of)
                case _Done(member, result):
                    results[member] = result
                case _Failed(error):
                    raise error
        return [cast("T", results[member]) for member in range(len(inboxes))]

    def __enter__(self) -> Self:
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:  # an interruption: those that have started must not wait for ever
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self._is_over.set()
        for inbox in self._inboxes:
            inbox.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _go_on(self) -> None:
        if self._should_stop():
            raise StoppedError("the work was asked to stop")

    def _next_report(self) -> _Started | _News | _Done | _Failed | None:
        try:
            return self._reports.get(timeout=ASK_EVERY_SECONDS)
        except queue.Empty:
            return None

    def _live(self, member: int) -> None:
        try:
            with self._start(lambda group: self._reports.put(_Started(group))) as means:
                while (task := self._inboxes[member].get()) is not None:
                    self._reports.put(_Done(member, task(means)))
        except BaseException as error:  # it is raised in the caller's thread
            self._reports.put(_Failed(error))
