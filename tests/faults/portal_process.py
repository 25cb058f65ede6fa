"""A portal of its own below a temporary folder, with real worker processes to be mistreated."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

from evaluation.pipeline import comparable
from evaluation.results import load_result

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
QUEUES = ("intake", "extract", "compare", "score")
DEADLINE_SECONDS = 120.0
POLL_SECONDS = 0.05

ON_FILES = pytest.mark.parametrize("portal", ["files"], indirect=True)
"""Of a test that looks into the folder of the embedded broker."""
ON_SERVERS = pytest.mark.parametrize("portal", ["servers"], indirect=True)
"""Of a test that stops Redis or PostgreSQL."""

PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.portal.builders import make_product, make_supplier_user
from tests.portal.pipeline import CARD, model_file, registered_test_set
from portal.submissions.services import submit_model
registered_test_set(n=320)
person = make_supplier_user()
product = make_product(supplier=person.organisation.supplier)
submit_model(product=product, card=CARD, model_file=model_file(), by=person)
"""


class PortalProcess:
    """One portal: its folder, its database, and the workers started for it.

    Without addresses of servers its database and its broker lie in the folder.
    """

    def __init__(
        self, folder: Path, *, redis_url: str = "", database_url: str = "", **settings: str
    ) -> None:
        self.folder = folder
        self.database_url = database_url
        self.redis_url = redis_url
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = kept | {
            "ASSAY_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "ORT_DISABLE_TELEMETRY": "1",
            "ASSAY_THREADS": "1",
            "ASSAY_THROUGHPUT_SECONDS": "0.05",
            "ASSAY_HEARTBEAT_SECONDS": "0.3",
            "ASSAY_LEASE_SECONDS": "3",
            "ASSAY_SWEEP_SECONDS": "1",
            "ASSAY_NUDGE_SECONDS": "4",
            **settings,
        }
        if redis_url:
            self.environment["REDIS_URL"] = redis_url
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self.workers: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        """Make the database, register a test set and submit a model; nobody works yet."""
        self.python(PREPARE)

    def python(self, code: str) -> None:
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=ROOT,
            env=self.environment,
            check=True,
            timeout=DEADLINE_SECONDS,
        )

    def start_worker(
        self,
        name: str = "worker",
        *,
        program: tuple[str, str] = ("-m", "celery"),
        concurrency: int = 2,
    ) -> subprocess.Popen[bytes]:
        """Start a worker; ``program`` is Celery's, or code that changes something and runs it."""
        command = [
            *(sys.executable, *program, "-A", "portal", "worker", "--beat"),
            *("--concurrency", str(concurrency), "--queues", ",".join(QUEUES)),
            *("--hostname", f"{name}@%h", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
        with (self.folder / f"{name}.log").open("ab") as log:
            worker = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    # -- what the database says

    def rows(self, query: str) -> list[tuple[object, ...]]:
        if self.database_url:
            with closing(psycopg.connect(self.database_url)) as server:
                return server.execute(query).fetchall()
        with closing(sqlite3.connect(self.folder / "assay.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchall()

    def waiting_messages(self) -> int:
        """Count what lies with the broker and no worker has taken, sweeps too."""
        if not self.redis_url:
            return len(list((self.folder / "broker" / "messages").glob("*.msg")))
        with closing(redis.Redis.from_url(self.redis_url)) as broker:
            return sum(broker.llen(queue) for queue in QUEUES)

    def lose_messages(self) -> None:
        """Lose every message that lies with the broker."""
        for path in (self.folder / "broker" / "messages").glob("*.msg"):
            path.unlink(missing_ok=True)
        if self.redis_url:
            with closing(redis.Redis.from_url(self.redis_url)) as broker:
                broker.flushall()

    def wait_for(self, query: str, what: str) -> tuple[object, ...]:
        """Wait until the query finds a row, and return it."""
        found: list[tuple[object, ...]] = []

        def has_rows() -> bool:
            found[:] = self.rows(query)
            return bool(found)

        self.wait_until(has_rows, what)
        return found[0]

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                logs = "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))
                raise AssertionError(f"{what}: not in {DEADLINE_SECONDS:.0f} s\n{logs}")
            time.sleep(POLL_SECONDS)

    def wait_for_the_end(self) -> str:
        """Wait until the run has ended and return its state."""
        (state,) = self.wait_for(
            "SELECT state FROM runs_evaluationrun WHERE finished_at IS NOT NULL",
            "the end of the run",
        )
        return str(state)

    def result(self) -> str:
        """Return the result without times, as text that can be compared to the bit."""
        ((path,),) = self.rows("SELECT result_file FROM runs_evaluationrun")
        return json.dumps(comparable(load_result(self.folder / str(path))), sort_keys=True)


def copy_of(prepared: Path, folder: Path) -> Path:
    shutil.copytree(prepared, folder)
    return folder
