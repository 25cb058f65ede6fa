"""Numbers, dates and sizes in the words that people read; British English throughout."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = ("bytes", "kB", "MB", "GB", "TB")
NOT_MEASURED = "\N{EN DASH}"


class MeasuredRate(Protocol):
    """A rate with its evidence: a measurement's row, or a rate of a result."""

    @property
    def value(self) -> float | None: ...

    @property
    def low(self) -> float | None: ...

    @property
    def high(self) -> float | None: ...

    @property
    def errors(self) -> int | None: ...

    @property
    def trials(self) -> int | None: ...

    @property
    def evidence(self) -> str: ...


def percent(rate: float | None) -> str:
    """Return a proportion as a percentage: two decimals, and for small rates two figures."""
    if rate is None:
        return NOT_MEASURED
    if rate == 0:
        return "0%"
    value = rate * 100
    as_printed = float(f"{value:.2g}")  # 0.0999 is printed as 0.10
    if as_printed >= 0.1:
        return f"{value:.2f}%"
    return f"{value:.{1 - math.floor(math.log10(as_printed))}f}%"


def upper_bound(proportion: float) -> str:
    """Return a percentage that is never below the bound, rounded up to two figures."""
    value = proportion * 100
    if value >= 100:
        return "100%"
    digits = max(1 - math.floor(math.log10(value)), 0)
    rounded_up = math.ceil(value * 10**digits * (1 - 1e-9)) / 10**digits
    return short_percent(rounded_up / 100)


def rate(measured: MeasuredRate) -> str:
    """Return what may be printed of a rate: no errors print as an upper bound, never as 0."""
    if measured.evidence == "not_enough" or measured.value is None:
        return "Not enough evidence"
    if measured.errors == 0 and measured.high is not None:
        return f"≤ {upper_bound(measured.high)}"
    return percent(measured.value)


def interval(measured: MeasuredRate) -> str:
    """Return the 95% interval: "0.55% to 2.59%"; empty where nothing can be said."""
    if measured.evidence == "not_enough" or measured.low is None or measured.high is None:
        return ""
    if measured.errors == 0:
        return f"0% to {upper_bound(measured.high)}"
    return f"{percent(measured.low)} to {percent(measured.high)}"


def counts(measured: MeasuredRate) -> str:
    """Return the counts behind a rate: "6 of 500"."""
    if measured.errors is None or measured.trials is None:
        return ""
    return f"{measured.errors:,} of {measured.trials:,}"


def evidence_lines(measured: MeasuredRate) -> list[str]:
    """Return what stands below a rate: its interval, its counts, and whether it is indicative."""
    lines = [interval(measured), counts(measured)]
    if measured.evidence == "indicative":
        lines.append("Indicative")
    return [line for line in lines if line]


def one_in(rate: float) -> str:
    """Return a small proportion as it is spoken: "1 in 1,000"."""
    return f"1 in {grouped(round(1 / rate))}"


def short_percent(rate: float) -> str:
    """Return a proportion without needless noughts: 0.001 is "0.1%", and 1/6000 "1 in 6,000"."""
    text = f"{rate * 100:.10f}".rstrip("0").rstrip(".")
    is_round = len(text.replace(".", "").lstrip("0")) <= 4
    return f"{text}%" if is_round else one_in(rate)


def grouped(number: float | None) -> str:
    """Return a number with separators; a fraction keeps three figures."""
    if number is None:
        return NOT_MEASURED
    if isinstance(number, int) or number == int(number) or abs(number) >= 100:
        return f"{round(number):,}"
    return f"{number:.3g}" if abs(number) >= 0.001 else f"{number:.1e}"


def uk_date(when: date | datetime | None) -> str:
    """Return "22 November 2026"."""
    if when is None:
        return NOT_MEASURED
    if isinstance(when, datetime):
        when = timezone.localtime(when)
    return f"{when.day} {when:%B %Y}"


def uk_datetime(when: datetime | None) -> str:
    """Return "22 November 2026 at 2:05pm"."""
    if when is None:
        return NOT_MEASURED
    local = timezone.localtime(when)
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    return f"{uk_date(local)} at {clock}"


def duration(length: timedelta | float | None) -> str:
    """Return a length of time in its two largest units: "1 minute 12 seconds"."""
    if length is None:
        return NOT_MEASURED
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if seconds < 1:
        return "less than a second"
    whole = round(seconds)
    parts = [(whole // 3600, "hour"), (whole // 60 % 60, "minute"), (whole % 60, "second")]
    shown = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(shown[:2])


def filesize_uk(size_bytes: int | None) -> str:
    """Return "1.2 MB"; a kilobyte is 1,000 bytes."""
    if size_bytes is None:
        return NOT_MEASURED
    size, unit = float(size_bytes), SIZES[0]
    for unit in SIZES:
        if size < 1000 or unit == SIZES[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == SIZES[0] else f"{size:.1f} {unit}"


def short_hash(digest: str | None) -> str:
    """Return the first twelve characters, enough to tell two files apart by eye."""
    return digest[:12] if digest else NOT_MEASURED


def fault(error: Exception) -> str:
    """Return what staff read of a fault of ours: its own sentence, or else what kind it was."""
    said = " ".join(str(error).split())
    if said.endswith("."):
        return said
    if isinstance(error, OSError) and error.strerror:
        return f"The system said: {error.strerror}."
    kind = " ".join([type(error).__name__, f"({said})" if said else ""]).strip()
    return f"Something unexpected happened: {kind}. The worker's log says more."


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def in_words(name: str) -> str:
    """Return a column's name as a heading: "age_band" becomes "Age band"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
