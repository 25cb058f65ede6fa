"""The progress of a run: one line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.pipeline import RunProgress

_STAGES = {
    "extract": ("Extracting templates", "samples"),
    "compare": ("Comparing", "parts"),
    "speed": ("Measuring speed", ""),
    "score": ("Counting and estimating intervals", ""),
}
_BAR_WIDTH = 24
_CLEAR = "\r\033[K"


class RunLine:
    """Shows a run's progress on the error stream; a context manager.

    Parameters
    ----------
    stream : TextIO, optional
    clock : callable
        Seconds, monotonic.
    """

    def __init__(
        self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._stage = ""
        self._since = 0.0
        self._first = 0
        self._last: RunProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def show(self, progress: RunProgress) -> None:
        """Say how far the run is; what was just said is not said again."""
        if progress == self._last:
            return
        self._last = progress
        if progress.stage != self._stage:
            self._stage = progress.stage
            self._since, self._first = self._clock(), progress.done
            if not self._stream.isatty():
                self._write(f"{_STAGES[progress.stage][0]}\n")
        if self._stream.isatty():
            self._write(f"{_CLEAR}{self._line(progress)}")
        elif progress.done == progress.total and progress.total > 1:
            self._write(f"  {progress.done:,} {_STAGES[progress.stage][1]}\n")

    def _line(self, progress: RunProgress) -> str:
        title, unit = _STAGES[progress.stage]
        if not unit:
            return f"{title} ..."
        full = _BAR_WIDTH * progress.done // max(progress.total, 1)
        bar = "#" * full + "." * (_BAR_WIDTH - full)
        return (
            f"{title} [{bar}] {progress.done:,} of {progress.total:,} {unit}{self._left(progress)}"
        )

    def _left(self, progress: RunProgress) -> str:
        """Time left at the speed so far, once there is something to tell it from."""
        made, seconds = progress.done - self._first, self._clock() - self._since
        if made <= 0 or seconds < 1.0 or progress.done == progress.total:
            return ""
        return f", {(progress.total - progress.done) * seconds / made:,.0f} s left"

    def _clear(self) -> None:
        if self._stream.isatty():
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
