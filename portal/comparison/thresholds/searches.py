"""FPIR, TPIR and yield of searches among a chosen number of people, measured or extrapolated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evaluation.metrics.identification_extrapolation import (
    extrapolated_fpir,
    fmr_at_fpir,
    largest_supported_gallery,
)
from portal.comparison.thresholds.figure import Figure, complement
from portal.comparison.thresholds.measured import steps_of_searches
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.thresholds.measured import Searched, Steps

HIGHEST_TELLING_FPIR = 0.5
"""A higher rate in a large gallery says too little about the rate in a smaller one."""


@dataclass(frozen=True, slots=True)
class Gallery:
    """Searches of one gallery or watchlist, and the number of people that is asked about."""

    size: int
    """People who were really enrolled (M)."""
    wanted: int
    """People who are asked about (N)."""
    steps: Steps

    @property
    def is_measured(self) -> bool:
        return self.size == self.wanted

    def fpir(self, threshold: float) -> Figure:
        _, measured, _ = self.steps.at(threshold)
        if self.is_measured:
            return measured
        return extrapolated(measured, self.size, self.wanted)

    def tpir(self, threshold: float) -> Figure:
        """Return the share of enrolled people who are found first, of the measured gallery."""
        _, _, missed = self.steps.at(threshold)
        note = "" if self.is_measured else f"Measured with N = {wording.grouped(self.size)}"
        return replace(complement(missed), note=note)


def gallery_of(galleries: Sequence[Searched], wanted: int | None) -> Gallery | None:
    """Return the gallery of the wanted size, else the largest; None where none has a curve."""
    stepped = [(one.gallery_size, steps_of_searches(one)) for one in galleries]
    known = {size: steps for size, steps in stepped if steps is not None}
    if not known:
        return None
    largest = max(known)
    size = wanted if wanted in known else largest
    return Gallery(size or largest, wanted or largest, known[size or largest])


def extrapolated(measured: Figure, size: int, wanted: int) -> Figure:
    """Return FPIR among ``wanted`` people from that among ``size``; counts stay behind.

    From one-to-one comparisons, FMR is the FPIR of a gallery of one.
    """

    def among(rate: float) -> float:
        return extrapolated_fpir(fmr_at_fpir(rate, size), wanted)

    says_nothing = measured.value > HIGHEST_TELLING_FPIR and wanted < size
    return Figure(
        value=among(measured.value),
        low=None if measured.low is None else among(measured.low),
        high=None if measured.high is None else among(measured.high),
        errors=0 if measured.errors == 0 else None,
        trials=None,
        evidence="not_enough" if says_nothing else measured.evidence,
        note=_how_far(measured, size, wanted, among(measured.most)),
    )


def _how_far(measured: Figure, size: int, wanted: int, fpir: float) -> str:
    side = "beyond" if wanted > size else "from"
    said = f"Extrapolated {side} N = {wording.grouped(size)}"
    if size == 1:
        said = "Extrapolated from one-to-one comparisons (FMR)"
    if not measured.trials or not 0 < fpir < 1:
        return said
    largest = max(largest_supported_gallery(fpir, measured.trials, size), size)
    return f"{said}; the searches made support this rate up to N = {wording.grouped(largest)}"


def search_yield(tpir: Figure, fpir: Figure, enrolled: float) -> Figure:
    """Return the share of all searches that return somebody, if ``enrolled`` of them can succeed.

    Searches that miss their person but return another are left out: the real share is no lower.
    """
    tpir_low, tpir_high = _ends(tpir)
    fpir_low, fpir_high = _ends(fpir)
    weak = [one.evidence for one in (tpir, fpir)]
    order = ("not_enough", "indicative", "sufficient")
    return Figure(
        value=enrolled * tpir.value + (1 - enrolled) * fpir.value,
        low=enrolled * tpir_low + (1 - enrolled) * fpir_low,
        high=enrolled * tpir_high + (1 - enrolled) * fpir_high,
        errors=None,
        trials=None,
        evidence=min(weak, key=order.index),
        note="Computed from TPIR and FPIR",
    )


def _ends(figure: Figure) -> tuple[float, float]:
    low = figure.value if figure.low is None else figure.low
    return low, figure.value if figure.high is None else figure.high
