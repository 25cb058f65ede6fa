"""A Redis and a PostgreSQL of the tests' own, to be stopped hard and started again."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import boto3
import psycopg
import redis
from botocore.exceptions import BotoCoreError

from scripts.services import as_postgres, find, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

START_SECONDS = 30.0


class RedisServer:
    """Keeps nothing on disk: what waited in it is lost when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        command = [str(find("redis-server")), "--port", str(self._port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_for(self._answers)

    def _answers(self) -> bool:
        with closing(redis.Redis.from_url(self.url)) as client:
            return bool(client.ping())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class PostgresServer:
    """One server, and a database for each test as a copy of one that was prepared."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._port = free_port()
        self._address = f"postgres://assay@127.0.0.1:{self._port}"
        self._n_databases = 0

    def make(self) -> None:
        """Make the server's files; nothing runs yet."""
        for parent in [self._folder, *self._folder.parents[:3]]:
            parent.chmod(parent.stat().st_mode | 0o011)  # the server's user passes through
        self._data.mkdir()
        self._as_server("initdb", "-D", self._data, "-U", "assay", "-A", "trust", "-E", "UTF8")

    def start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={self._data}"
        log = self._data / "log"
        self._as_server("pg_ctl", "-D", self._data, "-o", options, "-l", log, "-w", "start")

    def kill(self) -> None:
        """Stop it as a power cut would: no connection is ended in order."""
        self._as_server("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def make_database(self, *, like: str = "template1") -> str:
        """Make a database, empty or with the content of another, and return its address."""
        self._n_databases += 1
        name = f"assay_{self._n_databases}"
        like = like.rpartition("/")[2]
        self._execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return f"{self._address}/{name}"

    def _execute(self, statement: str) -> None:
        with closing(psycopg.connect(f"{self._address}/postgres", autocommit=True)) as server:
            server.execute(statement)

    def _as_server(self, program: str, *arguments: object) -> None:
        command = [str(find(program)), *map(str, arguments)]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_postgres(self._data)
        )


class BucketServer:
    """An S3-compatible service in memory with one bucket."""

    settings: Mapping[str, str]

    def __init__(self) -> None:
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.settings = {
            "ASSAY_BUCKET": "assay",
            "ASSAY_BUCKET_ENDPOINT": f"http://127.0.0.1:{self._port}",
            "AWS_ACCESS_KEY_ID": "for-tests",
            "AWS_SECRET_ACCESS_KEY": "for-tests",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self._client = boto3.client(
            "s3",
            endpoint_url=self.settings["ASSAY_BUCKET_ENDPOINT"],
            aws_access_key_id="for-tests",
            aws_secret_access_key="for-tests",
            region_name="us-east-1",
        )

    def start(self) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1"]
        command += ["-p", str(self._port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _wait_for(self._takes_a_bucket)

    def _takes_a_bucket(self) -> bool:
        self._client.create_bucket(Bucket="assay")
        return True

    def names(self) -> list[str]:
        found = self._client.list_objects_v2(Bucket="assay").get("Contents", ())
        return [entry["Key"] for entry in found]

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def missing_programs() -> list[str]:
    return [name for name in ("redis-server", "postgres", "initdb", "pg_ctl") if not find(name)]


def _wait_for(answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if answers():
                return
        except (redis.RedisError, BotoCoreError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)
