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


def test_cancelled_while_the_model_runs(portal):
    portal.start_worker()
    portal.wait_for(
        "SELECT id FROM runs_shard WHERE stage = 'extract' AND model_at_work", "a model at work"
    )

    portal.python(CANCEL)

    assert_cancelled(portal)


@pytest.mark.parametrize("stage", ["compare", "speed"])
def test_cancelled_before_a_later_stage(portal, stage):
    portal.start_worker()
    earlier = {"compare": "extract", "speed": "compare"}[stage]
    portal.wait_for(
        f"SELECT id FROM runs_shard WHERE stage = '{earlier}' AND state = 'done'", earlier
    )
    with between_pieces(portal):
        assert shards(portal, stage, "waiting") != []
        portal.python(CANCEL)

    assert_cancelled(portal)
    assert models_at_work(portal) == set()


def test_cancelled_while_it_is_scored(portal):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_evaluationrun WHERE state = 'scoring'", "scoring")
    os.killpg(worker.pid, signal.SIGSTOP)  # it would have ended before the cancel is asked for
    portal.python(CANCEL)
    os.killpg(worker.pid, signal.SIGCONT)

    assert_cancelled(portal)
