"""Who is to blame where a worker is gone: its machine, or the model that was at work in it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from evaluation.catalogue import CATALOGUE
from portal.runs import claims, reaper
from portal.runs.models import RunState, Shard
from tests.portal.builders import make_run, make_shard

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(messages):
    return make_run(RunState.RUNNING)


def lose(shard, *, at_work, worker="host-a:1"):
    """Claim a shard, begin or do not begin to run the model, and never answer again."""
    held = claims.claim_shard(shard.pk)
    claims.renew_shard(held, at_work=at_work)
    expired = timezone.now() - timedelta(seconds=1)
    Shard.objects.filter(pk=shard.pk).update(lease_expires_at=expired, worker=worker)


def lose_and_sweep(shard, *, at_work):
    lose(shard, at_work=at_work)
    reaper.sweep()


def end_of(run):
    run.refresh_from_db()
    return run.state, run.failure_code


def test_a_model_at_work_in_three_workers_that_were_lost_is_to_blame(run):
    shard = make_shard(run, index=0)

    for _ in range(settings.MAX_ATTEMPTS):
        assert end_of(run)[0] == RunState.RUNNING
        lose_and_sweep(shard, at_work=True)

    assert end_of(run) == (RunState.FAILED_SUPPLIER, "MODEL-ENDS-WORKER")
    assert run.failure_sentence == CATALOGUE["MODEL-ENDS-WORKER"].sentence
    assert "host-a:1 stopped answering in attempt 3" in run.staff_note
    assert run.events.last().reason == "MODEL-ENDS-WORKER"


@pytest.mark.parametrize("idle", range(settings.MAX_ATTEMPTS))
def test_a_worker_lost_once_without_the_model_at_work_is_ours(run, idle):
    shard = make_shard(run, index=0)

    for attempt in range(settings.MAX_ATTEMPTS):
        lose_and_sweep(shard, at_work=attempt != idle)

    assert end_of(run)[0] == RunState.FAILED_PLATFORM


def test_a_machine_that_takes_other_work_with_it_is_ours(run):
    """All its workers were lost in the same moment: no model does that."""
    shard, elsewhere = make_shard(run, index=0), make_run(RunState.RUNNING)

    for attempt in range(settings.MAX_ATTEMPTS):
        lose(shard, at_work=True, worker="host-a:1")
        lose(make_shard(elsewhere, index=attempt), at_work=True, worker="host-a:2")
        reaper.sweep()

    assert end_of(run)[0] == RunState.FAILED_PLATFORM


def test_another_machine_lost_at_the_same_time_clears_no_model(run):
    shard, elsewhere = make_shard(run, index=0), make_run(RunState.RUNNING)

    for attempt in range(settings.MAX_ATTEMPTS):
        lose(shard, at_work=True, worker="host-a:1")
        lose(make_shard(elsewhere, index=attempt), at_work=False, worker="host-b:1")
        reaper.sweep()

    assert end_of(run) == (RunState.FAILED_SUPPLIER, "MODEL-ENDS-WORKER")


def test_each_attempt_says_anew_whether_the_model_is_at_work(run):
    shard = make_shard(run, index=0)
    lose_and_sweep(shard, at_work=True)

    claims.claim_shard(shard.pk)

    shard.refresh_from_db()
    assert (shard.model_at_work, shard.lost_at_work) == (False, 1)


def test_the_history_tells_of_every_lost_lease(run):
    shard = make_shard(run, index=0)

    for _ in range(2):
        lose_and_sweep(shard, at_work=False)

    told = [(e.from_state, e.to_state, e.attempt, e.by, e.reason) for e in run.events.all()]
    assert told == [
        ("running", "running", attempt, "reaper", "the lease expired") for attempt in (1, 2)
    ]
