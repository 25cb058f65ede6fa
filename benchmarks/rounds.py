"""Ratios of times taken in one run: rivals take turns, so that a busy machine hits all alike."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROUNDS = 5
PACKAGES = ("numpy", "scipy", "onnxruntime", "opencv-python-headless")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A figure in each round: how many times faster one rival is than another, mostly."""

    name: str
    ratios: tuple[float, ...]
    at_least: float | None = None
    at_most: float | None = None
    """The target, where there is one."""

    def line(self) -> str:
        """Return the median with its spread, and whether the target is met."""
        ordered = sorted(self.ratios)
        median = statistics.median(ordered)
        text = f"{self.name}: {median:.3g} ({ordered[0]:.3g} to {ordered[-1]:.3g})"
        if self.at_least is not None:
            return f"{text}; target at least {self.at_least:g}: {_verdict(median >= self.at_least)}"
        if self.at_most is not None:
            return f"{text}; target at most {self.at_most:g}: {_verdict(median <= self.at_most)}"
        return text


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "NOT met"


def machine() -> str:
    """Name the machine and the versions that figures hold for."""
    found = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {found}"


def interleaved(
    rivals: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Seconds of each rival in each round; a first round warms up and is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds + 1):
        for name, work in rivals.items():
            started = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def faster(
    name: str, ours: list[float], theirs: list[float], *, at_least: float | None = None
) -> Ratio:
    """Their time divided by ours, round by round."""
    pairs = zip(ours, theirs, strict=True)
    return Ratio(name, tuple(their / our for our, their in pairs), at_least)


def growth(name: str, sizes: Sequence[float], seconds: Sequence[Sequence[float]]) -> Ratio:
    """Exponent of the power law by which time grows with size, fitted in each round.

    ``seconds`` holds those of each size, round by round.
    """
    logarithms = np.log(sizes)
    return Ratio(
        name,
        tuple(
            float(np.polyfit(logarithms, np.log(of_round), 1)[0])
            for of_round in zip(*seconds, strict=True)
        ),
    )


def memory_kb(field: str) -> int:
    """Read this process's memory in kB: ``VmRSS`` now, or ``VmHWM`` at its greatest."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def forget_peak_memory() -> int:
    """Let the greatest memory be measured anew from here; returns the present one in kB."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory_kb("VmRSS")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"
