"""Which pieces of a run are given out next, and at what cost to the database."""

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from portal.runs.models import RunState, Shard, ShardState, Stage
from portal.runs.schedule import advance, startable
from tests.portal.builders import make_run, make_shard

pytestmark = pytest.mark.django_db

WAITING, DONE = ShardState.WAITING, ShardState.DONE


@pytest.fixture
def run():
    return make_run(RunState.RUNNING)


def shards(run, stage, states):
    return [
        make_shard(run, stage=stage, index=index, state=state, result_sha256="0" * 64)
        for index, state in enumerate(states)
    ]


def test_the_first_piece_goes_alone(run):
    canary, *_ = shards(run, Stage.EXTRACT, [WAITING] * 3)
    shards(run, Stage.COMPARE, [WAITING])

    assert list(startable(run)) == [canary]


def test_while_the_first_piece_is_at_work_nothing_else_begins(run):
    shards(run, Stage.EXTRACT, [ShardState.RUNNING, WAITING])

    assert list(startable(run)) == []


def test_comparisons_wait_for_every_template(run):
    extract = shards(run, Stage.EXTRACT, [DONE, WAITING, ShardState.RUNNING])
    shards(run, Stage.COMPARE, [WAITING])

    assert list(startable(run)) == [extract[1]]


def test_comparisons_and_the_speed_follow_together(run):
    shards(run, Stage.EXTRACT, [DONE, DONE])
    rest = shards(run, Stage.COMPARE, [WAITING, DONE, WAITING])
    (speed,) = shards(run, Stage.SPEED, [WAITING])

    assert set(startable(run)) == {rest[0], rest[2], speed}


def test_what_was_sent_lately_is_not_sent_again(run):
    shards(run, Stage.EXTRACT, [DONE, WAITING, WAITING])

    assert advance(run.pk) == 2
    assert advance(run.pk) == 0


def cost_of_advancing(run):
    """Queries, and rows of shards that were read."""
    read = []

    def count(**_):
        read.append(1)

    post_init.connect(count, sender=Shard)
    try:
        with CaptureQueriesContext(connection) as queries:
            advance(run.pk)
    finally:
        post_init.disconnect(count, sender=Shard)
    return len(queries), len(read)


def test_a_finished_piece_costs_the_same_however_many_there_are():
    costs = []
    for count in (5, 60):
        run = make_run(RunState.RUNNING)
        shards(run, Stage.EXTRACT, [*[DONE] * count, WAITING, WAITING])
        advance(run.pk)
        costs.append(cost_of_advancing(run))

    assert costs[0] == costs[1]
