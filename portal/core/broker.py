"""The embedded broker: Celery's messages as files in a folder, with no server to install.

kombu's own filesystem transport loses messages and can crash a worker with half a file
(celery/kombu#1551), because it writes a message under the name that consumers look for and takes
it away by copying. Here a message is written to a temporary name, synced and renamed, and taken
by one rename, so that each message has exactly one taker. The table of bound queues is replaced
as a whole under a lock for the same reason.

A message taken by a worker that is killed is lost: rows in the database are the truth and the
sweep sends such messages again. One host only; production uses Redis.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

logger = logging.getLogger(__name__)

SCHEME = "embedded"
TEMPORARY_PREFIX = ".writing-"
Bindings = list[list[str]]


def broker_options(folder: Path) -> dict[str, Any]:
    """Transport options that keep everything of the broker in one folder, on one file system."""
    messages = str(folder / "messages")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "bindings"),
        "store_processed": True,
        "polling_interval": 0.1,
    }


def sweep_folder(folder: Path, *, older_than: timedelta, now: float | None = None) -> int:
    """Remove messages that were taken, or that nobody took, longer ago than ``older_than``.

    A message nobody takes was meant for a worker that is gone, or its row is nudged again anyway.
    """
    cutoff = (time.time() if now is None else now) - older_than.total_seconds()
    removed = 0
    for name in ("messages", "processed"):
        for path in (folder / name).glob("*"):
            try:
                if path.stat().st_mtime < cutoff:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # taken in between
                continue
    return removed


def _write_whole(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class Channel(filesystem.Channel):
    """A channel whose every file is whole or absent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(  # type: ignore[override]  # the stubs contradict themselves
        self, queue: str, message: Any, **_: Any
    ) -> None:
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        try:
            _write_whole(Path(self.data_folder_out) / name, dumps(message).encode())
        except OSError as error:
            raise ChannelError(f"The message could not be written: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        ending = f"{queue}.msg"
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != ending:
                continue
            taken = Path(self.processed_folder) / path.name
            try:
                path.rename(taken)
            except FileNotFoundError:  # another consumer took it
                continue
            try:
                return loads(taken.read_text())
            except ValueError:
                logger.exception("dropped message %s, which is not readable", path.name)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        return [filesystem.exchange_queue_t(*row) for row in self._bindings(exchange)]

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        row = [routing_key or "", pattern or "", queue or ""]
        self._change_bindings(exchange, lambda rows: rows if row in rows else [row, *rows])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any
    ) -> None:
        virtual.Channel._delete(self, queue, exchange, routing_key, pattern, *args, **kwargs)
        row = [routing_key or "", pattern or "", queue or ""]
        self._change_bindings(exchange, lambda rows: [kept for kept in rows if kept != row])

    def _table(self, exchange: str) -> Path:
        path: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # not in the stubs
        return path

    def _bindings(self, exchange: str) -> Bindings:
        try:
            rows: Bindings = loads(self._table(exchange).read_text())
        except FileNotFoundError:
            return []
        return rows

    def _change_bindings(self, exchange: str, change: Callable[[Bindings], Bindings]) -> None:
        path = self._table(exchange)
        with _locked(path.with_suffix(".lock")):
            rows = self._bindings(exchange)
            changed = change(rows)
            if changed != rows:
                _write_whole(path, dumps(changed).encode())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Transport(filesystem.Transport):
    """``embedded://``: the file-system transport with whole files."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = "portal.core.broker:Transport"
