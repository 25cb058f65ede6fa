"""Sharing one machine: a speed is measured while nothing else of Assay computes on it.

Work takes ``together``; a measurement of speed takes ``alone``. Whoever waits to be alone closes
the gate first, so that new work cannot keep it waiting. The kernel opens the locks of a process
that dies. They lie below the data folder, which each host of a deployment has for itself.
"""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def together() -> Iterator[None]:
    """Compute beside others; waits while somebody is, or waits to be, alone."""
    with ExitStack() as machine:
        with _locked("gate", fcntl.LOCK_SH):
            machine.enter_context(_locked("machine", fcntl.LOCK_SH))
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Compute while nothing else does; waits until all that had begun has ended."""
    with _locked("gate", fcntl.LOCK_EX), _locked("machine", fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(name: str, kind: int) -> Iterator[None]:
    folder = settings.ASSAY_DATA / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as file:
        fcntl.flock(file, kind)
        yield
