"""A model that ends its worker each time: the pieces are not begun again for ever."""

import os
import signal

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

AT_WORK = "SELECT attempt FROM runs_shard WHERE state = 'running' AND model_at_work AND attempt = "


def test_a_model_that_kills_its_worker_three_times_ends_the_run_with_its_code(portal):
    for attempt in (1, 2, 3):
        worker = portal.start_worker(f"worker-{attempt}")
        portal.wait_for(f"{AT_WORK}{attempt}", f"the model at work in attempt {attempt}")
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    portal.start_worker("last")

    assert portal.wait_for_the_end() == "failed_supplier"
    assert portal.rows("SELECT failure_code FROM runs_evaluationrun") == [("MODEL-ENDS-WORKER",)]
    assert portal.rows("SELECT id FROM runs_shard WHERE state = 'running'") == []
