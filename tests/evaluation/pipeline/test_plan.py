"""Oracles: every sample and every trial counted, and boundaries worked by hand."""

import pytest

from evaluation.card import Task
from evaluation.errors import TestSetError
from evaluation.pipeline import CompareShard, ExtractShard, plan_run


def test_the_first_shard_is_a_small_canary_and_nothing_is_left_out(make_test_set):
    plan = plan_run(make_test_set(100), task=Task.EMBEDDING, samples_per_shard=32)
    rows = [range(32), range(32, 64), range(64, 96), range(96, 100)]
    assert plan.extract == tuple(ExtractShard(part) for part in rows)


def test_a_small_test_set_is_all_canary(make_test_set):
    assert plan_run(make_test_set(20), task=Task.EMBEDDING).extract == (ExtractShard(range(20)),)


@pytest.mark.parametrize("n", [31, 32, 33, 64, 97])
def test_every_sample_is_in_exactly_one_shard(make_test_set, n):
    plan = plan_run(make_test_set(n), task=Task.EMBEDDING, samples_per_shard=64)
    assert [i for shard in plan.extract for i in shard.rows] == list(range(n))
    assert all(len(shard.rows) > 0 for shard in plan.extract)


def test_shards_begin_where_any_batch_size_begins(make_test_set):
    plan = plan_run(make_test_set(100), task=Task.EMBEDDING, samples_per_shard=32)
    assert all(shard.rows.start % 32 == 0 for shard in plan.extract)


def test_trials_and_samples_are_cut_into_rows_without_gap(make_test_set):
    test_set = make_test_set(40)
    n_trials = test_set.protocol("pairs").mated.size
    plan = plan_run(test_set, task=Task.EMBEDDING, rows_per_shard=30)
    pairs = [shard for shard in plan.compare if shard.protocol == "pairs"]
    assert [i for shard in pairs for i in shard.rows] == list(range(n_trials))
    every = [shard for shard in plan.compare if shard.protocol == "all"]
    assert every == [CompareShard("all", range(30)), CompareShard("all", range(30, 40))]


def test_only_the_protocols_asked_for_are_planned(make_test_set):
    plan = plan_run(make_test_set(40), task=Task.EMBEDDING, protocols=["all"])
    assert {shard.protocol for shard in plan.compare} == {"all"}


def test_a_protocol_that_does_not_exist_is_named(make_test_set):
    with pytest.raises(TestSetError, match="there is no protocol 'odd'; there are pairs, all"):
        plan_run(make_test_set(8), task=Task.EMBEDDING, protocols=["odd"])


@pytest.mark.parametrize("samples", [0, -32, 100])
def test_shards_that_would_cut_a_batch_are_refused(make_test_set, samples):
    with pytest.raises(ValueError, match="multiple of 32"):
        plan_run(make_test_set(8), task=Task.EMBEDDING, samples_per_shard=samples)


def test_a_test_set_without_a_protocol_for_the_task_is_refused(make_test_set):
    with pytest.raises(TestSetError, match="no protocol for models whose task is pad"):
        plan_run(make_test_set(8), task=Task.PAD)
