"""A lease: renewed while it is held, and the work's processes ended at once when it is lost."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, InterfaceError

from portal.core import leases
from portal.core.leases import Lease

SOON = timedelta(milliseconds=5)
LONG = timedelta(minutes=5)
DEADLINE_SECONDS = 20


@pytest.fixture(autouse=True)
def no_database(monkeypatch):
    """The heartbeat's thread closes its own connection; here it has none."""
    monkeypatch.setattr(
        leases, "connection", type("None_", (), {"close": staticmethod(lambda: None)})
    )


@pytest.fixture
def sleeper():
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    process = subprocess.Popen(command, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_a_lease_is_renewed_again_and_again():
    renewed = threading.Semaphore(0)

    with Lease(lambda: renewed.release() or True, every=SOON, time_limit=LONG) as lease:
        for _ in range(3):
            assert renewed.acquire(timeout=DEADLINE_SECONDS)
        assert not lease.should_stop()


def test_starting_a_child_is_told_at_once_and_not_at_the_next_beat(sleeper):
    told = threading.Event()

    lease = Lease(lambda: told.set() or True if lease.has_child else True, every=LONG)
    with lease:
        assert not lease.has_child
        lease.on_start(sleeper.pid)

        assert told.wait(DEADLINE_SECONDS)


def test_a_broken_connection_is_let_go_so_that_the_next_beat_has_a_new_one(monkeypatch):
    closed = threading.Event()
    monkeypatch.setattr(leases.connection, "close", closed.set)
    healthy = threading.Event()

    def renew():
        if not closed.is_set():
            raise InterfaceError("the connection is closed")
        healthy.set()
        return True

    with Lease(renew, every=SOON, time_limit=LONG) as lease:
        assert healthy.wait(DEADLINE_SECONDS)
        assert not lease.should_stop()


def test_a_lost_lease_ends_the_process_group_at_once(sleeper):
    with Lease(lambda: False, every=SOON, time_limit=LONG) as lease:
        lease.on_start(sleeper.pid)
        assert sleeper.wait(DEADLINE_SECONDS) == -9

    assert (lease.lost, lease.timed_out) == (True, False)


def test_a_process_started_after_the_lease_was_lost_is_ended_too(sleeper):
    with Lease(lambda: False, every=SOON, time_limit=LONG) as lease:
        lease._thread.join(DEADLINE_SECONDS)
        lease.on_start(sleeper.pid)

        assert sleeper.wait(DEADLINE_SECONDS) == -9


def test_work_past_its_time_limit_is_ended(sleeper):
    with Lease(lambda: True, every=SOON, time_limit=timedelta(0)) as lease:
        lease.on_start(sleeper.pid)
        assert sleeper.wait(DEADLINE_SECONDS) == -9

    assert (lease.lost, lease.timed_out) == (False, True)


def test_a_database_that_is_away_for_a_moment_loses_no_lease():
    tried = threading.Semaphore(0)

    def away():
        tried.release()
        raise DatabaseError("server closed the connection")

    with Lease(away, every=SOON, time_limit=LONG) as lease:
        for _ in range(3):
            assert tried.acquire(timeout=DEADLINE_SECONDS)
        assert not lease.should_stop()


def test_a_reused_process_number_is_left_alone(sleeper):
    lease = Lease(lambda: True, every=LONG, time_limit=LONG)
    lease._children.append(leases._Child(sleeper.pid, "another start time"))

    lease._end_children()

    assert sleeper.poll() is None
