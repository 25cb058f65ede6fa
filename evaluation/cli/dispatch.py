"""Finds the command that was asked for and turns errors into plain sentences.

A command module has ``NAME``, ``HELP``, ``add_arguments(parser)`` and
``run(args) -> int``. It imports NumPy and everything else that is heavy inside
``run``, so that ``--help`` answers at once. Exit codes: 0 done, 1 the work was done
and its answer is no, 2 it could not be done, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from typing import TYPE_CHECKING, Protocol, cast

from evaluation import __version__
from evaluation.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULES = (
    "evaluation.cli.import_set",
    "evaluation.cli.describe",
    "evaluation.cli.verify",
    "evaluation.cli.check",
    "evaluation.cli.run",
    "evaluation.cli.compare",
    "evaluation.cli.schemas",
)

EXIT_CANNOT = 2
EXIT_INTERRUPTED = 130


class Command(Protocol):
    """What a module in ``MODULES`` offers."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace) -> int: ...


def build_parser() -> argparse.ArgumentParser:
    """Parser of all commands that are present."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation",
        description="Measure face models on test sets: import a set, check a model, run it.",
        epilog="Every command explains itself: python -m evaluation COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"Assay {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in MODULES:
        if importlib.util.find_spec(module) is None:
            continue
        command = cast("Command", importlib.import_module(module))
        one = commands.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except EvaluationError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        _complain("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away; nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CANNOT
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}")
    except MemoryError:
        return _complain("there is not enough memory for this")


def _complain(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return EXIT_CANNOT
