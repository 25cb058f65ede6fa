"""A piece that its worker takes far too long for is given to another, and its model not blamed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.runs import claims, execution, reaper, slow
from portal.runs.models import RunState, Shard, ShardState, Stage
from portal.runs.services import cancel_run
from tests.portal.builders import make_user
from tests.portal.runs.steps import state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(run, messages, settings):
    """The last piece of the extraction, held by a worker; its two peers took 30 s at most."""
    settings.LEASE = timedelta(seconds=60)
    messages.deliver()
    messages.deliver()  # the canary
    last = run.shards.get(stage=Stage.EXTRACT, index=2)
    assert claims.claim_shard(last.pk) is not None
    messages.deliver_all()
    peers = run.shards.filter(stage=Stage.EXTRACT, state=ShardState.DONE)
    assert peers.update(seconds=30.0) == 2
    return last


def claimed(shard, *, seconds_ago):
    Shard.objects.filter(pk=shard.pk).update(
        claimed_at=timezone.now() - timedelta(seconds=seconds_ago)
    )


def test_it_is_waited_for_five_times_as_long_as_the_longest_of_its_peers(held, run, messages):
    claimed(held, seconds_ago=140)
    assert reaper.sweep() == 0

    claimed(held, seconds_ago=160)
    assert reaper.sweep() >= 1

    held.refresh_from_db()
    assert (held.state, held.lease_expires_at) == (ShardState.WAITING, None)
    assert run.events.filter(by=reaper.REAPER, reason=slow.SLOW_REASON).count() == 1
    messages.deliver_all()
    held.refresh_from_db()
    assert (state_of(run), held.attempt) == (RunState.SCORED, 2)


def test_the_slow_workers_report_is_refused(held, run, messages):
    slow_one = Shard.objects.select_related("run").get(pk=held.pk)
    claimed(held, seconds_ago=160)
    reaper.sweep()

    assert not claims.renew_shard(slow_one)
    assert not claims.finish_shard(slow_one, result_file="late", sha256="f" * 64, seconds=200.0)

    messages.deliver_all()
    held.refresh_from_db()
    assert held.result_file != "late"


def test_quick_pieces_are_waited_for_as_long_as_a_lease_holds(held, run):
    run.shards.filter(state=ShardState.DONE).update(seconds=0.01)

    claimed(held, seconds_ago=59)
    assert reaper.sweep() == 0
    claimed(held, seconds_ago=61)
    assert reaper.sweep() >= 1


def test_a_second_attempt_is_not_taken_over(held):
    Shard.objects.filter(pk=held.pk).update(attempt=2)
    claimed(held, seconds_ago=10_000)

    assert slow.take_over_slow_shards(by="test") == 0


def test_while_other_pieces_wait_nobody_is_hurried(held, run):
    run.shards.filter(stage=Stage.EXTRACT, index=1).update(state=ShardState.WAITING)
    claimed(held, seconds_ago=10_000)

    assert slow.take_over_slow_shards(by="test") == 0


def test_without_peers_nobody_knows_what_slow_is(held, run):
    run.shards.filter(state=ShardState.DONE).delete()
    claimed(held, seconds_ago=10_000)

    assert slow.take_over_slow_shards(by="test") == 0


def test_a_run_that_is_to_stop_is_left_to_the_cancel(held, run):
    claimed(held, seconds_ago=10_000)
    cancel_run(run=run, by=make_user("jsarc"))

    assert slow.take_over_slow_shards(by="test") == 0


def test_past_the_time_limit_the_model_is_blamed_only_if_its_peers_were_slow_too(
    held, run, settings
):
    settings.SHARD_TIME_LIMIT = timedelta(seconds=200)
    assert isinstance(execution._late(held), TimeoutError)

    run.shards.filter(state=ShardState.DONE).update(seconds=50.0)
    assert execution._late(held).code == "MODEL-TIMEOUT"
