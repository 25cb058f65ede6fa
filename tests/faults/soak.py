"""Many submissions, a quarter of them hostile, while a worker is killed again and again.

One worker is left alone, so that its memory and file handles can be watched; the other is
killed every few seconds and another one started. All must end rightly: a good model scored,
with the same figures as every other good one, a hostile one refused with its code.

Run it with ``python -m tests.faults.soak --submissions 200 --kill-seconds 20``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from evaluation.pipeline import comparable
from evaluation.results import load_result
from tests.faults.afterwards import orphans
from tests.faults.portal_process import POLL_SECONDS, PortalProcess

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

HOSTILE_EVERY = 4
SUPPLIERS = 8
SAMPLE_SECONDS = 1.0
REFUSED = "refused at receipt"
MOST_GROWTH_KIB = 48 << 10
MOST_MORE_HANDLES = 16
FEWEST_SAMPLES = 240
"""In a shorter time a worker is still getting warm."""

PREPARE = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
import onnx
from evaluation.sandbox import Limits
from portal.core.errors import DomainError
from portal.submissions.services import submit_model
from tests.hostile.shelf import SHELF
from tests.portal.builders import make_product, make_supplier_user
from tests.portal.pipeline import CARD, model_file, registered_test_set, tiny_model

registered_test_set(n=48)
people = [make_supplier_user() for _ in range({suppliers})]
shelf = [item for item in SHELF if item.limits == Limits()]
expected, refused = {{}}, 0
for k in range({n}):
    person = people[k % len(people)]
    item = shelf[k // {every} % len(shelf)] if k % {every} == 0 else None
    if item is None:
        model = onnx.load_from_string(tiny_model())
        model.doc_string = f"model {{k}}"  # other bytes, the same figures
        content, card = model.SerializeToString(), CARD
    else:
        content, card = item.build(), item.card.model_dump(mode="json", exclude_none=True)
    try:
        made = submit_model(
            product=make_product(supplier=person.organisation.supplier),
            card=card, model_file=model_file(content), by=person,
        )
        expected[made.pk.hex] = item.code if item else "scored"
    except DomainError:  # such a file is not even received
        if item is None:
            raise
        refused += 1
document = {{"expected": expected, "refused": refused}}
(settings.ASSAY_DATA / "expected.json").write_text(json.dumps(document))
"""
ENDS = """
SELECT s.id, s.state, s.failure_code, r.state, r.failure_code, r.result_file
FROM submissions_submission s LEFT JOIN runs_evaluationrun r ON r.submission_id = s.id
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the worker that is left alone holds: KiB in memory, open files."""

    memory_kib: int
    handles: int


@dataclass(slots=True)
class Soak:
    """What was seen."""

    seconds: float = 0.0
    kills: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    repeated: int = 0
    samples: list[Sample] = field(default_factory=list)

    def growth(self) -> Sample | None:
        """From the second quarter of the time to the last; None where it was too short."""
        if len(self.samples) < FEWEST_SAMPLES:
            return None
        quarter = len(self.samples) // 4
        early, late = self.samples[quarter : 2 * quarter], self.samples[-quarter:]
        return Sample(
            int(median(s.memory_kib for s in late) - median(s.memory_kib for s in early)),
            int(median(s.handles for s in late) - median(s.handles for s in early)),
        )

    def report(self) -> str:
        """Say it in lines."""
        ends = ", ".join(f"{n} {end}" for end, n in sorted(self.ends.items()) if n)
        return "\n".join(
            [
                f"{self.ends.total()} submissions in {self.seconds:.0f} s: {ends}",
                f"workers killed: {self.kills}; pieces begun again: {self.repeated}",
                self._worker_left_alone(),
                *(f"WRONG: {sentence}" for sentence in self.wrong),
                f"{len(self.wrong)} things went wrong" if self.wrong else "all ended rightly",
            ]
        )

    def _worker_left_alone(self) -> str:
        last, grown = self.samples[-1], self.growth()
        text = f"worker left alone: {last.memory_kib >> 10} MiB, {last.handles} open files"
        if grown is None:
            return f"{text}; too short a time to tell whether they grow"
        more = f"{grown.memory_kib / 1024:+.1f} MiB and {grown.handles:+d}"
        return f"{text}; {more} since the second quarter of the time"


def portal_for_soaking(folder: Path, *, nudge_seconds: int = 60) -> PortalProcess:
    """Return a portal in which messages of much waiting work are not sent again all the time.

    Those that a killed worker had taken are, after ``nudge_seconds``.
    """
    return PortalProcess(
        folder,
        ASSAY_NUDGE_SECONDS=str(nudge_seconds),
        ASSAY_MAX_OPEN_SUBMISSIONS="1000",
        ASSAY_MAX_SUBMISSIONS_PER_DAY="1000",
    )


def soak(
    portal: PortalProcess, *, submissions: int, kill_seconds: float, deadline_seconds: float
) -> Soak:
    """Let everything end while a worker is killed every so often, and say what was seen."""
    portal.python(PREPARE.format(n=submissions, suppliers=SUPPLIERS, every=HOSTILE_EVERY))
    prepared = json.loads((portal.folder / "expected.json").read_text())
    found = Soak(ends=Counter({REFUSED: prepared["refused"]}))
    started = time.monotonic()
    steady, victim = portal.start_worker("steady"), portal.start_worker("victim-0")
    next_kill, next_sample = started + kill_seconds, started
    while not all_settled(portal) and time.monotonic() < started + deadline_seconds:
        now = time.monotonic()
        if now >= next_kill:
            _kill(victim)
            found.kills += 1
            victim = portal.start_worker(f"victim-{found.kills}")
            next_kill = now + kill_seconds
        if now >= next_sample:
            found.samples.append(sample_of(steady.pid))
            next_sample = now + SAMPLE_SECONDS
        time.sleep(POLL_SECONDS)
    found.seconds = time.monotonic() - started
    with suppress(AssertionError):  # what is left then is told below
        portal.wait_until(lambda: not any(orphans(portal)), "no file that no row needs")
    portal.stop()
    _judge(portal, prepared["expected"], found)
    return found


def all_settled(portal: PortalProcess) -> bool:
    """Whether every submission and every run has ended."""
    open_submissions = "SELECT 1 FROM submissions_submission WHERE state IN ('uploaded','checking')"
    open_runs = "SELECT 1 FROM runs_evaluationrun WHERE finished_at IS NULL"
    without_run = (
        "SELECT 1 FROM submissions_submission s WHERE state = 'ready' AND NOT EXISTS"
        " (SELECT 1 FROM runs_evaluationrun r WHERE r.submission_id = s.id)"
    )
    return not any(portal.rows(query) for query in (open_submissions, open_runs, without_run))


def _kill(worker: subprocess.Popen[bytes]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()


def sample_of(root: int) -> Sample:
    memory, handles = 0, 0
    for pid in pool_of(root):
        try:
            mapped = Path(f"/proc/{pid}/smaps_rollup").read_text()
            memory += int(mapped.partition("\nPss:")[2].split()[0])  # its share of what is shared
            handles += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        except (OSError, IndexError):  # it ended meanwhile
            continue
    return Sample(memory, handles)


def pool_of(root: int) -> Iterator[int]:
    """Yield the worker's own processes: not the models' children, which come and go."""
    yield root
    for child in Path(f"/proc/{root}/task/{root}/children").read_text().split():
        yield int(child)


def _judge(portal: PortalProcess, expected: dict[str, str], found: Soak) -> None:
    figures = set()
    for key, submission, refused, run, failed, result in portal.rows(ENDS):
        end = str(refused or failed or run or submission)
        found.ends[end] += 1
        wanted = expected.pop(str(key))
        if end != wanted:
            found.wrong.append(f"{key} ended {submission}, {run} as {end}, not {wanted}")
        elif end == "scored":
            figures.add(_figures(portal.folder / str(result)))
    found.wrong += [f"{key} is gone" for key in expected]
    if len(figures) > 1:
        found.wrong.append(f"{len(figures)} different results of models that are the same")
    found.wrong += [f"left behind: {path}" for path in orphans(portal)]
    ((found.repeated,),) = portal.rows("SELECT COUNT(*) FROM runs_shard WHERE attempt > 1")
    grown = found.growth() or Sample(0, 0)
    if grown.memory_kib > MOST_GROWTH_KIB or grown.handles > MOST_MORE_HANDLES:
        found.wrong.append("the worker that was left alone holds more and more")


def _figures(path: Path) -> str:
    """Return what the same model must measure however its file is called and hashed."""
    document = comparable(load_result(path))
    del document["model"], document["provenance"]
    return json.dumps(document, sort_keys=True)


def main() -> int:
    """Soak a portal of its own in a temporary folder and print the figures."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that its workers end with it
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--kill-seconds", type=float, default=20.0)
    parser.add_argument("--deadline-seconds", type=float, default=3600.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        portal = portal_for_soaking(Path(folder))
        try:
            found = soak(portal, **vars(asked))
        finally:
            portal.stop()
    sys.stdout.write(found.report() + "\n")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
