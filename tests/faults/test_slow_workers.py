"""A worker whose machine hangs, though its heart beats: the others do not wait for it."""

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, between_pieces

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]

HANGING_WORKER = """
import os, time
from pathlib import Path
import django
django.setup()
from celery.__main__ import main
from portal.runs import execution
from portal.core import machine
extract, folder = execution.extract_shard, Path(os.environ["ASSAY_DATA"])
together = machine.together
def say_and_wait():
    (folder / "waits").touch()
    return together()
machine.together = say_and_wait
def hang_and_extract(**given):
    (folder / "hangs").touch()
    while not (folder / "go-on").exists():
        time.sleep(0.02)
    return extract(**given)
execution.extract_shard = hang_and_extract
main()
"""
CANARY_IS_DONE = "SELECT id FROM runs_shard WHERE state = 'done'"
DONE_AGAIN = "SELECT id FROM runs_shard WHERE state = 'done' AND attempt = 2"


def test_a_worker_that_hangs_with_a_piece_does_not_hold_up_the_run(portal, undisturbed):
    quick = portal.start_worker("quick", concurrency=1)
    portal.wait_for(CANARY_IS_DONE, "the first piece")
    with between_pieces(portal):
        slow = portal.start_worker("slow", program=("-c", HANGING_WORKER), concurrency=1)
        portal.wait_until((portal.folder / "waits").exists, "a piece for the slow one")
    portal.wait_until((portal.folder / "hangs").exists, "a piece that hangs")

    portal.wait_for(DONE_AGAIN, "the piece, done by the other")
    (portal.folder / "go-on").touch()  # what comes of it now is refused

    assert_scored_as_if_undisturbed(portal, undisturbed, workers=[quick, slow])
