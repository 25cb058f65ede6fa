"""Pages that set models side by side, in a portal of 200 models on 20 test sets.

Requests go through the whole application as the web process runs it, without a socket. A
choice of models that nobody has looked at yet also has them told apart by their evidence.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import scratch
from benchmarks.many_results import add_results, make_reader, make_sets, write_evidence
from benchmarks.rounds import ROUNDS, Ratio, growth
from benchmarks.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from portal.runs.models import EvaluationRun

MODELS, SETS, FIGURES = (50, 100, 200), 20, 50
REQUESTS = 20
"""Of each page in each round."""
SHOWN = 6
"""Models side by side: the most that the page shows."""
LIST = "/models/?test_set=set-0"
AT_MOST_MS = 150


def run() -> Iterator[Ratio]:
    """Yield times and queries of the pages, and how they grow with the number of results."""
    scratch.make_tables()
    reader, sets = make_reader(), make_sets(SETS)
    site = Site(reader)
    results: list[EvaluationRun] = []
    databases = []
    for before, after in pairwise((0, *MODELS)):
        added = add_results(range(before, after), sets, n_figures=FIGURES, by=reader)
        results += added[: after - before]  # those on the first set
        write_evidence(results[before:])
        databases.append(scratch.copy_database(f"{after}-models"))
    gc.collect()
    yield from _at_full_size(site, results)
    yield from _by_size(
        site, databases, {"compare page": _compare(results[:SHOWN]), "models list": LIST}
    )


def _by_size(site: Site, databases: Sequence[Path], pages: dict[str, str]) -> Iterator[Ratio]:
    """Take turns between copies of the portal of growing size."""
    sizes = [models * SETS for models in MODELS]
    for name, path in pages.items():
        queries: list[float] = []
        milliseconds: list[list[float]] = [[] for _ in databases]
        for number in range(ROUNDS):
            for database, medians in zip(databases, milliseconds, strict=True):
                with scratch.using(database):
                    if not number:
                        queries.append(site.queries(path))
                    medians.append(_median(site, path))
        at = ", ".join(f"{size:,}" for size in sizes)
        yield Ratio(f"{name}, queries at {at} results", tuple(queries))
        yield growth(f"{name}, exponent of time by results", sizes, milliseconds)


def _at_full_size(site: Site, results: Sequence[EvaluationRun]) -> Iterator[Ratio]:
    """Take turns between pages; each round gives the 95th percentile of its requests."""
    choose = random.Random(1)
    pages: dict[str, Callable[[], str]] = {
        "compare page of six, never chosen before": lambda: _compare(choose.sample(results, SHOWN)),
        "compare page of six, seen before": lambda: _compare(results[:SHOWN]),
        "compare page of two": lambda: _compare(results[:2]),
        "models list": lambda: LIST,
    }
    late: dict[str, list[float]] = {name: [] for name in pages}
    busy: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(ROUNDS + 1):
        for name, path in pages.items():
            before = time.process_time()
            taken = [site.milliseconds(path()) for _ in range(REQUESTS)]
            if number:
                late[name].append(float(np.percentile(taken, 95)))
                busy[name].append(1_000 * (time.process_time() - before) / REQUESTS)
    for name, values in late.items():
        target = AT_MOST_MS if "six" in name else None
        yield Ratio(f"{name}, ms, 95th percentile", tuple(values), at_most=target)
        yield Ratio(f"{name}, ms of processor time, mean", tuple(busy[name]))
    six, two = late["compare page of six, seen before"], late["compare page of two"]
    times = tuple(one / other for one, other in zip(six, two, strict=True))
    yield Ratio("compare page of six against one of two, time", times)


def _compare(runs: Sequence[EvaluationRun]) -> str:
    chosen = "&".join(f"model={run.submission_id}" for run in runs)
    return f"/compare/?test_set=set-0&{chosen}"


def _median(site: Site, path: str) -> float:
    return statistics.median(site.milliseconds(path) for _ in range(REQUESTS))
