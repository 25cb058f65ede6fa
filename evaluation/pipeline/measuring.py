"""The speed of one model of any task: what the speed step writes down."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from evaluation.card import Task
from evaluation.comparison.search import search_gallery
from evaluation.errors import StoppedError
from evaluation.pipeline.children import workers_of
from evaluation.pipeline.prepared import Prepared, launch_of, prepare
from evaluation.pipeline.provenance import batch_size_of, cpu_model
from evaluation.pipeline.speed import Speed
from evaluation.results import SpeedConditions
from evaluation.throughput import (
    GALLERY_SIZES,
    Measured,
    Plan,
    measure_search,
    measure_throughput,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.card import ModelCard
    from evaluation.pipeline.children import OnStart
    from evaluation.pipeline.settings import RunSettings
    from evaluation.results import SearchSpeed
    from evaluation.testsets.types import TestSet

REFERENCES_PER_SECOND = 50_000
"""Galleries are no larger than this times a scenario's duration: short runs stay short."""
_BYTES_PER_NUMBER = 4


def speed_of(
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    settings: RunSettings,
    *,
    should_stop: Callable[[], bool] | None = None,
    on_start: OnStart | None = None,
) -> Speed | None:
    """Measure a model on the first samples that show a face; None where none does.

    Raises
    ------
    ModelFailureError
        The model's fault.
    StoppedError
        ``should_stop`` said so.
    EvaluationError
        Another fault, of the test set, the detector or this system.
    """
    prepared = prepare(test_set, card, settings, on_start)
    if prepared is None:
        return None
    plan = Plan(
        seconds=settings.throughput_seconds,
        workers=workers_of(test_set, model, card, settings),
        threads=settings.threads,
        batch_size=batch_size_of(card, settings),
        most_at_once=prepared.batches_at_once(batch_size_of(card, settings)),
        bound_ms=settings.latency_bound_ms,
        seed=settings.seed,
    )
    measured = measure_throughput(
        launch_of(prepared, model, card, settings),
        plan,
        should_stop=should_stop,
        on_start=on_start,
    )
    search = None
    if card.task is Task.EMBEDDING:
        search = _search(card, settings, should_stop or (lambda: False))
    return Speed(
        results=measured.results,
        server=measured.server,
        search=search,
        conditions=_conditions(prepared, measured, plan, card),
        load_seconds=max(one.load_seconds for one in measured.facts),
        peak_memory_bytes=max(one.peak_memory_bytes for one in measured.facts),
    )


def _search(card: ModelCard, settings: RunSettings, should_stop: Callable[[], bool]) -> SearchSpeed:
    largest = REFERENCES_PER_SECOND * settings.throughput_seconds
    found = measure_search(
        search_gallery,
        dim=card.output.dim or 1,
        sizes=[size for size in GALLERY_SIZES if size <= largest] or GALLERY_SIZES[:1],
        seconds=settings.throughput_seconds,
        seed=settings.seed,
        clock=time.perf_counter,
        is_over=should_stop,
    )
    if should_stop():
        raise StoppedError("the measurement of speed was asked to stop")
    return found


def _conditions(
    prepared: Prepared, measured: Measured, plan: Plan, card: ModelCard
) -> SpeedConditions:
    stages = dict(prepared.stage_ms)
    if measured.infer_ms is not None:
        stages["infer"] = measured.infer_ms
    dim = card.output.dim if card.task is Task.EMBEDDING else None
    return SpeedConditions(
        onnxruntime_version=measured.facts[0].onnxruntime_version,
        execution_providers=measured.facts[0].execution_providers,
        cpu_model=cpu_model(),
        cpu_count=os.cpu_count() or 1,
        workers=plan.workers,
        template_bytes=None if dim is None else dim * _BYTES_PER_NUMBER,
        stage_ms=stages,
    )
