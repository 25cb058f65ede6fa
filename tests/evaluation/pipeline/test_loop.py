"""Oracles: two runs of different making compared bit by bit, and files' times of change."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from evaluation.errors import ModelFailureError, ResultError, StoppedError, TestSetError
from evaluation.extraction import load_templates
from evaluation.pipeline import RunProgress, RunSettings, comparable, run_evaluation
from evaluation.pipeline.records import only_run_in
from evaluation.ranking import load_evidence

pytestmark = pytest.mark.sandbox

QUICK = RunSettings(replicates=20, throughput_seconds=0, threads=1)


@pytest.fixture
def evaluate(make_test_set, tiny_model, tiny_card, tmp_path):
    test_set = make_test_set(100, broken=(3, 50))

    def run(workdir="work", **changes):
        arguments = {
            "test_set": test_set,
            "model": tiny_model,
            "card": tiny_card,
            "workdir": tmp_path / workdir,
            "settings": QUICK,
            **changes,
        }
        return run_evaluation(**arguments)

    run.test_set = test_set
    return run


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name != "lock"}


def test_the_result_is_the_same_to_the_bit_for_any_division_into_shards(evaluate, tmp_path):
    files = [tmp_path / "out" / name for name in ("whole.npz", "cut.npz")]
    whole = evaluate("a", samples_per_shard=1024, evidence=files[0])
    cut = evaluate("b", samples_per_shard=32, rows_per_shard=7, evidence=files[1])
    assert json.dumps(comparable(whole)) == json.dumps(comparable(cut))
    assert files[0].read_bytes() == files[1].read_bytes()
    evidence = load_evidence(files[0])
    assert evidence.identity.model_sha256 == whole.model.sha256
    assert evidence.identity.test_set_sha256 == evaluate.test_set.sha256
    assert [one.protocol for one in evidence.trials] == ["pairs", "all"]
    for one, result in zip(evidence.trials, whole.verification, strict=True):
        assert one.mated.trials.sum() == result.n_mated
        printed = [p.fnmr for p in result.operating_points if p.threshold is not None]
        assert [point.false_negative for point in reversed(one.points)] == printed
        assert one.mated.errors.sum(axis=0).tolist()[::-1] == [rate.errors for rate in printed]


def test_samples_that_failed_are_counted_by_reason(evaluate):
    failures = evaluate().failure_to_enrol
    assert failures.by_reason == {"decode": 2}
    assert (failures.rate.errors, failures.rate.trials) == (2, 100)


def test_a_run_that_was_stopped_goes_on_and_gives_the_same(evaluate, tmp_path):
    seen = []
    with pytest.raises(StoppedError):
        evaluate(
            samples_per_shard=32,
            progress=seen.append,
            should_stop=lambda: RunProgress("extract", 64, 100) in seen,
        )
    before = stamps(tmp_path / "work")
    resumed = evaluate(samples_per_shard=32)
    assert len(before) == 4, "two shards and their records"
    after = stamps(tmp_path / "work")
    assert {name: after[name] for name in before} == before, "finished shards are not done again"
    assert comparable(resumed) == comparable(evaluate("other"))


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "record"])
def test_a_damaged_step_is_done_again(evaluate, tmp_path, damage):
    first = evaluate()
    path = tmp_path / "work" / "templates-00000000-00000032.npz"
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "record":
        path.with_name(path.name + ".done.json").write_bytes(b"{")
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content[:50] if damage == "cut" else content)
    assert comparable(evaluate()) == comparable(first)
    assert len(load_templates(path)) == 32


@pytest.mark.parametrize("change", ["card", "settings", "test_set"])
def test_files_of_another_card_setting_or_test_set_are_not_used(
    evaluate, tiny_card, tmp_path, change
):
    evaluate()
    before = stamps(tmp_path / "work")
    evaluate(
        **{
            "card": {"card": tiny_card.model_copy(update={"mirror": True})},
            "settings": {"settings": replace(QUICK, batch_size=8)},
            "test_set": {"test_set": replace(evaluate.test_set, sha256="0" * 64)},
        }[change]
    )
    after = stamps(tmp_path / "work")
    assert after.keys() == before.keys()
    assert not {name for name in before if after[name] == before[name]}


def test_only_the_protocol_asked_for_is_measured(evaluate):
    result = evaluate(protocols=["all"])
    assert [item.protocol for item in result.verification] == ["all"]


def test_progress_goes_through_the_stages_in_order_and_never_back(evaluate):
    seen = []
    evaluate(progress=seen.append, settings=replace(QUICK, throughput_seconds=0.01))
    stages = list(dict.fromkeys(one.stage for one in seen))
    assert stages == ["extract", "compare", "speed", "score"]
    extracted = [one.done for one in seen if one.stage == "extract"]
    assert extracted == sorted(extracted)
    assert extracted[-1] == 100


def test_speed_is_measured_when_asked_for(evaluate):
    result = evaluate(settings=replace(QUICK, throughput_seconds=0.01))
    assert [one.scenario for one in result.throughput] == ["offline", "single_stream"]
    assert all(one.threads == 1 for one in result.throughput)


def test_times_of_beginning_and_end_come_from_the_clock(evaluate):
    ticks = iter([1_000_000_000.0, 1_000_000_060.0])
    origin = evaluate(clock=lambda: next(ticks)).provenance
    assert origin.started_at.isoformat() == "2001-09-09T01:46:40+00:00"
    assert (origin.finished_at - origin.started_at).total_seconds() == 60


def test_no_child_lives_after_the_run(evaluate):
    groups = []
    evaluate(on_start=groups.append)
    assert groups
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)


def test_a_second_run_in_the_same_folder_is_refused(evaluate, tmp_path):
    with only_run_in(tmp_path / "work"), pytest.raises(ResultError, match="another run is working"):
        evaluate()


def test_a_model_that_is_none_fails_as_the_suppliers_and_leaves_nothing(evaluate, tmp_path):
    with pytest.raises(ModelFailureError):
        evaluate(model=b"no model")
    assert stamps(tmp_path / "work") == {}


def test_photographs_without_landmarks_fail_before_a_child_is_started(make_test_set, png, evaluate):
    image = png(np.zeros((200, 200, 3), np.uint8))
    started = []
    with pytest.raises(TestSetError, match="have no landmarks"):
        evaluate(
            test_set=make_test_set(images=[image] * 4, kind="photograph"),
            on_start=started.append,
        )
    assert started == []
