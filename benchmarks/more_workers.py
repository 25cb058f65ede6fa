"""What more workers give: a run of many pieces played through with measured times.

Two things are measured: how long the pieces of a real run through the portal take, and how
long the database is busy with one piece, when it is claimed and when it is finished. That is
the coordinator's part: the row of the run is locked, so pieces of one run wait for each other
there and nowhere else. Then a large test set is played through with 1 to 512 workers, each
piece as long as one of those measured. Nothing but workers is added: the same database, and
storage as quick for many as for one, so this is the most that more machines can give.
"""

from __future__ import annotations

import heapq
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from benchmarks import scratch
from benchmarks.extraction import CARD_FIELDS, photographs
from benchmarks.networks import network
from benchmarks.rounds import Ratio
from benchmarks.whole_run import a_product, wait_for
from portal.home.supervisor import Supervisor, start_worker
from portal.runs.claims import claim_shard, finish_shard
from portal.runs.models import EvaluationRun, RunState, Shard, ShardState, Stage
from portal.submissions.services import submit_model
from portal.testsets.services import register_test_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IMAGES, SIDE_PX = 2_000, 250
PACKAGE = "more-workers"
PIECES = 4_000
"""Of the extraction that is played through: a million images."""
SAMPLED = 40
"""Pieces that are claimed and finished to see how long the database is busy."""
WORKERS = (1, 8, 64, 512)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: of each piece that was measured, and of the database for one piece."""

    pieces: tuple[float, ...]
    claim: float
    finish: float

    @property
    def database(self) -> float:
        return self.claim + self.finish


def run() -> Iterator[Ratio]:
    """Yield the measured times, the speed-up of more workers, and where the database ends it."""
    scratch.make_tables()
    pieces = _measured_pieces()
    yield Ratio("pieces of a real run, seconds", pieces)
    for count in (PIECES // 10, PIECES):
        claim, finish = _coordinator(count)
        times = Times(pieces, claim, finish)
        yield Ratio(f"{count:,} pieces, database busy with one, ms", (1e3 * times.database,))
        alone = played(times, count, 1)
        for workers in WORKERS[1:]:
            gain = alone / played(times, count, workers)
            yield Ratio(f"{count:,} pieces, {workers} workers against one", (gain,))
        average = sum(pieces) / len(pieces)
        yield Ratio(
            f"{count:,} pieces, workers that the database can keep busy",
            (average / times.database,),
        )


def played(times: Times, count: int, workers: int) -> float:
    """Seconds until the last of ``count`` pieces is recorded.

    The first piece goes alone. A worker waits for the database, claims a piece, works on it
    for as long as one of the measured pieces took, waits for the database again and records it.
    """
    lengths = random.Random(1)
    work = [lengths.choice(times.pieces) for _ in range(count)]
    free_at = times.claim + work[0] + times.finish
    waiting = [(free_at, worker, 0.0) for worker in range(workers)]
    heapq.heapify(waiting)  # when each comes to the database, and how long it needs it
    given, recorded = 1, 1
    while recorded < count:
        arrived, worker, needed = heapq.heappop(waiting)
        began = max(arrived, free_at)
        if needed:
            free_at = began + needed
            recorded += 1
            heapq.heappush(waiting, (free_at, worker, 0.0))
        elif given < count:
            free_at = began + times.claim
            heapq.heappush(waiting, (free_at + work[given], worker, times.finish))
            given += 1
    return free_at


def _measured_pieces() -> tuple[float, ...]:
    """Evaluate a model through the portal, and return how long the extraction's pieces took."""
    photographs(scratch.FOLDER / "testsets" / PACKAGE, SIDE_PX, IMAGES)
    register_test_set(package=PACKAGE, by=None)
    product, by = a_product("more-workers")
    file = scratch.FOLDER / "more-workers.onnx"
    file.write_bytes(network(64, convolutions=3, seed=1))
    submission = submit_model(product=product, card=CARD_FIELDS, model_file=file, by=by)
    with Supervisor() as supervisor:
        start_worker(supervisor)
        done = wait_for(submission)
    found = done.shards.filter(stage=Stage.EXTRACT, index__gt=0).values_list("seconds", flat=True)
    return tuple(sorted(found))


def _coordinator(count: int) -> tuple[float, float]:
    """Seconds in which the database is busy with claiming, and with finishing, one of many."""
    run = EvaluationRun.objects.get()
    run.shards.all().delete()
    EvaluationRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, finished_at=None)
    for waits, indices in ((True, range(1, SAMPLED + 1)), (False, (0, *range(SAMPLED + 1, count)))):
        state = ShardState.WAITING if waits else ShardState.DONE
        Shard.objects.bulk_create(
            (
                Shard(run=run, stage=Stage.EXTRACT, index=index, state=state, result_sha256="0")
                for index in indices
            ),
            batch_size=500,
        )
    keys = Shard.objects.filter(run=run, state=ShardState.WAITING).values_list("pk", flat=True)
    claims, finishes = [], []
    with patch("portal.core.queue.current_app.send_task"):  # the broker is not the database
        for key in list(keys):
            started = time.perf_counter()
            shard = claim_shard(key)
            claims.append(time.perf_counter() - started)
            started = time.perf_counter()
            if shard is None or not finish_shard(
                shard, result_file="x", sha256="0" * 64, seconds=1.0
            ):
                raise RuntimeError("a piece could not be claimed and finished")
            finishes.append(time.perf_counter() - started)
    return _median(claims), _median(finishes)


def _median(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]
