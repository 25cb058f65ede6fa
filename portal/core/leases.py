"""Holding a claim while work is done: a heartbeat renews it and says when the work must stop.

The work runs in another process (the sandbox child), so stopping it means killing its process
group. That is done from the heartbeat's thread, at once, whatever the worker is waiting for.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Child:
    pgid: int
    started: str
    """Start time of the group's leader, so that a reused number is never killed."""


class Lease:
    """A claim that is renewed until the block ends.

    ``renew`` writes a new expiry where the claim is still held and the work still wanted, and
    says whether it did. ``lost`` and ``timed_out`` tell why the work was stopped.
    """

    def __init__(
        self,
        renew: Callable[[], bool],
        *,
        every: timedelta | None = None,
        time_limit: timedelta | None = None,
    ) -> None:
        self.lost = False
        self.timed_out = False
        self._renew = renew
        every = settings.HEARTBEAT_EVERY if every is None else every
        time_limit = settings.SHARD_TIME_LIMIT if time_limit is None else time_limit
        self._every = every.total_seconds()
        self._deadline = time.monotonic() + time_limit.total_seconds()
        self._children: list[_Child] = []
        self._is_over = False
        self._hurry = threading.Event()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._hurry.set()
        self._thread.join()

    def should_stop(self) -> bool:
        return self.lost or self.timed_out

    @property
    def has_child(self) -> bool:
        """Whether a child for a model was started."""
        return bool(self._children)

    def on_start(self, pgid: int) -> None:
        """Remember the process group of a child, to end it when the work must stop.

        The claim is renewed at once, so that it says so before anything happens.
        """
        with self._guard:
            self._children.append(_Child(pgid, _start_time(pgid)))
        self._hurry.set()
        if self.should_stop():
            self._end_children()

    def _beat(self) -> None:
        try:
            while not self._is_over_after_waiting():
                self.timed_out = time.monotonic() > self._deadline
                self.lost = not self._is_renewed()
                if self.should_stop():
                    self._end_children()
                    return
        finally:
            connection.close()  # this thread's own

    def _is_over_after_waiting(self) -> bool:
        self._hurry.wait(self._every)
        self._hurry.clear()
        return self._is_over

    def _is_renewed(self) -> bool:
        try:
            return self._renew()
        except (DatabaseError, InterfaceError):
            logger.exception("the lease could not be renewed now; its expiry still counts")
            connection.close()  # the next beat begins with a new one, should this one be broken
            return True

    def _end_children(self) -> None:
        with self._guard:
            for child in self._children:
                if child.started and _start_time(child.pgid) == child.started:
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(child.pgid, signal.SIGKILL)


def _start_time(pid: int) -> str:
    """Kernel's start time of a process, empty where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
