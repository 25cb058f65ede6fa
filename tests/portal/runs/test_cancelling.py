"""A cancel ends a run once nobody works on it."""

import pytest

from portal.runs import claims, reaper
from portal.runs.models import RunState, Shard, ShardState, Stage
from portal.runs.services import cancel_run, retry_run
from tests.portal.builders import make_user
from tests.portal.runs.steps import expire, state_of, write_one_line

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_waiting_run_is_cancelled_at_once(run, messages):
    cancel_run(run=run, by=make_user("jsarc"))
    messages.deliver_all()

    assert state_of(run) == RunState.CANCELLED
    assert not run.shards.exists()


def test_a_run_whose_shard_is_held_is_cancelled_when_the_worker_lets_go(run, messages, harness):
    seen = []

    def cancel_meanwhile(**arguments):
        cancel_run(run=run, by=make_user("jsarc"))
        seen.append(state_of(run))
        return write_one_line(**arguments)

    harness("extract_shard", cancel_meanwhile)
    messages.deliver_all()

    assert seen == [RunState.RUNNING]
    assert state_of(run) == RunState.CANCELLED


def test_a_worker_that_ends_before_it_learns_of_a_cancel_records_nothing(run, messages):
    messages.deliver()
    shard = claims.claim_shard(run.shards.get(stage=Stage.EXTRACT, index=0).pk)
    cancel_run(run=run, by=make_user("jsarc"))

    assert not claims.finish_shard(shard, result_file="x", sha256="e" * 64, seconds=1.0)

    shard.refresh_from_db()
    assert (shard.state, shard.result_file) == (ShardState.WAITING, "")
    assert state_of(run) == RunState.CANCELLED


def test_a_heartbeat_learns_of_a_cancel(run, messages):
    messages.deliver()
    shard = claims.claim_shard(run.shards.get(stage=Stage.EXTRACT, index=0).pk)
    assert claims.renew_shard(shard)

    cancel_run(run=run, by=make_user("jsarc"))
    assert not claims.renew_shard(shard)

    claims.stop_shard(shard)
    assert state_of(run) == RunState.CANCELLED


def test_a_cancel_that_no_worker_answers_is_settled_by_the_sweep(run, messages):
    messages.deliver()
    shard = claims.claim_shard(run.shards.get(stage=Stage.EXTRACT, index=0).pk)
    cancel_run(run=run, by=make_user("jsarc"))
    reaper.sweep()
    assert state_of(run) == RunState.RUNNING

    expire(Shard.objects.filter(pk=shard.pk))
    reaper.sweep()

    assert state_of(run) == RunState.CANCELLED


def test_a_cancelled_run_can_be_run_again(run, messages):
    cancel_run(run=run, by=make_user("jsarc"))
    run.refresh_from_db()

    again = retry_run(run=run, by=make_user("jsarc"))
    messages.deliver_all()

    assert state_of(again) == RunState.SCORED
