"""What must be true after every fault: the right end, the same result, and nothing left over."""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from portal.runs.files import evidence_beside

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from tests.faults.portal_process import PortalProcess

HELD = (
    "SELECT id FROM runs_shard WHERE state = 'running' OR lease_expires_at IS NOT NULL",
    "SELECT id FROM runs_evaluationrun WHERE finished_at IS NULL OR lease_expires_at IS NOT NULL",
    "SELECT id FROM submissions_submission WHERE state != 'ready' OR lease_expires_at IS NOT NULL",
)
UNDONE = "SELECT id FROM runs_shard WHERE state != 'done'"


def assert_scored_as_if_undisturbed(
    portal: PortalProcess, undisturbed: str, *, workers: Sequence[subprocess.Popen[bytes]] = ()
) -> None:
    """Wait for the end and hold that the fault cannot be told from what is left.

    The workers named must have lived through it.
    """
    assert portal.wait_for_the_end() == "scored"
    assert [worker.poll() for worker in workers] == [None] * len(workers)
    assert portal.result() == undisturbed
    assert portal.rows(UNDONE) == []
    assert_nothing_is_left(portal)


def assert_cancelled(portal: PortalProcess) -> None:
    """Wait for the end and hold that the machine is free again."""
    assert portal.wait_for_the_end() == "cancelled"
    assert_nothing_is_left(portal)


def assert_nothing_is_left(portal: PortalProcess) -> None:
    """Hold that no row is stuck, no file is orphaned and no model has a process."""
    # A worker that stood still longer than its lease lets go a moment after the sweep took over.
    portal.wait_until(lambda: not any(portal.rows(query) for query in HELD), "no row held")
    portal.wait_until(lambda: not models_at_work(portal), "the end of the models' processes")
    portal.wait_until(lambda: not list(orphans(portal)), "no file that no row needs")
    portal.stop()
    portal.wait_until(lambda: not processes_of(portal), "the end of every process")


def orphans(portal: PortalProcess) -> Iterator[Path]:
    """Yield files that no row needs: uploads after their check, and what steps of runs wrote."""
    yield from (portal.folder / "quarantine").glob("*")
    yield from (portal.folder / "models").rglob(".*")
    kept = {
        portal.folder / str(path)
        for (path,) in portal.rows("SELECT result_file FROM runs_evaluationrun")
    }
    kept |= {evidence_beside(path) for path in kept}
    written = (portal.folder / "runs").rglob("*")
    yield from (path for path in written if path.is_file() and path not in kept)


def parents() -> dict[int, int]:
    """Process -> parent, of every process that is not a zombie."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(path.parent.name)] = int(parent)
    return found


def descendants_of(pid: int) -> set[int]:
    """Return every process below one, however deep."""
    found, family = {pid}, parents()
    while more := {child for child, parent in family.items() if parent in found} - found:
        found |= more
    return found - {pid}


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    return pid in parents()


def models_at_work(portal: PortalProcess) -> set[int]:
    """Return the processes below the workers' pools: the sandbox's children."""
    family = parents()
    roots = {worker.pid for worker in portal.workers}
    pool = {pid for pid, parent in family.items() if parent in roots}
    return {below for pid in pool for below in descendants_of(pid)}


def processes_of(portal: PortalProcess) -> set[int]:
    """Return every process that was started for this portal's folder."""
    wanted, found = str(portal.folder).encode(), set()
    for pid in parents():
        for name in ("environ", "cmdline"):
            try:
                if wanted in Path(f"/proc/{pid}/{name}").read_bytes():
                    found.add(pid)
            except OSError:
                continue
    return found


@contextmanager
def between_pieces(portal: PortalProcess) -> Iterator[None]:
    """Hold the machine as a measurement of speed does: no piece is in work, and none begins."""
    folder = portal.folder / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for name in ("gate", "machine"):
            file = held.enter_context((folder / name).open("a"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
