"""Start of the command line: ``python -m evaluation --help`` against a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.rounds import Ratio, interleaved

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 9


def run() -> Iterator[Ratio]:
    """Yield seconds of the help and how many times those of a bare start they are."""
    seconds = interleaved(
        {"help": lambda: _start("-m", "evaluation", "--help"), "bare": lambda: _start("-c", "")},
        rounds=ROUNDS,
    )
    yield Ratio("seconds to --help", tuple(seconds["help"]), at_most=0.4)
    pairs = zip(seconds["help"], seconds["bare"], strict=True)
    yield Ratio("against a bare interpreter", tuple(ours / bare for ours, bare in pairs))


def _start(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
