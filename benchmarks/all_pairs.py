"""All pairs compared and counted, against the bare matrix product that makes their scores.

The bare product makes every score of the same tiles by as many threads, each with one
thread of linear algebra, and throws it away. Ours begins with templates as a model gives
them, and ends with everything that a run keeps: a histogram for each two groups, mated
scores, the highest non-mated ones. A busy machine may slow one rival down and not the
other, so processor time, all threads together, is compared beside the time on the clock.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from functools import partial
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rounds import Ratio, faster, forget_peak_memory, growth, memory_kb
from evaluation.card import Similarity
from evaluation.comparison import AllPairsPart, compare_all_pairs, normalise
from evaluation.comparison.threads import share_out
from evaluation.comparison.tiles import TILE_COLUMNS, TILE_ROWS, tile_grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evaluation.arrays import Float32Array

DIM, SAMPLES_EACH, N_GROUPS = 512, 5, 4
SIZES = ((10_000, 5), (20_000, 5), (50_000, 3))
"""Numbers of templates; rounds that are counted, fewer where each takes ten seconds."""
SMALLEST = 20_000
"""The target holds from here on."""
THREADS = os.cpu_count() or 1


def run() -> Iterator[Ratio]:
    """Yield speed against the bare product, extra memory, and how time grows with templates."""
    grown = []
    for n, rounds in SIZES:
        seconds, busy = _measured(n, rounds)
        where = f"{n:,} templates against the bare product"
        target = None if n < SMALLEST else 0.95
        yield faster(where, seconds["ours"], seconds["product"], at_least=target)
        yield faster(f"{where}, processor time", busy["ours"], busy["product"])
        made = sum(math.prod(tile.shape) for tile in tile_grid(n, rows=range(n)))
        yield Ratio(f"{n:,} templates, scores made for each that counts", (made / math.comb(n, 2),))
        yield from _memory(n)
        grown.append([median(busy["ours"])])
    yield growth(
        "processor time grows with the templates to the power", [n for n, _ in SIZES], grown
    )


def made_up(n: int) -> SimpleNamespace:
    """Templates at random, of subjects in groups, and nobody failed."""
    random = np.random.default_rng(1)
    subjects = np.arange(n, dtype=np.int32) // SAMPLES_EACH
    return SimpleNamespace(
        embeddings=random.standard_normal((n, DIM), dtype=np.float32),
        failed=np.zeros(n, dtype=np.bool_),
        subjects=subjects,
        groups=random.integers(0, N_GROUPS, n // SAMPLES_EACH + 1)[subjects],
    )


def ours(templates: SimpleNamespace) -> AllPairsPart:
    """Compare and count as a run does."""
    return compare_all_pairs(
        templates,
        templates.subjects,
        range(templates.failed.size),
        similarity=Similarity.COSINE,
        groups=templates.groups,
        n_groups=N_GROUPS,
        threads=THREADS,
    )


def bare_product(unit: Float32Array) -> None:
    """Make all scores and keep none."""
    queue = iter(tile_grid(len(unit), rows=range(len(unit))))

    def take(_: int) -> None:
        memory = np.empty(TILE_ROWS * TILE_COLUMNS, dtype=np.float32)
        for tile in queue:
            scores = memory[: math.prod(tile.shape)].reshape(tile.shape)
            np.matmul(unit[tile.top : tile.bottom], unit[tile.left : tile.right].T, out=scores)

    share_out(take, range(THREADS), threads=THREADS)


def _measured(n: int, rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds on the clock and of all processors; each rival's first round is not counted."""
    templates = made_up(n)
    unit = normalise(templates.embeddings)
    rivals: dict[str, Callable[[], object]] = {
        "ours": partial(ours, templates),
        "product": partial(bare_product, unit),
    }
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    busy: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds + 1):
        for name, work in rivals.items():
            started = time.perf_counter(), time.process_time()
            work()
            if number:
                seconds[name].append(time.perf_counter() - started[0])
                busy[name].append(time.process_time() - started[1])
    return seconds, busy


def _memory(n: int) -> Iterator[Ratio]:
    where = f"{n:,} templates, most MiB beyond them"
    code = f"from benchmarks import all_pairs; print(all_pairs.extra_mib({n}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    extra = float(done.stdout)
    yield Ratio(where, (extra,), at_most=1024)
    copy = n * DIM * 4 / 2**20
    yield Ratio(f"{where} and those of unit length", (extra - copy,), at_most=64)


def extra_mib(n: int) -> float:
    """Growth of this process's greatest memory by one comparison of all pairs."""
    templates = made_up(n)
    bare_product(templates.embeddings[: TILE_COLUMNS * THREADS])  # linear algebra has its memory
    before = forget_peak_memory()
    ours(templates)
    return (memory_kb("VmHWM") - before) / 1024
