"""Time of an exhaustive search against the size of the gallery."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from evaluation.comparison.threads import one_blas_thread
from evaluation.results import SearchSpeed, SearchTime
from evaluation.throughput.latency import percentile
from evaluation.throughput.pacing import Duration, back_to_back

if TYPE_CHECKING:
    from evaluation.arrays import Float32Array
    from evaluation.throughput.pacing import Clock

GALLERY_SIZES = (1_000, 10_000, 100_000)
TOP = 20
_PROBES = 64
_MS_PER_SECOND = 1000.0

Search = Callable[["Float32Array", "Float32Array", int], object]
"""Searches a gallery (n, dim) by probes (m, dim), all of unit length, for the best few."""


def measure_search(
    search: Search,
    *,
    dim: int,
    sizes: Sequence[int],
    seconds: float,
    seed: int,
    clock: Clock,
    is_over: Callable[[], bool],
) -> SearchSpeed:
    """Measure searches of galleries of made-up templates, one probe at a time, on one core.

    Parameters
    ----------
    search : callable
        The search.
    dim : int
        Length of a template.
    sizes : sequence of int
        Numbers of references.
    seconds : float
        For all sizes together, at least.
    seed : int
        Of the templates, which are uniform on the sphere.
    clock : callable
        Seconds, monotonic.
    is_over : callable
        Whether to leave off.
    """
    random = np.random.default_rng(seed)
    probes = _templates(random, _PROBES, dim)
    times = []
    with one_blas_thread():
        for size in sizes:
            gallery = _templates(random, size, dim)
            pace = back_to_back(
                partial(_one_search, search, gallery, probes),
                duration=Duration.of(seconds / len(sizes), least_queries=10),
                warm_up=2,
                clock=clock,
                is_over=is_over,
            )
            times.append(_time(size, pace.spans))
    exponent, scale_ms = fit_power_law(
        [time.gallery_size for time in times], [time.median_ms for time in times]
    )
    return SearchSpeed(
        dim=dim, top=TOP, seed=seed, times=tuple(times), exponent=exponent, scale_ms=scale_ms
    )


def fit_power_law(
    sizes: Sequence[float], times: Sequence[float]
) -> tuple[float | None, float | None]:
    """Fit ``time = scale * size ** exponent`` by least squares over the logarithms.

    Parameters
    ----------
    sizes, times : sequence of float
        Positive.

    Returns
    -------
    exponent, scale : float or None
        None where there are fewer than two different sizes.
    """
    if len(set(sizes)) < 2:
        return None, None
    x, y = np.log(np.asarray(sizes, dtype=np.float64)), np.log(np.asarray(times, dtype=np.float64))
    centred = x - x.mean()
    exponent = float(centred @ y / (centred @ centred))
    return exponent, math.exp(float(y.mean()) - exponent * float(x.mean()))


def _one_search(search: Search, gallery: Float32Array, probes: Float32Array, number: int) -> None:
    row = number % len(probes)
    search(gallery, probes[row : row + 1], min(TOP, len(gallery)))


def _templates(random: np.random.Generator, n: int, dim: int) -> Float32Array:
    drawn = random.standard_normal((n, dim), dtype=np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def _time(size: int, spans: list[float]) -> SearchTime:
    p90 = percentile(spans, 0.9)
    return SearchTime(
        gallery_size=size,
        searches=len(spans),
        median_ms=float(np.median(spans)) * _MS_PER_SECOND,
        p90_ms=None if p90 is None else p90 * _MS_PER_SECOND,
        comparisons_per_second=size * len(spans) / sum(spans),
    )
