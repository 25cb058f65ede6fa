"""Text of values other than rates, in the forms that GOV.UK uses."""

from __future__ import annotations

import math
from datetime import UTC
from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_without_counts
from evaluation.results import Evidence

if TYPE_CHECKING:
    from datetime import datetime

    from evaluation.results import Rate, TestSetIdentity, VerificationResult

EVIDENCE_WORDS = {
    Evidence.SUFFICIENT: "Sufficient",
    Evidence.INDICATIVE: "Indicative",
    Evidence.NOT_ENOUGH: "Not enough evidence",
}

REASON_WORDS = {
    "decode": "image could not be read",
    "no_face": "no face found",
    "non_finite": "model gave a value that is not a number",
    "zero": "model gave an embedding of zeros",
}

SCENARIO_WORDS = {
    "offline": "All at once (offline)",
    "single_stream": "One by one (single stream)",
}


def count_text(number: int) -> str:
    """Whole number with thousands separated: ``1,197,943``."""
    return f"{number:,}"


def plural(number: int, noun: str) -> str:
    """Count with its noun: ``1 sample``, ``2 samples``, ``2 searches``."""
    ending = "es" if noun.endswith("ch") else "s"
    return f"{number:,} {noun}" + ("" if number == 1 else ending)


def threshold_text(threshold: float) -> str:
    """Six decimals, rounded up, so that the printed threshold still keeps to its target."""
    return f"{math.ceil(threshold * 1e6 - 1e-6) / 1e6:.6f}"


def figure_text(value: float) -> str:
    """Plain number with three significant digits and no exponent: ``8.61``, ``1,230``."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")  # 999.6 has no decimals, because it is printed as 1,000
    decimals = max(0, 2 - math.floor(math.log10(abs(rounded))))
    return f"{value:,.{decimals}f}"


def moment_text(moment: datetime) -> str:
    """Date and time in UTC: ``22 November 2026 at 14:05 UTC``."""
    return f"{moment.astimezone(UTC):%-d %B %Y at %H:%M} UTC"


def bytes_text(size: int) -> str:
    """Size in the unit that gives the shortest number: ``4.2 MB``."""
    if size < 1000:
        return plural(size, "byte")
    value = float(size)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5 or unit == "GB":
            break
    return f"{figure_text(value)} {unit}"


def milliseconds_text(value: float | None) -> str:
    """Latency, or a dash where the scenario has none."""
    return "–" if value is None else f"{figure_text(value)} ms"  # noqa: RUF001 -- an en dash


def image_kind_text(test_set: TestSetIdentity) -> str:
    """Kind of images in a test set, in words."""
    words = {"aligned": "aligned face crops", "photograph": "photographs"}
    return words.get(test_set.image_kind, test_set.image_kind)


def eer_text(result: VerificationResult) -> str:
    """Equal error rate, which no test can show to be zero."""
    fewest = min(result.n_mated, result.n_non_mated)
    return format_without_counts(result.eer, fewest_trials=fewest)


def failures_text(rate: Rate) -> str:
    """How many of a rate's errors are failures to process; empty if none."""
    return f"{rate.failures:,} of them for want of a template" if rate.failures else ""


def interval_text(low: float | None, high: float | None) -> str:
    """Interval of a threshold; a dash where it is not known."""
    if low is None or high is None:
        return "\N{EN DASH}"
    return f"{threshold_text(low)} to {threshold_text(high)}"
