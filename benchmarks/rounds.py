"""Ratios of times taken in one run: rivals take turns, so that a busy machine hits all alike."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROUNDS = 5
PACKAGES = ("numpy", "scipy", "onnxruntime", "opencv-python-headless")


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times faster one rival is than another, over the rounds."""

    name: str
    ratios: tuple[float, ...]
    at_least: float | None = None
    """The target, where there is one."""

    def line(self) -> str:
        """Return the median with its spread, and whether the target is met."""
        ordered = sorted(self.ratios)
        median = statistics.median(ordered)
        text = f"{self.name}: {median:.3g} ({ordered[0]:.3g} to {ordered[-1]:.3g})"
        if self.at_least is None:
            return text
        verdict = "met" if median >= self.at_least else "NOT met"
        return f"{text}; target {self.at_least:g}: {verdict}"


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
