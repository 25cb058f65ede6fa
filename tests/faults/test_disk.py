"""A full disk: the runs lie on a file system with no room, which gets room again."""

import shutil
import subprocess

import pytest

from tests.faults.afterwards import assert_scored_as_if_undisturbed, between_pieces

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def mount(*arguments):
    if shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(portal):
    """The runs' folder as a file system of its own, of which a test says how large it is."""
    runs = portal.folder / "runs"
    runs.mkdir(exist_ok=True)
    if not mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(runs)):
        pytest.skip("This user cannot mount a file system here, so no disk can be filled.")
    yield runs
    portal.stop()
    subprocess.run(["umount", str(runs)], check=True)


def fill(disk):
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def empty(disk):
    (disk / "filling").unlink()


def test_a_full_disk_costs_an_attempt_and_no_result(portal, small_disk, undisturbed):
    portal.start_worker()
    portal.wait_for("SELECT id FROM runs_shard WHERE state = 'done'", "the first piece")
    with between_pieces(portal):
        fill(small_disk)
    portal.wait_for(
        "SELECT id FROM runs_evaluationrun WHERE staff_note LIKE '%No space left%'", "a full disk"
    )

    empty(small_disk)

    assert_scored_as_if_undisturbed(portal, undisturbed)


def test_the_last_write_fails_and_is_done_again(portal, small_disk, undisturbed):
    portal.start_worker()
    portal.wait_for("SELECT id FROM runs_evaluationrun WHERE state = 'scoring'", "scoring")
    fill(small_disk)
    portal.wait_for(
        "SELECT id FROM runs_evaluationrun WHERE state = 'queued'"
        " AND staff_note LIKE '%No space left%'",
        "the result that could not be written",
    )

    empty(small_disk)

    assert_scored_as_if_undisturbed(portal, undisturbed)
