"""Templates from photographs against the limit of the same cores, and against other ways.

The limit: a model that runs alone on all cores, and reading that runs alone on all cores,
would take turns at best: 1 / (1 / model rate + 1 / reading rate). Reading is decoding,
aligning and writing tensors. All four take turns, with children and workers started before
the clock.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.networks import SIDE_PX, network
from benchmarks.rounds import ROUNDS, Ratio, growth
from evaluation.card import parse_card
from evaluation.extraction import CropReader, batches_of, extract_templates, map_batches
from evaluation.imaging.align import ARCFACE_TEMPLATE
from evaluation.pipeline.children import running_models
from evaluation.pipeline.settings import RunSettings
from evaluation.sandbox.child import open_session
from evaluation.testsets import ImageKind, NewAllPairs, NewSample, write_test_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from evaluation.arrays import Float32Array
    from evaluation.testsets import TestSet

BATCH, AT_ONCE = 16, 4
WORKERS = os.cpu_count() or 1
MODELS = {"1 ms": (24, 2), "10 ms": (64, 3)}
IMAGES = {(250, "1 ms"): 2048, (250, "10 ms"): 384, (1000, "1 ms"): 512, (1000, "10 ms"): 256}
GROWING = (250, "1 ms")
CARD_FIELDS = {
    "name": "benchmark",
    "task": "embedding",
    "input": {"height": SIDE_PX, "width": SIDE_PX},
    "output": {"dim": 512},
}
CARD = parse_card(CARD_FIELDS)


def run() -> Iterator[Ratio]:
    """Yield rates against the limit, through the child against in-process, and two workers."""
    with tempfile.TemporaryDirectory() as folder:
        for (side, name), n in IMAGES.items():
            test_set = photographs(Path(folder) / f"{side}-{name[:2].strip()}", side, n)
            width, convolutions = MODELS[name]
            model = network(width, convolutions=convolutions)
            yield from _ratios(f"{side} px, {name}", test_set, model)
            if (side, name) == GROWING:
                yield _growth(f"{side} px, {name}", test_set, model)


def _ratios(what: str, test_set: TestSet, model: bytes) -> Iterator[Ratio]:
    n = len(test_set.samples)
    settings = RunSettings(threads=WORKERS, batch_size=BATCH)
    sandboxed = partial(running_models, test_set, model, CARD, settings)
    rates: dict[str, list[float]] = {
        name: [] for name in ("model", "reading", "local", "child", "one")
    }
    for number in range(ROUNDS + 1):
        found = {
            "model": _rate(n, partial(ModelAlone, model)),
            "reading": _rate(n, partial(ReadingAlone, test_set)),
            "local": _extraction(test_set, lambda _tell: nullcontext(InProcess(model)), WORKERS),
            "child": _extraction(test_set, sandboxed, WORKERS),
            "one": _extraction(test_set, sandboxed, 1),
        }
        for name, rate in found.items():
            if number:
                rates[name].append(rate)
    limits = [1 / (1 / m + 1 / r) for m, r in zip(rates["model"], rates["reading"], strict=True)]
    yield _over(f"{what}: templates against the limit", rates["child"], limits, 0.97)
    yield _over(f"{what}: child against in-process", rates["child"], rates["local"], 0.97)
    if WORKERS > 1:
        name = f"{what}: {WORKERS} workers against one"
        yield _over(name, rates["child"], rates["one"], 0.9 * WORKERS)


def _growth(what: str, test_set: TestSet, model: bytes) -> Ratio:
    """Time by the number of images: half of them and a quarter beside all."""
    settings = RunSettings(threads=WORKERS, batch_size=BATCH)
    sandboxed = partial(running_models, test_set, model, CARD, settings)
    sizes = [len(test_set.samples) // part for part in (4, 2, 1)]
    seconds: list[list[float]] = [[] for _ in sizes]
    for _ in range(ROUNDS):
        for n, of_size in zip(sizes, seconds, strict=True):
            of_size.append(n / _extraction(test_set, sandboxed, WORKERS, n=n))
    return growth(f"{what}: exponent of time by images", sizes, seconds)


def _over(name: str, ours: list[float], theirs: list[float], at_least: float) -> Ratio:
    pairs = zip(ours, theirs, strict=True)
    return Ratio(name, tuple(our / their for our, their in pairs), at_least)


def photographs(folder: Path, side: int, n: int) -> TestSet:
    """Write JPEG files of a size, smooth as photographs are, with landmarks."""
    random = np.random.default_rng(side)
    landmarks = ARCFACE_TEMPLATE * side / 160 + side * 0.15
    samples = []
    for number in range(n):
        coarse = random.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
        image = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        samples.append(NewSample(f"s{number}", jpeg, ".jpg", f"p{number // 2}", landmarks))
    return write_test_set(
        folder,
        name="benchmark",
        title="Benchmark",
        image_kind=ImageKind.PHOTOGRAPH,
        samples=samples,
        protocols=[NewAllPairs("all", "All pairs")],
        synthetic=True,
        personal_data=False,
    )


class InProcess:
    """The model without a sandbox: our own network, for comparison alone."""

    dim = 512
    detector = None

    def __init__(self, model: bytes) -> None:
        self._session = open_session(model, 1)

    @property
    def embedding(self) -> InProcess:
        return self

    def room(self, shape: tuple[int, ...]) -> Float32Array:
        return np.zeros(shape, dtype=np.float32)

    def embed_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]:
        return [self._session.run(None, {"image": batch})[0] for batch in batches]

    def facts(self) -> None:
        return None


class ModelAlone:
    """Runs the model on tensors that lie ready."""

    def __init__(self, model: bytes) -> None:
        self._model = InProcess(model)
        self._tensors = self._model.room((BATCH, 3, SIDE_PX, SIDE_PX))

    def work(self, batches: Sequence[Sequence[int]]) -> Sequence[object]:
        return self._model.embed_all([self._tensors[: len(batch)] for batch in batches])

    def leave(self) -> None:
        return None


class ReadingAlone:
    """Decodes, aligns and writes tensors, and forgets them."""

    def __init__(self, test_set: TestSet) -> None:
        self._reader = CropReader(test_set, CARD, None)
        self._tensors = np.zeros((1, BATCH * AT_ONCE, 3, SIDE_PX, SIDE_PX), dtype=np.float32)

    def work(self, batches: Sequence[Sequence[int]]) -> Sequence[object]:
        samples = [index for batch in batches for index in batch]
        for place, index in enumerate(samples):
            self._reader.read(index, self._tensors[:, place])
        return batches

    def leave(self) -> None:
        return None


class _Start:
    """Lets all workers begin together, when each has warmed up."""

    def __init__(self, workers: int) -> None:
        self.at = 0.0
        self._barrier = threading.Barrier(workers, action=self._note)

    def wait(self) -> None:
        self._barrier.wait()

    def _note(self) -> None:
        self.at = time.perf_counter()


def _rate(n: int, make: Callable[[], ModelAlone | ReadingAlone]) -> float:
    begin = _Start(WORKERS)

    @contextmanager
    def start(_tell: Callable[[int], None]) -> Iterator[ModelAlone | ReadingAlone]:
        worker = make()
        worker.work([range(BATCH)])
        begin.wait()
        yield worker

    map_batches(batches_of(range(n), BATCH), start, workers=WORKERS, most_at_once=AT_ONCE)
    return n / (time.perf_counter() - begin.at)


def _extraction(
    test_set: TestSet,
    launch: Callable[[Callable[[int], None]], AbstractContextManager[InProcess]],
    workers: int,
    *,
    n: int | None = None,
) -> float:
    """Images a second, of all images or of the first ``n``."""
    n = n or len(test_set.samples)
    begin = _Start(workers)
    ended = []

    @contextmanager
    def start(tell: Callable[[int], None]) -> Iterator[InProcess]:
        with launch(tell) as running:
            room = running.embedding.room((BATCH, 3, SIDE_PX, SIDE_PX))
            running.embedding.embed_all([room])
            begin.wait()
            yield running

    def progress(done: int, total: int) -> None:
        if done == total:
            ended.append(time.perf_counter())

    extract_templates(
        test_set, range(n), card=CARD, launch=start, workers=workers, batch_size=BATCH,
        progress=progress,
    )  # fmt: skip
    return n / (ended[0] - begin.at)
