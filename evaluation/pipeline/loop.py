"""One evaluation from beginning to end in one process, resumable from its folder."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from evaluation.errors import StoppedError
from evaluation.pipeline.plan import CompareShard, ExtractShard, plan_run
from evaluation.pipeline.records import finish, only_run_in, run_key
from evaluation.pipeline.score import score_run
from evaluation.pipeline.settings import RunSettings
from evaluation.pipeline.steps import compare_shard, extract_shard, measure_speed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.pipeline.children import OnStart
    from evaluation.results import EvaluationResult
    from evaluation.testsets.types import TestSet

SAMPLES_PER_SHARD = 1024


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes
    ----------
    stage : str
        'extract', 'compare', 'speed' or 'score', in this order.
    done, total : int
        Samples while extracting, shards while comparing, else 0 or 1 of 1.
    """

    stage: str
    done: int
    total: int


def run_evaluation(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    workdir: Path,
    settings: RunSettings | None = None,
    protocols: Sequence[str] | None = None,
    samples_per_shard: int = SAMPLES_PER_SHARD,
    rows_per_shard: int | None = None,
    evidence: Path | None = None,
    progress: Callable[[RunProgress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_start: OnStart | None = None,
    clock: Callable[[], float] = time.time,
) -> EvaluationResult:
    """Evaluate a model on a test set.

    Steps whose files already lie whole in ``workdir``, made from the same model, card,
    test set and settings, are not done again.

    Parameters
    ----------
    test_set : TestSet
    model : bytes
        The ONNX file.
    card : ModelCard
    workdir : Path
        Holds one file and one record per step; made if it is missing.
    settings : RunSettings, optional
    protocols : sequence of str, optional
        Names of the protocols to run; all by default.
    samples_per_shard, rows_per_shard : int
        As for `plan_run`; no influence on the result.
    evidence : Path, optional
        As for `score_run`.
    progress : callable, optional
        Called with a `RunProgress`.
    should_stop : callable, optional
        Asked between batches and steps.
    on_start : callable, optional
        Called with the process group of each sandbox child.
    clock : callable
        Seconds since the epoch.

    Returns
    -------
    EvaluationResult

    Raises
    ------
    ModelFailureError
        The model's fault.
    StoppedError
        ``should_stop`` said so; call again to go on.
    EvaluationError
        Another fault, of the test set, the detector or this system.
    """
    settings = settings or RunSettings()
    run = _Run(
        test_set=test_set,
        model=model,
        card=card,
        workdir=workdir,
        settings=settings,
        key=run_key(test_set=test_set, model=model, card=card, settings=settings),
        progress=progress or (lambda _: None),
        should_stop=should_stop or (lambda: False),
        on_start=on_start,
    )
    started_at = datetime.fromtimestamp(clock(), tz=UTC)
    plan = plan_run(
        test_set,
        task=card.task,
        protocols=protocols,
        samples_per_shard=samples_per_shard,
        rows_per_shard=rows_per_shard,
    )
    with only_run_in(workdir):
        extracts = run.extract(plan.extract)
        comparisons = run.compare(plan.compare, extracts)
        speed = run.speed()
        run.progress(RunProgress("score", 0, 1))
        result = score_run(
            test_set=test_set,
            model=model,
            card=card,
            extracts=extracts,
            comparisons=comparisons,
            speed=speed,
            settings=settings,
            started_at=started_at,
            finished_at=datetime.fromtimestamp(clock(), tz=UTC),
            protocols=protocols,
            evidence=evidence,
        )
        run.progress(RunProgress("score", 1, 1))
    return result


@dataclass(frozen=True)
class _Run:
    """What all steps of a run share."""

    test_set: TestSet
    model: bytes
    card: ModelCard
    workdir: Path
    settings: RunSettings
    key: str
    progress: Callable[[RunProgress], None]
    should_stop: Callable[[], bool]
    on_start: OnStart | None

    def extract(self, shards: Sequence[ExtractShard]) -> list[tuple[ExtractShard, Path]]:
        total = sum(len(shard.rows) for shard in shards)
        before = 0
        made = []
        for shard in shards:
            self._go_on()
            name = f"-{shard.protocol}" if shard.protocol else ""
            path = self.workdir / f"templates{name}-{_span(shard.rows)}.npz"
            step = partial(
                extract_shard,
                test_set=self.test_set,
                model=self.model,
                card=self.card,
                shard=shard,
                destination=path,
                settings=self.settings,
                progress=partial(self._extracted, before, total),
                should_stop=self.should_stop,
                on_start=self.on_start,
            )
            made.append((shard, finish(path, self.key, step).path))
            before += len(shard.rows)
            self.progress(RunProgress("extract", before, total))
        return made

    def _extracted(self, before: int, total: int, done: int, _: int) -> None:
        self.progress(RunProgress("extract", before + done, total))

    def compare(
        self, shards: Sequence[CompareShard], extracts: Sequence[tuple[ExtractShard, Path]]
    ) -> list[tuple[CompareShard, Path]]:
        made = []
        for number, shard in enumerate(shards):
            self._go_on()
            self.progress(RunProgress("compare", number, len(shards)))
            path = self.workdir / f"comparisons-{shard.protocol}-{_span(shard.rows)}.npz"
            step = partial(
                compare_shard,
                test_set=self.test_set,
                card=self.card,
                extracts=extracts,
                shard=shard,
                destination=path,
                settings=self.settings,
            )
            made.append((shard, finish(path, self.key, step).path))
        self.progress(RunProgress("compare", len(shards), len(shards)))
        return made

    def speed(self) -> Path | None:
        if self.settings.throughput_seconds <= 0:
            return None
        self._go_on()
        self.progress(RunProgress("speed", 0, 1))
        path = self.workdir / "speed.json"
        step = partial(
            measure_speed,
            test_set=self.test_set,
            model=self.model,
            card=self.card,
            destination=path,
            settings=self.settings,
            should_stop=self.should_stop,
            on_start=self.on_start,
        )
        asked = f"{self.settings.threads} threads, {self.settings.latency_bound_ms} ms"
        made = finish(path, f"{self.key}, {asked}", step)
        self.progress(RunProgress("speed", 1, 1))
        return made.path

    def _go_on(self) -> None:
        if self.should_stop():
            raise StoppedError("the evaluation was asked to stop; run it again to go on")


def _span(rows: range) -> str:
    return f"{rows.start:08}-{rows.stop:08}"
