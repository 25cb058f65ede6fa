"""Checks on what a loaded model does with pictures of nobody.

Differences are relative: the largest difference over the largest absolute value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.arrays import Array, Float32Array
from evaluation.card import ModelCard, Task
from evaluation.catalogue import CATALOGUE
from evaluation.imaging.decoders import Scene, decode_faces
from evaluation.intake.probes import draw_probes
from evaluation.intake.report import Finding
from evaluation.runtime.embedder import Embedder, Infer, choose_output, fixed_batch_of
from evaluation.runtime.scores import numbers_per_image
from evaluation.sandbox import ModelFacts

N_PROBES = 4
# Rounding differs a little between batch sizes: other kernels, another order of sums.
BATCH_TOLERANCE = 1e-3
REPEAT_TOLERANCE = 1e-6
_LEAST_VARIATION = 1e-5
_LEAST_SCORE = 0.02

_Run = Callable[[Float32Array], Float32Array]


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that can be run, with its card and what its file says."""

    infer: Infer
    facts: ModelFacts
    card: ModelCard
    max_input_bytes: int


def check_behaviour(model: LoadedModel) -> Iterator[Finding]:
    """Run the model on probes and yield one finding per check; stops at the first that fails.

    Raises
    ------
    ModelFailureError
        The model failed to run, or gave an output of the wrong shape or type.
    """
    probes = draw_probes(N_PROBES, model.card)
    run = _rows_of(model, probes)
    for finding in _questions(run, probes, model):
        yield finding
        if not finding.passed:
            return


def _rows_of(model: LoadedModel, probes: Float32Array) -> _Run:
    """Return a function that gives one row of numbers per probe, whatever the task."""
    if model.card.task is Task.DETECTION:
        return lambda tensors: np.stack(
            [_flat(model.infer(tensors[i : i + 1])) for i in range(len(tensors))]
        )
    if model.card.task is Task.EMBEDDING and model.card.output.dim is not None:
        embedder = Embedder(
            model.infer,
            output=choose_output(model.facts, model.card),
            dim=model.card.output.dim,
            fixed_batch=fixed_batch_of(model.facts),
            max_input_bytes=model.max_input_bytes,
        )
        return embedder.embed
    return numbers_per_image(
        model.infer, model.facts, model.card, max_input_bytes=model.max_input_bytes
    ).embed


def _flat(outputs: Mapping[str, Array]) -> Float32Array:
    return np.concatenate([np.ravel(output).astype(np.float32) for output in outputs.values()])


def _questions(run: _Run, probes: Float32Array, model: LoadedModel) -> Iterator[Finding]:
    alone = np.concatenate([run(probes[i : i + 1]) for i in range(len(probes))])
    size = f"{alone.shape[1]} numbers per image"
    yield Finding("Runs and gives an output of the right shape", passed=True, detail=size)
    yield _finite(alone)
    yield _varies(alone)
    again = np.concatenate([run(probes[i : i + 1]) for i in range(len(probes))])
    yield _within(
        "Gives the same output for the same image",
        _difference(again, alone),
        REPEAT_TOLERANCE,
        "OUTPUT-NOT-REPEATABLE",
    )
    if model.card.task is Task.EMBEDDING:
        yield _batch_independent(run, probes, alone)
    if model.card.task is Task.DETECTION:
        yield _decodes(model, probes)


def _decodes(model: LoadedModel, probes: Float32Array) -> Finding:
    """Read the outputs as faces, as the card's decoder does; raises what it raises."""
    across = slice(2, 4) if model.card.input.layout == "NCHW" else slice(1, 3)
    height, width = probes.shape[across]
    n_faces = 0
    for i in range(len(probes)):
        outputs = model.infer(probes[i : i + 1])
        n_faces += decode_faces(outputs, model.card, Scene(width, height, _LEAST_SCORE)).scores.size
    detail = f"{n_faces} candidates in pictures of nobody"
    return Finding(
        f"Outputs can be read by the decoder {model.card.decoder}", passed=True, detail=detail
    )


def _finite(rows: Float32Array) -> Finding:
    n_bad = int(np.count_nonzero(~np.isfinite(rows)))
    return _finding("Output is finite", n_bad == 0, f"{n_bad} numbers are not", "OUTPUT-NOT-FINITE")


def _varies(rows: Float32Array) -> Finding:
    largest = max(
        _difference(rows[i : i + 1], rows[j : j + 1])
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
    )
    detail = f"relative difference between two images up to {largest:.1e}"
    return _finding(
        "Output depends on the image", largest > _LEAST_VARIATION, detail, "OUTPUT-CONSTANT"
    )


def _batch_independent(run: _Run, probes: Float32Array, alone: Float32Array) -> Finding:
    together = _difference(run(probes), alone)
    reversed_order = _difference(run(probes[::-1])[::-1], alone)
    return _within(
        "Output does not depend on the other images of a batch",
        max(together, reversed_order),
        BATCH_TOLERANCE,
        "OUTPUT-DEPENDS-ON-BATCH",
    )


def _difference(first: Float32Array, second: Float32Array) -> float:
    """Largest difference over largest absolute value; infinite where a number is not finite."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    largest = float(np.max(np.abs([a, b])))
    return float(np.max(np.abs(a - b))) / largest if largest else 0.0


def _within(check: str, difference: float, tolerance: float, code: str) -> Finding:
    detail = f"relative difference {difference:.1e}, at most {tolerance:.0e} allowed"
    return _finding(check, difference <= tolerance, detail, code)


def _finding(check: str, passed: bool, detail: str, code: str) -> Finding:
    return Finding(check, passed, detail, None if passed else CATALOGUE[code])
