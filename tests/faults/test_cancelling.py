"""Cancelling at every stage: the machine is freed and the run says CANCELLED."""

import os
import signal
from contextlib import suppress

import pytest

from tests.faults.afterwards import assert_cancelled, between_pieces, models_at_work

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

CANCEL = """
import django
django.setup()
from portal.runs.models import EvaluationRun
from portal.runs.services import cancel_run
from tests.portal.builders import make_user
cancel_run(run=EvaluationRun.objects.get(), by=make_user())
"""
CHECK = """
import django
django.setup()
from portal.submissions.execution import check_submission
from portal.submissions.models import Submission
check_submission(submission_id=Submission.objects.get().pk)
"""
WORKER_THAT_WAITS = """
import os, time
from pathlib import Path
import django
django.setup()
from celery.__main__ import main
from portal.runs import execution
compare, go_on = execution.compare_shard, Path(os.environ["ASSAY_DATA"]) / "go-on"
def wait_and_compare(**given):
    while not go_on.exists():
        time.sleep(0.02)
    return compare(**given)
execution.compare_shard = wait_and_compare
main()
"""


def shards(portal, stage, state):
    return portal.rows(f"SELECT id FROM runs_shard WHERE stage = '{stage}' AND state = '{state}'")


def cancel_while_the_model_stands_still(portal):
    """Cancel while the model's process is stopped: it would have ended before that."""
    portal.wait_until(lambda: models_at_work(portal), "the model's process")
    for pid in models_at_work(portal):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    portal.python(CANCEL)


def cancel_meanwhile(portal, worker):
    """Cancel while the worker stands still: it would have ended before the cancel is asked for."""
    os.killpg(worker.pid, signal.SIGSTOP)
    portal.python(CANCEL)
    os.killpg(worker.pid, signal.SIGCONT)


def test_cancelled_while_the_model_runs(portal):
    portal.start_worker()
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'extract' AND model_at_work", "a model at work"
    )
    cancel_while_the_model_stands_still(portal)

    assert_cancelled(portal)


def test_cancelled_before_anything_is_compared(portal):
    portal.start_worker()
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'extract' AND state = 'done'", "the first piece"
    )
    with between_pieces(portal):
        assert shards(portal, "compare", "waiting") != []
        portal.python(CANCEL)

    assert_cancelled(portal)
    assert models_at_work(portal) == set()


def test_cancelled_while_the_speed_is_measured(portal):
    portal.start_worker()
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'speed' AND model_at_work", "the model at work"
    )
    cancel_while_the_model_stands_still(portal)

    assert_cancelled(portal)
    assert models_at_work(portal) == set()


def test_cancelled_while_it_is_scored(portal):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_evaluationrun WHERE state = 'scoring'", "scoring")
    cancel_meanwhile(portal, worker)

    assert_cancelled(portal)


def test_cancelled_while_it_waits_for_a_worker(portal):
    portal.python(CHECK)
    assert portal.rows("SELECT state FROM runs_evaluationrun") == [("queued",)]

    portal.python(CANCEL)
    assert portal.rows("SELECT state FROM runs_evaluationrun") == [("cancelled",)]

    portal.start_worker()  # and the message that would start it is still there
    portal.wait_until(lambda: not portal.waiting_messages(), "the message taken")
    assert_cancelled(portal)
    assert portal.rows("SELECT COUNT(*) FROM runs_shard") == [(0,)]


def test_cancelled_in_the_middle_of_a_comparison(portal):
    portal.start_worker(program=("-c", WORKER_THAT_WAITS))
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'compare' AND state = 'running'", "a comparison"
    )

    portal.python(CANCEL)
    assert shards(portal, "compare", "done") == []
    (portal.folder / "go-on").touch()

    assert_cancelled(portal)
    assert shards(portal, "compare", "done") == []
