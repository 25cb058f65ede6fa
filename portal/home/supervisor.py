"""Starting the portal's processes, keeping them alive, and ending every one of them.

Each process leads a session of its own, so that Ctrl-C in a terminal reaches the supervisor alone,
which then asks each leader to stop: a Celery pool that gets signals of its own may hang. If the
supervisor is killed outright, the kernel ends the leaders, and they their children.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Self

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)

STOP_SECONDS = 10.0
MAX_RESTARTS = 5
QUEUES = "intake,extract,compare,score"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ServiceDiedError(Exception):
    """A process ended by itself too often; the message names it and its log."""


@dataclass(slots=True)
class _Service:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0


class Supervisor:
    """A context manager: whatever ends the block ends the processes started in it."""

    def __init__(self) -> None:
        self._services: list[_Service] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], **environment: str) -> None:
        log = settings.ASSAY_DATA / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        service = _Service(name, command, {**os.environ, **environment}, log)
        self._services.append(service)
        _spawn(service)

    def check(self) -> None:
        """Start again what has ended by itself.

        Raises
        ------
        ServiceDiedError
            A process ended again and again.
        """
        for service in self._services:
            if service.process is None or service.process.poll() is None:
                continue
            if service.restarts >= MAX_RESTARTS:
                raise ServiceDiedError(
                    f"The {service.name} process keeps ending. Its log is {service.log}."
                )
            service.restarts += 1
            logger.warning("%s ended with %s", service.name, service.process.returncode)
            _end_group(service.process)
            _spawn(service)

    def stop(self) -> None:
        """Ask every process to stop, and end those that do not."""
        running = [service.process for service in self._services if service.process]
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _end_group(process)
        self._services.clear()


def _spawn(service: _Service) -> None:
    with service.log.open("ab") as log:
        service.process = subprocess.Popen(  # noqa: S603 - our own commands
            service.command,
            env=dict(service.environment),
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_the_parent,
        )


def _die_with_the_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# -- the portal's processes


def start_worker(supervisor: Supervisor, *, concurrency: int = 2, **environment: str) -> None:
    """Start a Celery worker for every queue, with the clock of the sweeps in it."""
    command = [
        *(sys.executable, "-m", "celery", "-A", "portal", "worker", "--beat"),
        *("--concurrency", str(concurrency), "--queues", QUEUES, "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    supervisor.start("worker", command, **environment)


def start_web(supervisor: Supervisor, *, port: int) -> None:
    command = [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"),
        *("--workers", "2", "--timeout", "120", "--preload"),
    ]
    supervisor.start("web", command)


def port_is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether the web process serves pages, not only holds its port."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
