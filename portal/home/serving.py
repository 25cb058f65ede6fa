"""What ``demo`` and ``up`` share: looking before the long work, and serving until told to stop."""

from __future__ import annotations

import hashlib
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from portal.home.supervisor import ServiceDiedError, answers, port_is_free

if TYPE_CHECKING:
    from portal.home.supervisor import Supervisor

LEAST_FREE_BYTES = 1 << 30
START_SECONDS = 60.0
POLL_SECONDS = 0.2


def look_before(port: int) -> None:
    """Refuse in a sentence what would fail after minutes of work."""
    if not port_is_free(port):
        raise CommandError(
            f"Port {port} is in use by another program. Stop that program, or choose another "
            f"port: make demo PORT={port + 1}"
        )
    data = settings.ASSAY_DATA
    try:
        data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(data).free
    except OSError as error:
        raise CommandError(f"The folder {data} cannot be used: {error.strerror}.") from error
    if free < LEAST_FREE_BYTES:
        raise CommandError(
            f"The disk with {data} has {free >> 20:,} MiB free and 1,024 MiB are needed. "
            "Free some space, or name another folder in ASSAY_DATA."
        )


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn a full disk and a process that will not stay alive into a sentence."""
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise CommandError(f"{error.strerror or error}{place}.") from error
    except ServiceDiedError as error:
        raise CommandError(str(error)) from error


def prepare_database() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def collect_static_files() -> None:
    """Collect the static files if any of them changed since the last time."""
    marker: Path = settings.STATIC_ROOT / ".collected"
    found = _static_files()
    if marker.is_file() and marker.read_text() == found:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    marker.write_text(found)


def _static_files() -> str:
    """Fingerprint of the files that would be collected: their paths, sizes and times."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def end_on_sigterm() -> None:
    """Let SIGTERM and a closed terminal unwind the stack, as Ctrl-C does."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)


def wait_until_served(supervisor: Supervisor, *, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        supervisor.check()
        if time.monotonic() > deadline:
            raise CommandError(f"The web process does not answer on port {port}; see its log.")
        time.sleep(POLL_SECONDS)


def serve_for_ever(supervisor: Supervisor) -> None:
    while True:
        supervisor.check()
        time.sleep(1.0)
