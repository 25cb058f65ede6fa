"""Cancelling at every stage: the machine is freed and the run says CANCELLED."""

import os
import signal

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


def shards(portal, stage, state):
    return portal.rows(f"SELECT id FROM runs_shard WHERE stage = '{stage}' AND state = '{state}'")


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

    portal.python(CANCEL)

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
    worker = portal.start_worker()
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'speed' AND model_at_work", "the model at work"
    )
    cancel_meanwhile(portal, worker)

    assert_cancelled(portal)
    assert models_at_work(portal) == set()


def test_cancelled_while_it_is_scored(portal):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_evaluationrun WHERE state = 'scoring'", "scoring")
    cancel_meanwhile(portal, worker)

    assert_cancelled(portal)
