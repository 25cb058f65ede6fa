"""Killing a worker between two pieces, and the model's process alone."""

import os
import signal
from contextlib import suppress

import pytest

from tests.faults.afterwards import (
    assert_scored_as_if_undisturbed,
    between_pieces,
    is_running,
    models_at_work,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

ONE_IS_DONE = "SELECT id FROM runs_shard WHERE state = 'done'"
AT_WORK = "SELECT id FROM runs_shard WHERE state = 'running' AND model_at_work"


def test_a_worker_killed_between_two_pieces_changes_nothing(portal, undisturbed):
    worker = portal.start_worker("first")
    portal.wait_for(ONE_IS_DONE, "the first piece")
    with between_pieces(portal):
        assert portal.rows("SELECT id FROM runs_shard WHERE state = 'running'") == []
        assert portal.rows("SELECT id FROM runs_shard WHERE state = 'waiting'") != []
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    portal.start_worker("second")

    assert_scored_as_if_undisturbed(portal, undisturbed)


def test_a_models_process_killed_from_outside_costs_at_most_an_attempt(portal, undisturbed):
    portal.start_worker()
    portal.wait_for(AT_WORK, "a model at work")
    portal.wait_until(lambda: bool(models_at_work(portal)), "the model's process")
    killed = models_at_work(portal)
    for pid in killed:
        with suppress(ProcessLookupError):  # its parent was killed first and took it along
            os.kill(pid, signal.SIGKILL)
    portal.wait_until(lambda: not any(map(is_running, killed)), "the end of the processes")

    assert_scored_as_if_undisturbed(portal, undisturbed)
