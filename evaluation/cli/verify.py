"""``verify``: hash and decode everything in a test set."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.cli.terminal import counter
from evaluation.errors import TestSetError

if TYPE_CHECKING:
    import argparse

NAME = "verify"
HELP = "Check every table and image of a test set; exit code 1 where something is wrong."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the folder."""
    parser.add_argument("test_set", type=Path, help="folder that holds manifest.json")


def run(args: argparse.Namespace) -> int:
    """Print each problem, or that there is none."""
    from evaluation.testsets import verify_test_set  # heavy: only when run

    if not args.test_set.is_dir():
        raise TestSetError("there is no such folder", path=args.test_set)
    with counter("images") as progress:
        problems = verify_test_set(args.test_set, progress)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{args.test_set}: {len(problems):,} found wrong", file=sys.stderr)
        return 1
    print(f"{args.test_set}: everything is as its manifest says")
    return 0
