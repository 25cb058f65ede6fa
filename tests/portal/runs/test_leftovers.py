"""Of a run that has ended, the result and its evidence stay; templates do not."""

import pytest

from portal.core import store
from portal.runs import reaper
from portal.runs.models import RunState
from portal.runs.services import cancel_run
from tests.portal.builders import make_user
from tests.portal.runs.steps import raising, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def files_of(run, data_folder):
    folder = data_folder / "runs" / str(run.pk)
    return sorted(path.name for path in folder.glob("*"))


def test_a_scored_run_keeps_its_result_and_its_evidence_alone(run, messages, data_folder, harness):
    messages.deliver_all()
    evidence = data_folder / "runs" / str(run.pk) / "evidence.a1.npz"
    evidence.write_bytes(b"counts")
    assert any(name.startswith("extract-") for name in files_of(run, data_folder))

    assert reaper.sweep() == 1

    assert files_of(run, data_folder) == ["evidence.a1.npz", "result.a1.json"]
    assert state_of(run) == RunState.SCORED
    assert reaper.sweep() == 0


def test_evidence_of_another_attempt_goes(run, messages, data_folder):
    messages.deliver_all()
    (data_folder / "runs" / str(run.pk) / "evidence.a0.npz").write_bytes(b"of a dead attempt")

    reaper.sweep()

    assert files_of(run, data_folder) == ["result.a1.json"]


def test_what_a_killed_worker_had_half_written_goes(run, messages, data_folder):
    messages.deliver_all()
    (data_folder / "runs" / str(run.pk) / ".writing-x").write_bytes(b"templates")

    reaper.sweep()

    assert files_of(run, data_folder) == ["result.a1.json"]


def test_of_a_run_that_failed_nothing_stays(run, messages, data_folder, harness, settings):
    harness("compare_shard", raising(RuntimeError("ours")))
    settings.NUDGE_AFTER *= 0
    for _ in range(settings.MAX_ATTEMPTS):
        messages.deliver_all()
        reaper.sweep()
    assert state_of(run) == RunState.FAILED_PLATFORM

    reaper.sweep()

    assert not (data_folder / "runs" / str(run.pk)).exists()


def test_a_run_in_work_keeps_its_files(run, messages, data_folder):
    for _ in range(3):
        messages.deliver()
    before = files_of(run, data_folder)

    reaper.sweep()

    assert before == files_of(run, data_folder) != []


def test_what_cannot_be_removed_now_is_removed_later(run, messages, data_folder, monkeypatch):
    messages.deliver()
    messages.deliver()
    cancel_run(run=run, by=make_user("jsarc"))
    assert files_of(run, data_folder)

    def refuse(path):
        raise OSError("The bucket refused: Busy.")

    with monkeypatch.context() as broken:
        broken.setattr(store, "remove", refuse)
        assert reaper.sweep() == 0
    assert reaper.sweep() == 1
    assert not (data_folder / "runs" / str(run.pk)).exists()
