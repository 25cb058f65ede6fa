"""Oracles: files made by hand, with a gap or from elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from evaluation.card import Task
from evaluation.errors import ResultError
from evaluation.extraction import ChildFacts, Templates
from evaluation.pipeline import (
    CompareShard,
    ExtractShard,
    RunSettings,
    compare_shard,
    plan_run,
    score_run,
)

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def made(make_test_set, tiny_card, tmp_path):
    """Templates of 40 samples in one file, and the comparisons of both protocols in shards."""
    test_set = make_test_set(40)
    embeddings = np.random.default_rng(3).standard_normal((40, 16)).astype(np.float32)
    embeddings += 3 * np.repeat(embeddings[::4], 4, axis=0)
    child = ChildFacts(0.1, 1000, ("seccomp",), ("landlock",))
    templates = tmp_path / "t.npz"
    Templates(embeddings, np.zeros(40, np.bool_), ("",) * 40, {"infer": 1.0}, child).save(templates)
    shards = plan_run(test_set, task=Task.EMBEDDING, rows_per_shard=100).compare
    comparisons = []
    for number, shard in enumerate(shards):
        path = tmp_path / f"c{number}.npz"
        compare_shard(
            test_set=test_set,
            card=tiny_card,
            extracts=[(ExtractShard(range(40)), templates)],
            settings=RunSettings(),
            shard=shard,
            destination=path,
        )
        comparisons.append((shard, path))
    return {
        "test_set": test_set,
        "model": b"the model",
        "card": tiny_card,
        "extracts": [(ExtractShard(range(40)), templates)],
        "comparisons": comparisons,
        "speed": None,
        "settings": RunSettings(replicates=20),
        "started_at": MOMENT,
        "finished_at": MOMENT,
    }


def test_compare_shards_may_be_handed_in_in_any_order(made):
    forwards = score_run(**made)
    backwards = score_run(**{**made, "comparisons": made["comparisons"][::-1]})
    assert forwards == backwards


def test_the_result_names_the_model_the_test_set_and_the_sandbox(made):
    result = score_run(**made)
    # printf 'the model' | sha256sum
    assert result.model.sha256.startswith("36cc7e3d")
    assert result.model.size_bytes == 9
    assert result.test_set.sha256 == made["test_set"].sha256
    assert result.provenance.sandbox_layers == ("seccomp",)
    assert result.provenance.sandbox_layers_missing == ("landlock",)
    assert result.provenance.stage_seconds == {"infer": 1.0}


def test_a_gap_in_a_protocol_is_an_error(made):
    assert len([s for s, _ in made["comparisons"] if s.protocol == "pairs"]) > 2
    del made["comparisons"][1]
    with pytest.raises(ResultError, match="protocol pairs leave a gap or overlap"):
        score_run(**made)


def test_a_shard_counted_twice_is_an_error(made):
    made["comparisons"].append(made["comparisons"][0])
    with pytest.raises(ResultError, match="leave a gap or overlap"):
        score_run(**made)


def test_templates_of_another_number_of_samples_are_an_error(made, make_test_set, tmp_path):
    with pytest.raises(ResultError, match="the shards hold 40 samples and the test set 44"):
        compare_shard(
            test_set=make_test_set(44),
            card=made["card"],
            extracts=[(ExtractShard(range(44)), made["extracts"][0][1])],
            settings=made["settings"],
            shard=CompareShard("all", range(44)),
            destination=tmp_path / "x.npz",
        )
    assert not (tmp_path / "x.npz").exists()


def test_a_detector_that_had_no_part_in_the_result_is_not_stated(made, tiny_card):
    settings = replace(made["settings"], detector=(b"a detector", tiny_card))
    origin = score_run(**{**made, "settings": settings}).provenance
    assert origin.detector_sha256 is None
    assert origin.crop_quality is None


def test_a_gap_in_the_extraction_is_an_error(made):
    made["extracts"] = [(ExtractShard(range(8, 40)), made["extracts"][0][1])]
    with pytest.raises(ResultError, match="the shards of the extraction leave a gap"):
        score_run(**made)
