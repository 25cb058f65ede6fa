"""Everything is as it was; nothing is touched where that cannot be."""

import json
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts.models import User
from portal.core.models import AuditEvent
from portal.home.backup import BackupError, make_backup, restore_backup
from portal.runs import claims, lifecycle, reaper
from portal.runs.models import EvaluationRun, RunState, Shard, ShardState, Stage
from portal.submissions import execution
from portal.submissions.models import SubmissionState
from portal.submissions.services import submit_model
from tests.portal.builders import make_product, make_user
from tests.portal.pipeline import CARD, model_file
from tests.portal.runs.steps import state_of

pytestmark = pytest.mark.django_db(transaction=True)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in ("quarantine", "models", "runs", "testsets")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


@pytest.fixture
def half_way(run, messages, data_folder):
    """A run of which one piece is done and one is held, with its files."""
    messages.deliver()
    messages.deliver()
    held = run.shards.get(stage=Stage.EXTRACT, index=1)
    claims.claim_shard(held.pk)
    Shard.objects.filter(pk=held.pk).update(model_at_work=True)
    messages.clear()
    return run


@pytest.fixture
def submission(data_folder, messages, supplier_person):
    """A model in quarantine that waits for its check."""
    product = make_product(supplier=supplier_person.organisation.supplier)
    return submit_model(product=product, card=CARD, model_file=model_file(), by=supplier_person)


def change_a_file(folder):
    path = next(path for path in (folder / "files").rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def remove_a_file(folder):
    next(path for path in (folder / "files").rglob("*") if path.is_file()).unlink()


def change_the_database(folder):
    with (folder / "database").open("ab") as file:
        file.write(b"?")


def change_manifest(**changes):
    def change(folder):
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def lead_outside(folder):
    path = folder / "manifest.json"
    told = json.loads(path.read_text())
    told["files"]["../../escaped"] = next(iter(told["files"].values()))
    path.write_text(json.dumps(told))


def link_outside(folder):
    path = next(path for path in (folder / "files").rglob("*") if path.is_file())
    elsewhere = folder.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def test_rows_and_files_are_as_they_were(half_way, data_folder, folder):
    person = make_user()
    before = contents(data_folder)
    make_backup(folder)
    User.objects.filter(pk=person.pk).update(email="changed@example.org")
    (data_folder / "runs" / "later.json").write_text("not in the backup")
    next((data_folder / "runs").rglob("*.npz")).write_bytes(b"damaged since")

    restored = restore_backup(folder, replace=True)

    assert contents(data_folder) == before
    assert User.objects.get(pk=person.pk).email == person.email
    assert (restored.runs, restored.checks) == (1, 0)
    assert AuditEvent.objects.filter(verb="backup.restored").count() == 1


def test_an_unfinished_run_goes_on_and_nobody_is_blamed(half_way, messages, folder):
    kept = ("pk", "result_file", "attempt")
    (done,) = half_way.shards.filter(state=ShardState.DONE).values(*kept)
    make_backup(folder)

    restore_backup(folder, replace=True)

    held = half_way.shards.get(stage=Stage.EXTRACT, index=1)
    assert (held.state, held.attempt, held.lost_at_work) == (ShardState.WAITING, 0, 0)
    reaper.sweep()
    messages.deliver_all()
    assert state_of(half_way) == RunState.SCORED
    assert half_way.shards.filter(pk=done["pk"]).values(*kept).get() == done


def test_a_run_that_was_being_scored_is_scored_again(run, messages, folder):
    while messages[0][0] != "portal.runs.tasks.score_run":
        messages.deliver()
    messages.clear()
    assert lifecycle.claim_scoring(run.pk)
    make_backup(folder)

    restore_backup(folder, replace=True)

    assert state_of(run) == RunState.QUEUED
    reaper.sweep()
    messages.deliver_all()
    assert state_of(run) == RunState.SCORED


def test_a_done_piece_without_its_file_is_done_again(half_way, messages, folder, data_folder):
    shard = half_way.shards.get(state=ShardState.DONE)
    (data_folder / shard.result_file).unlink()
    make_backup(folder)

    restore_backup(folder, replace=True)

    shard.refresh_from_db()
    assert (shard.state, shard.result_sha256) == (ShardState.WAITING, "")
    reaper.sweep()
    messages.deliver_all()
    assert state_of(half_way) == RunState.SCORED


def test_a_check_that_was_going_on_begins_again(submission, folder):
    execution._claim(submission.pk)
    make_backup(folder)

    restore_backup(folder, replace=True)

    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == (SubmissionState.UPLOADED, 0)
    assert submission.staff_note == ""


def test_a_check_whose_file_is_not_there_waits_for_staff(submission, data_folder, folder):
    (data_folder / submission.model_file).unlink()
    make_backup(folder)

    restore_backup(folder, replace=True)

    submission.refresh_from_db()
    assert "was not in the backup" in submission.staff_note
    assert execution._claim(submission.pk) is None


def test_everybody_is_signed_out(data_folder, folder):
    client = Client()
    client.force_login(make_user())
    make_backup(folder)
    assert Session.objects.count() == 1

    restore_backup(folder, replace=True)

    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (change_a_file, "is not what was backed up"),
        (remove_a_file, "is missing"),
        (link_outside, "is missing"),
        (change_the_database, "database is not what was backed up"),
        (change_manifest(format=2), "has format 2; 1 is read"),
        (change_manifest(migrations=[["core", "9999_later"]]), "does not know core 9999_later"),
        (change_manifest(vendor="oracle"), "of the kind oracle"),
        (change_manifest(made_at="yesterday"), "cannot be read"),
        (change_manifest(files=[]), "cannot be read"),
        (lead_outside, "cannot be read"),
        (lambda folder: (folder / "manifest.json").unlink(), "is not a backup"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
    ],
)
def test_what_cannot_be_trusted_is_refused_before_anything_is_touched(
    half_way, data_folder, folder, damage, sentence
):
    make_backup(folder)
    damage(folder)
    before = contents(data_folder)
    EvaluationRun.objects.update(staff_note="written since")

    with pytest.raises(BackupError, match=sentence):
        restore_backup(folder, replace=True)

    assert contents(data_folder) == before
    assert EvaluationRun.objects.get().staff_note == "written since"


def test_what_is_here_is_not_lost_unless_that_is_asked_for(half_way, data_folder, folder):
    make_backup(folder)
    before = contents(data_folder)

    with pytest.raises(BackupError, match="--replace"):
        restore_backup(folder)
    assert contents(data_folder) == before


def test_one_that_was_cut_short_is_done_again(half_way, data_folder, folder, monkeypatch):
    before = contents(data_folder)
    make_backup(folder)

    with monkeypatch.context() as cut:
        cut.setattr("portal.home.backup.database.load", lambda path: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore_backup(folder, replace=True)
    with pytest.raises(BackupError, match="--replace"):
        restore_backup(folder)

    assert restore_backup(folder, replace=True).runs == 1
    assert contents(data_folder) == before


def test_the_commands_say_what_they_did(half_way, data_folder, folder):
    make_backup(folder)
    said = StringIO()

    call_command("restore", folder, "--check", stdout=said)
    call_command("restore", folder, "--replace", stdout=said)

    assert "is whole. Files: 1." in said.getvalue()
    assert "Everybody is signed out." in said.getvalue()
    assert "checks 0, evaluations 1." in said.getvalue()
    with pytest.raises(CommandError, match="is not a backup"):
        call_command("restore", folder.parent)
