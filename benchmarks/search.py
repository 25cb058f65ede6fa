"""Exact search for the 50 best: against the bare matrix product, and faiss, which bench installs.

The bare product makes every score by the same tiles and threads and throws it away.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rounds import Ratio, faster, interleaved
from evaluation.comparison import normalise, search_gallery
from evaluation.comparison.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evaluation.arrays import Float32Array

TOP, DIM = 50, 512
SIZES = ((10_000, 4096), (100_000, 1024))
ROWS, COLUMNS = 512, 2048
THREADS = os.cpu_count() or 1


def run() -> Iterator[Ratio]:
    """Yield searches per second against each rival, and extra memory against the gallery's."""
    random = np.random.default_rng(1)
    for size, n_probes in SIZES:
        gallery = normalise(random.standard_normal((size, DIM), dtype=np.float32))
        probes = normalise(random.standard_normal((n_probes, DIM), dtype=np.float32))
        rivals = {
            "ours": lambda g=gallery, p=probes: search_gallery(g, p, TOP, threads=THREADS),
            "product": lambda g=gallery, p=probes: bare_product(g, p),
        }
        if importlib.util.find_spec("faiss") is not None:
            rivals["faiss"] = faiss_search(gallery, probes)
        seconds = interleaved(rivals)
        where = f"top {TOP} of {size:,}"
        yield faster(
            f"{where} against the bare product", seconds["ours"], seconds["product"], at_least=0.90
        )
        if "faiss" in seconds:
            yield faster(
                f"{where} against faiss IndexFlatIP",
                seconds["ours"],
                seconds["faiss"],
                at_least=1.0,
            )
        yield Ratio(f"{where}, extra MiB", (extra_mib(gallery, probes),))


def bare_product(gallery: Float32Array, probes: Float32Array) -> None:
    """Make all scores and keep none."""

    def row(top: int) -> None:
        part = probes[top : top + ROWS]
        tile = np.empty(ROWS * COLUMNS, dtype=np.float32)
        for left in range(0, len(gallery), COLUMNS):
            columns = gallery[left : left + COLUMNS]
            shape = (len(part), len(columns))
            np.matmul(part, columns.T, out=tile[: shape[0] * shape[1]].reshape(shape))

    share_out(row, range(0, len(probes), ROWS), threads=THREADS)


def faiss_search(gallery: Float32Array, probes: Float32Array) -> Callable[[], object]:
    """Prepare faiss's exact index."""
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(THREADS)
    index = faiss.IndexFlatIP(DIM)
    index.add(gallery)
    return lambda: index.search(probes, TOP)


def extra_mib(gallery: Float32Array, probes: Float32Array) -> float:
    """Most memory that a search takes beyond gallery and probes."""
    tracemalloc.start()
    search_gallery(gallery, probes, TOP, threads=THREADS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20
