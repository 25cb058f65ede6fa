"""Messages that come again after the end, and a broker's folder that is emptied."""

import os
import shutil
import signal

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, between_pieces

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

EVENTS = "SELECT COUNT(*) FROM runs_runevent"


def test_every_message_delivered_again_after_the_end_changes_nothing(portal, undisturbed):
    worker = portal.start_worker()
    assert portal.wait_for_the_end() == "scored"
    events, messages = portal.rows(EVENTS), portal.folder / "broker" / "messages"
    again = [
        shutil.copy(taken, messages / f"0{taken.name}")
        for taken in sorted((portal.folder / "broker" / "processed").glob("*.msg"))
        if not taken.name.endswith("pidbox.msg")
    ]
    assert len(again) > 5

    portal.wait_until(lambda: not any(map(os.path.exists, again)), "all messages taken again")
    worker.send_signal(signal.SIGTERM)  # it finishes what it has taken
    assert worker.wait(60) == 0

    assert portal.rows(EVENTS) == events
    assert_scored_as_if_undisturbed(portal, undisturbed)


def test_a_brokers_folder_removed_while_work_is_queued_is_made_again(portal, undisturbed):
    worker = portal.start_worker()
    portal.wait_for("SELECT id FROM runs_shard WHERE state = 'done'", "the first piece")
    with between_pieces(portal):
        for name in ("messages", "processed"):
            for path in (portal.folder / "broker" / name).iterdir():
                path.unlink(missing_ok=True)

    assert_scored_as_if_undisturbed(portal, undisturbed)
    assert worker.returncode == -signal.SIGKILL  # ended by the test alone
