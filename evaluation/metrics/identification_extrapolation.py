"""From one gallery size to another: extrapolated, never measured.

``FPIR(N) = 1 - (1 - FMR)^N`` holds for comparisons that are independent and alike. They
share the probe, and people differ, so whatever comes from here is printed as
"extrapolated", with the largest gallery that the evidence supports.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from evaluation.metrics.identification_sizes import operating_point
from evaluation.results import ExtrapolatedPoint, Extrapolation

if TYPE_CHECKING:
    from evaluation.metrics.identification_sizes import SizeRates, Wanted

_HIGHEST = 0.5  # a higher rate says too little about a rate far below it
_FEWEST = 3  # rule of 3
_LARGEST = 1 << 62


def extrapolated_fpir(fmr: float, gallery_size: float) -> float:
    """FPIR of a gallery of N subjects at a threshold with a given FMR.

    Parameters
    ----------
    fmr : float
        Proportion in [0, 1].
    gallery_size : float
        N, at least 1; one reference of each subject.

    Returns
    -------
    float
        ``1 - (1 - FMR)^N``.

    Raises
    ------
    ValueError
        An argument lies outside its range.
    """
    _check(fmr, gallery_size, largest_rate=1.0)
    return 1.0 if fmr == 1.0 else -math.expm1(gallery_size * math.log1p(-fmr))


def fmr_at_fpir(fpir: float, gallery_size: float) -> float:
    """FMR that gives an FPIR with a gallery of N subjects: the inverse.

    Parameters
    ----------
    fpir : float
        Proportion in [0, 1].
    gallery_size : float
        N, at least 1.

    Returns
    -------
    float
        ``1 - (1 - FPIR)^(1/N)``.

    Raises
    ------
    ValueError
        An argument lies outside its range.
    """
    _check(fpir, gallery_size, largest_rate=1.0)
    return 1.0 if fpir == 1.0 else -math.expm1(math.log1p(-fpir) / gallery_size)


def largest_supported_gallery(
    target_fpir: float, non_mated_searches: int, gallery_size: int
) -> int:
    """Largest gallery for which the searches made can show a target FPIR.

    A gallery M has the target where the measured gallery has ``1 - (1 - target)^(N/M)``,
    and n searches show no rate below 3/n.

    Parameters
    ----------
    target_fpir : float
        Proportion in (0, 1).
    non_mated_searches : int
        n, at least 1.
    gallery_size : int
        N, with which they were made.

    Returns
    -------
    int
        0 where not even a gallery of one subject is supported.

    Raises
    ------
    ValueError
        An argument lies outside its range.
    """
    if target_fpir == 0 or non_mated_searches < 1:
        raise ValueError("a target above 0 and at least one search are needed")
    _check(target_fpir, gallery_size, largest_rate=math.nextafter(1.0, 0.0))
    if non_mated_searches <= _FEWEST:
        return 0
    smallest = _FEWEST / non_mated_searches
    largest = gallery_size * math.log1p(-target_fpir) / math.log1p(-smallest)
    return min(_LARGEST, math.floor(largest * (1 + 1e-9)))


def belonging_targets(wanted: Wanted, measured: int) -> dict[tuple[float, int], float]:
    """FPIR at the measured size that belongs to each target at each other size.

    Sizes so much smaller than the measured one that the FPIR there exceeds one half are
    left out: they are measured as parts of the gallery, or not at all.
    """
    belonging = {
        (target, size): extrapolated_fpir(fmr_at_fpir(target, size), measured)
        for target in wanted.targets
        for size in wanted.extrapolated
        if size != measured
    }
    return {name: fpir for name, fpir in belonging.items() if fpir <= _HIGHEST}


def extrapolations(rates: SizeRates, wanted: Wanted) -> tuple[Extrapolation, ...]:
    """Extrapolate from one gallery to other sizes; nothing without non-mated searches.

    Parameters
    ----------
    rates : SizeRates
        With the targets of `belonging_targets`.
    wanted : Wanted
    """
    n, measured = rates.n_non_mated, rates.trials.gallery_size
    if not n:
        return ()
    belonging = belonging_targets(wanted, measured)
    return tuple(
        Extrapolation(
            target_fpir=target,
            measured_gallery_size=measured,
            largest_gallery_size=largest_supported_gallery(target, n, measured),
            points=tuple(
                _extrapolated(rates, size, fmr_at_fpir(target, size), belonging[target, size])
                for size in wanted.extrapolated
                if (target, size) in belonging
            ),
        )
        for target in wanted.targets
    )


def _extrapolated(
    rates: SizeRates, size: int, fmr: float, measured_target: float
) -> ExtrapolatedPoint:
    point = operating_point(rates, measured_target, (1,))
    return ExtrapolatedPoint(
        gallery_size=size,
        measured_target=measured_target,
        fmr=fmr,
        evidence=point.evidence,
        threshold=point.threshold,
        threshold_low=point.threshold_low,
        threshold_high=point.threshold_high,
        measured_fpir=point.fpir,
        measured_fnir=point.fnir[0].fnir if point.fnir else None,
    )


def _check(rate: float, gallery_size: float, *, largest_rate: float) -> None:
    if not 0.0 <= rate <= largest_rate:
        raise ValueError(f"a rate lies in [0, 1], got {rate}")
    if not gallery_size >= 1:
        raise ValueError(f"a gallery has at least 1 subject, got {gallery_size}")
