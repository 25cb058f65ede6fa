"""Redis and PostgreSQL stopped hard in the middle of a run, and started again."""

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, between_pieces
from tests.faults.portal_process import ON_SERVERS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults"), ON_SERVERS]

ONE_IS_DONE = "SELECT id FROM runs_shard WHERE state = 'done'"
AT_WORK = "SELECT id FROM runs_shard WHERE state = 'running' AND model_at_work"


def test_a_broker_that_starts_again_without_its_messages_costs_nothing(
    portal, servers, undisturbed
):
    worker = portal.start_worker()
    portal.wait_for(ONE_IS_DONE, "the first piece")
    with between_pieces(portal):
        servers.redis.kill()
        servers.redis.start()

    assert_scored_as_if_undisturbed(portal, undisturbed, workers=[worker])


def test_a_broker_that_is_gone_while_a_model_is_at_work_is_waited_for(portal, servers, undisturbed):
    worker = portal.start_worker()
    portal.wait_for(AT_WORK, "a model at work")
    servers.redis.kill()
    portal.wait_until(lambda: portal.rows(AT_WORK) == [], "the end of the pieces in work")
    servers.redis.start()

    assert_scored_as_if_undisturbed(portal, undisturbed, workers=[worker])


def test_a_database_that_crashes_while_a_model_is_at_work_costs_at_most_attempts(
    portal, servers, undisturbed
):
    worker = portal.start_worker()
    portal.wait_for(AT_WORK, "a model at work")
    servers.postgres.kill()
    servers.postgres.start()

    assert_scored_as_if_undisturbed(portal, undisturbed, workers=[worker])


def test_a_database_that_crashes_while_the_result_is_recorded_loses_nothing(
    portal, servers, undisturbed
):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_evaluationrun WHERE state = 'scoring'", "scoring")
    servers.postgres.kill()
    servers.postgres.start()

    assert_scored_as_if_undisturbed(portal, undisturbed, workers=[worker])
